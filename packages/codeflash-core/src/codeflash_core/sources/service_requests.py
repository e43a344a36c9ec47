"""What the AI service is asked, out of what the search knows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt
from codeflash_core.model.verdict import Counterexample, Different
from codeflash_core.ports.sources import Question, Step
from codeflash_core.service.markdown import Block, write_blocks
from codeflash_core.service.values import (
    Adapt,
    AdaptiveStep,
    Explain,
    Optimize,
    OptimizeLineProfiler,
    Rank,
    Refine,
    Repair,
    Review,
    TestDiff,
    TestedFunction,
    Testgen,
)
from codeflash_core.units import format_seconds

WANTED = 6
SHOWN_TESTS = 5
_SOURCES = {"repair": "REPAIR", "refine": "REFINE", "adapt": "ADAPTIVE", "profile": "OPTIMIZE_LP"}


@frozen
class Sent:
    """What leaves this machine, for people.

    Attributes:
        what: What is sent.
        purpose: What for.
    """

    what: str
    purpose: str


def sends(question: Question) -> Sent:
    """What a question sends."""
    path, name = question.target.path, question.target.qualname
    lines = len(question.files[path].splitlines())
    file = f"{path} ({lines} lines)"
    ids = ", ".join(each.candidate.id for each in question.about)
    match question.step:
        case Step.PROFILE:
            return Sent(
                f"{file} and where its time goes, by line, with the types and lengths that were traced",
                f"for faster versions of {name}",
            )
        case Step.REPAIR:
            return Sent(
                f"{file}, candidate {ids} and the input on which they differ",
                "for a version that behaves the same",
            )
        case Step.REFINE:
            return Sent(f"{file} and candidate {ids}", "for smaller or faster versions of it")
        case Step.ADAPT:
            return Sent(f"{file} and candidates {ids}", "for a step further")
        case Step.TESTS:
            return Sent(file, f"for tests of {name}, whose calls are further inputs")
        case Step.RANK:
            return Sent(
                f"the diffs of candidates {ids}", "for the order in which a maintainer would prefer them"
            )
        case Step.EXPLAIN:
            return Sent(f"{file} and candidate {ids}", "for an explanation")
        case Step.REVIEW:
            return Sent(f"{file} and candidate {ids}", "for a reviewer's opinion")
        case _:
            return Sent(file, f"for faster versions of {name}")


def texts_of(question: Question) -> tuple[str, ...]:
    """The texts that a question sends."""
    path = question.target.path
    versions = [each.candidate.files.get(path) or "" for each in question.about]
    told = [str(found) for each in question.about if (found := _counterexample(each))]
    return (question.files[path], question.original, *versions, *told)


def _trace() -> str:
    return str(uuid.uuid4())


def _markdown(question: Question, text: str) -> str:
    return write_blocks([Block(text, question.target.path, question.project.language)])


def _version(question: Question) -> str | None:
    return ".".join(map(str, question.python)) if question.project.language == "python" else None


def _original(question: Question) -> str:
    return question.original or question.files[question.target.path]


def _text(question: Question, attempt: Attempt) -> str:
    return attempt.candidate.files.get(question.target.path) or _original(question)


def optimize(question: Question) -> Optimize:
    """First proposals, and proposals on the best version so far."""
    target = question.target
    return Optimize(
        source_code=_markdown(question, question.files[target.path]),
        trace_id=_trace(),
        language=question.project.language,
        language_version=_version(question),
        is_async=target.is_async,
        n_candidates=WANTED,
        qualified_name=target.qualname,
    )


def with_profile(question: Question) -> OptimizeLineProfiler:
    """Proposals that know where the time goes."""
    target = question.target
    return OptimizeLineProfiler(
        source_code=_markdown(question, question.files[target.path]),
        line_profiler_results=seen(question.corpus, target.qualname),
        trace_id=_trace(),
        language=question.project.language,
        language_version=_version(question),
        n_candidates=WANTED,
        qualified_name=target.qualname,
    )


def repair(question: Question) -> Repair:
    """A candidate that behaves differently, with the shrunk input that shows it."""
    (attempt,) = question.about
    return Repair(
        optimization_id=attempt.candidate.id,
        original_source_code=_markdown(question, _original(question)),
        modified_source_code=_markdown(question, _text(question, attempt)),
        trace_id=_trace(),
        test_diffs=differences(attempt),
        language=question.project.language,
    )


def differences(attempt: Attempt) -> tuple[TestDiff, ...]:
    """Where an attempt differs from the original: the counterexample, and the project's tests that fail."""
    verdict = attempt.verdict
    if not isinstance(verdict, Different):
        return ()
    found = verdict.counterexample
    scope: Literal["return_value", "stdout", "did_pass"] = "did_pass"
    if found.facet in ("result", "stdout"):
        scope = "return_value" if found.facet == "result" else "stdout"
    where = f" at {found.where}" if found.where else ""
    first = TestDiff(
        scope=scope,
        original_pass=True,
        candidate_pass=False,
        original_value=found.original,
        candidate_value=found.candidate,
        test_src_code="\n".join(part for part in (found.call, found.note and f"# {found.note}") if part),
        candidate_pytest_error=f"the {found.facet} differs{where}: {found.original} became {found.candidate}",
    )
    tests = [
        TestDiff(scope="did_pass", original_pass=True, candidate_pass=False, test_src_code=name)
        for name in verdict.evidence.tests_failed[:SHOWN_TESTS]
    ]
    return (first, *tests)


def _counterexample(attempt: Attempt) -> Counterexample | None:
    return attempt.verdict.counterexample if isinstance(attempt.verdict, Different) else None


