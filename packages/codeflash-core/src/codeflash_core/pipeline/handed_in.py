"""A change that somebody hands in: looked at before anything of the project is run, then judged."""

from __future__ import annotations

import difflib
from pathlib import Path

from codeflash_core.compiling import objection_to
from codeflash_core.errors import Place, UsageError
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.pipeline.opening import Opened
from codeflash_core.pipeline.run import choose_targets, grow_corpus, observe_targets, optimize_run
from codeflash_core.pipeline.search import read_original
from codeflash_core.pipeline.session import Session
from codeflash_core.pipeline.verify import verify_target
from codeflash_core.ports.language import Query
from codeflash_core.ports.sources import Question
from codeflash_core.sources.patch import PatchSource, from_file, from_patch
from codeflash_core.texts import decode


def read_candidate(
    opened: Opened, target: str, *, candidate: Path | None = None, patch: Path | None = None
) -> PatchSource:
    """A candidate out of a file as a source.

    Args:
        opened: The project.
        target: The target's id, relative to the root.
        candidate: A file with the new text of the target's file.
        patch: A file with a unified diff, where no such text is given.

    Raises:
        UsageError: It can't be read, is no Python, is not about the target, or changes nothing.
        PrerequisiteError: A patch was given, and git is missing.
    """
    path = target.partition("::")[0]
    if candidate is None:
        assert patch is not None
        source = from_patch(opened.project, patch)
        refuse_unfit(opened, target, source, patch=str(patch))
    else:
        source = from_file(opened.project, path, candidate)
        refuse_unfit(opened, target, source, whole=str(candidate))
    return source


def refuse_unfit(
    opened: Opened, target: str, source: PatchSource, *, whole: str | None = None, patch: str | None = None
) -> None:
    """Refuse a change that can't be tried.

    Args:
        opened: The project.
        target: The target's id, relative to the root.
        source: The change.
        whole: What the text was given as, where it stands for the target's file.
        patch: What the patch was given as, where it is one.

    Raises:
        UsageError: It does not parse, is not about the target, or changes nothing.
    """
    path, _, qualname = target.partition("::")
    given = f"as the patch {patch} leaves it" if whole is None else ""
    for name, text in source.files.items():
        if text is not None and name.endswith((".py", ".pyi")):
            _refuse_unparsable(text, whole or name, given)
    if whole is not None:
        _refuse_other_file(opened, source.files[path] or "", whole, path, qualname)


def _refuse_unparsable(text: str, name: str, given: str) -> None:
    found = objection_to(text)
    if found is None:
        return
    place = Place(name, found.line, found.column)
    raise UsageError(
        f"{place}: the candidate is no Python{f', {given}' if given else ''}: {found.message}",
        "Correct it; or it needs a newer Python than the one that runs this program.",
        place,
    )


def _refuse_other_file(opened: Opened, text: str, name: str, path: str, qualname: str) -> None:
    """A whole file stands for the target's file: it defines the target, and is another text."""
    original = opened.project.root / path
    known = opened.projects.defined_in(text)
    if qualname.replace("::", ".") not in known:
        near = difflib.get_close_matches(qualname, known, 1, 0.6)
        raise UsageError(
            f"the candidate {name} has no function {qualname}",
            f"Did you mean {near[0]}?" if near else f"It has to be the whole new text of {original.name}.",
            Place(name),
        )
    if _is_already(original, text):
        raise UsageError(
            f"the candidate {name} is what {original.name} is already", "Give the changed text.", Place(name)
        )


def _is_already(original: Path, text: str) -> bool:
    return original.is_file() and decode(original.read_bytes(), original.name).text == text


async def judge_handed_in(session: Session, query: Query, source: PatchSource, *, timed: bool) -> RunReport:
    """Judge the change in an open run, and record the answer.

    Args:
        session: The run, opened for a request about one change.
        query: The target.
        source: The change.
        timed: Whether speed is asked for, or the behaviour alone.
    """
    if timed:
        report = (await optimize_run(session.engine, query, session.identity)).report
    else:
        report = await _verify(session, query, source)
    report = session.conclude(report)
    session.finish(report)
    return report


async def _verify(session: Session, query: Query, source: PatchSource) -> RunReport:
    engine, identity = session.engine, session.identity
    (target,) = await choose_targets(engine, query)
    corpora = await observe_targets(engine, (target,))
    corpus = corpora[0] if corpora else Corpus(target.id)
    corpus = await grow_corpus(engine, target, corpus)
    files = {target.path: read_original(engine.project, target)}
    (candidate,) = await source.propose(Question(engine.project, target, files, corpus))
    result = await verify_target(engine, target, corpus, candidate)
    return RunReport(
        run=identity.run,
        project=engine.project.root.name,
        command=identity.command,
        started=identity.started,
        seconds=result.seconds,
        version=identity.version,
        seed=engine.settings.seed,
        results=(result,),
        machine=describe_machine(),
        sandbox=identity.sandbox,
        unconfined=identity.unconfined,
        notes=identity.notes,
        timed=False,
    )
