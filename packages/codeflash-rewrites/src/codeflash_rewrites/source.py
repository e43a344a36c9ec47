"""The catalogue as a candidate source of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codeflash_core.model.candidate import Candidate, candidate_id
from codeflash_core.model.corpus import Corpus
from codeflash_core.ports.sources import Question
from codeflash_rewrites.catalogue import by_slug, proposals
from codeflash_rewrites.rule import Facts, ParameterFacts, Rewrite, Subject
from codeflash_syntax.parse import SyntaxProblem


class RewritesSource:
    """Proposes what the rules make of the target; needs no network and no key."""

    name = "rewrites"

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """Every rewrite of the version at hand, most promising first."""
        path = question.target.path
        source = question.files[path]
        subject = Subject(source, question.target.qualname, facts_of(question.corpus, question.python))
        try:
            found = proposals(subject)
        except SyntaxProblem:
            return ()
        base = {path: question.target.file_sha256}
        forms = [subject.readings[rewrite.source].digest for rewrite in found]
        return tuple(
            self._candidate(question, path, base, rewrite, form)
            for rewrite, form in zip(found, forms, strict=True)
        )

    def _candidate(
        self, question: Question, path: str, base: Mapping[str, str], rewrite: Rewrite, form: str
    ) -> Candidate:
        parent = question.parent
        steps = (*(parent.steps if parent else ()), rewrite.rule)
        reasons = [parent.why] if parent else []
        return Candidate(
            id=candidate_id(base, {path: form}),
            source=f"{self.name}:{'+'.join(steps)}",
            files={**(parent.files if parent else {}), path: rewrite.source},
            why=" ".join([*reasons, rewrite.why]),
            parents=(parent.id,) if parent else (),
            steps=steps,
            adds=(*(parent.adds if parent else ()), *rewrite.adds),
            cautions=tuple(dict.fromkeys((*(parent.cautions if parent else ()), *cautions_of(rewrite)))),
            trusted=True,
        )


def cautions_of(rewrite: Rewrite) -> tuple[str, ...]:
    """What a maintainer should think of: traps that the text alone does not rule out, only the inputs tried."""
    rule = by_slug(rewrite.rule)
    if rewrite.variant == "guarded" or rule.safety == "P":
        return ()
    return tuple(f"not ruled out by the text, only by the inputs tried: {trap}" for trap in rule.traps)


def facts_of(corpus: Corpus, python: tuple[int, int]) -> Facts:
    """Traced facts as the rules read them; what is malformed is left out."""
    parameters: dict[str, ParameterFacts] = {}
    seen = corpus.facts.get("parameters", {})
    for name, facts in seen.items() if isinstance(seen, Mapping) else ():
        if isinstance(facts, Mapping):
            parameters[str(name)] = ParameterFacts(
                types=_texts(facts.get("types")),
                lengths=_lengths(facts.get("lengths")),
                element_types=_texts(facts.get("element_types")),
                hashable=facts.get("hashable") if isinstance(facts.get("hashable"), bool) else None,
            )
    return Facts(parameters, python)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _lengths(value: Any) -> tuple[int, int, int] | None:
    if isinstance(value, list | tuple) and len(value) == 3 and all(isinstance(item, int) for item in value):
        return (int(value[0]), int(value[1]), int(value[2]))
    return None