def refine(question: Question) -> Refine:
    """A candidate that works, to be made smaller or faster."""
    (attempt,) = question.about
    before, after = runtimes(attempt)
    return Refine(
        optimization_id=attempt.candidate.id,
        original_source_code=_markdown(question, _original(question)),
        optimized_source_code=_markdown(question, _text(question, attempt)),
        trace_id=_trace(),
        original_code_runtime=before,
        optimized_code_runtime=after,
        optimized_explanation=attempt.candidate.why,
        speedup=gain(attempt),
        language=question.project.language,
        language_version=_version(question),
    )


def gain(attempt: Attempt) -> str:
    """What a candidate gains, as the wire puts it: ``235%``; empty where nothing was measured."""
    measured = attempt.comparison or attempt.screening
    if measured is None or measured.interval is None:
        return ""
    return f"{measured.interval.point - 1.0:.0%}"


def runtimes(attempt: Attempt) -> tuple[str, str]:
    """Time of a call on the input that counts most, before and after; empty where nothing was measured."""
    measured = attempt.comparison or attempt.screening
    inputs = measured.blocks[0].inputs if measured and measured.blocks else ()
    if measured is None or measured.interval is None or not inputs:
        return "", ""
    samples = max(inputs, key=lambda each: each.weight)
    if not samples.b_cpu:
        return "", ""
    after = min(samples.b_cpu) / 1e9
    return format_seconds(after * measured.interval.point), format_seconds(after)


def ratio(attempt: Attempt) -> float:
    """How many times as fast a candidate is; 1 where nothing was measured."""
    measured = attempt.comparison or attempt.screening
    return measured.interval.point if measured and measured.interval else 1.0


def adapt(question: Question) -> Adapt:
    """A chain of candidates, to be continued."""
    return Adapt(
        trace_id=_trace(),
        original_source_code=_markdown(question, _original(question)),
        candidates=tuple(
            AdaptiveStep(
                optimization_id=each.candidate.id,
                source_code=_markdown(question, _text(question, each)),
                explanation=each.candidate.why,
                source=_SOURCES.get(each.candidate.steps[-1].rpartition(":")[2], "OPTIMIZE"),
                speedup=f"Performance gain: {gain(each)}" if gain(each) else "not measured",
            )
            for each in question.about
        ),
    )


def tests(question: Question) -> Testgen:
    """A function whose calls are wanted; paths are the project's own, nothing of this disk is told."""
    target = question.target
    *parents, name = target.qualname.split(".")
    return Testgen(
        source_code_being_tested=_markdown(question, _original(question)),
        function_to_optimize=TestedFunction(
            function_name=name,
            file_path=target.path,
            parents=tuple({"name": each, "type": "ClassDef"} for each in parents),
            is_async=target.is_async,
            is_method=bool(parents),
            language=question.project.language,
        ),
        module_path=target.module,
        test_module_path=f"tests.test_{name}__unit_test_0",
        trace_id=_trace(),
        language=question.project.language,
        language_version=_version(question),
        is_async=target.is_async,
        class_name=parents[-1] if parents else None,
        qualified_name=target.qualname,
    )


def rank(question: Question) -> Rank:
    """Candidates that all work, to be put into order."""
    return Rank(
        trace_id=_trace(),
        diffs=tuple(each.diff for each in question.about),
        speedups=tuple(ratio(each) for each in question.about),
        optimization_ids=tuple(each.candidate.id for each in question.about),
    )


def _flat(question: Question, text: str) -> str:
    return f"# file: {question.target.path}\n{text}"


def explain(question: Question) -> Explain:
    """The accepted candidate."""
    (attempt,) = question.about
    return Explain(
        trace_id=_trace(),
        source_code=_flat(question, _original(question)),
        optimized_code=_flat(question, _text(question, attempt)),
        optimization_id=attempt.candidate.id,
        original_explanation=attempt.candidate.why,
        speedup=gain(attempt),
    )


def review(question: Question) -> Review:
    """The accepted candidate, for somebody who would rather not merge it."""
    (attempt,) = question.about
    return Review(
        trace_id=_trace(),
        original_code=_original(question),
        optimized_code=_text(question, attempt),
        explanation=attempt.candidate.why,
        speedup=gain(attempt),
        language=question.project.language,
        language_version=_version(question),
    )


def seen(corpus: Corpus, name: str) -> str:
    """What was seen of the target at work, as text for a model: traced types, then the table of a line profile.

    Args:
        corpus: What is known.
        name: The target's qualified name.
    """
    return "\n".join([*_traced(corpus), *_lines(corpus, name)])


def _traced(corpus: Corpus) -> list[str]:
    parameters = corpus.facts.get("parameters")
    if not isinstance(parameters, Mapping) or not corpus.total_calls:
        return []
    told = [f"{corpus.total_calls} calls were traced."]
    for name, facts in parameters.items():
        if isinstance(facts, Mapping):
            known = [f"{key} {facts[key]}" for key in ("types", "lengths", "element_types") if facts.get(key)]
            told.append(f"{name}: {', '.join(known)}")
    return told


def _lines(corpus: Corpus, name: str) -> list[str]:
    """The line profile in the form that services read."""
    rows = corpus.facts.get("lines")
    if not isinstance(rows, list | tuple) or not rows:
        return []
    total = sum(row["seconds"] for row in rows) or 1.0
    return [
        f"## Function: {name}",
        f"## Total time: {total:.6g} s",
        "|   Hits |   Time (ns) |   Per Hit |   % Time | Line Contents |",
        "|-------:|------------:|----------:|---------:|:--------------|",
        *(
            f"| {row['hits']} | {row['seconds'] * 1e9:.0f} | {row['seconds'] * 1e9 / row['hits']:.0f} "
            f"| {100 * row['seconds'] / total:.1f} | {row['text']} |"
            for row in rows
        ),
    ]
