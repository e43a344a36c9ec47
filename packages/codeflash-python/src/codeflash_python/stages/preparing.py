"""Prepare: a candidate's files as bytes, its diff, and the static gate before anything runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from codeflash_core.errors import CodeflashError, UsageError
from codeflash_core.model.candidate import Candidate, unified_diff
from codeflash_core.model.side import ORIGINAL, UNCHANGED, Prepared, Side
from codeflash_core.model.target import Project, Target
from codeflash_core.texts import SourceText, content, decode
from codeflash_python.behaviour.static_gate import inspect_change
from codeflash_python.formatting.formatting import FormatterFailed, format_changed_lines
from codeflash_python.stages.bench import Bench
from codeflash_syntax.normalize import digest_module
from codeflash_syntax.parse import SyntaxProblem


async def prepare(bench: Bench, project: Project, target: Target, candidate: Candidate) -> Prepared:
    """Turn a candidate into files that can run, or say why it is refused unread.

    What the catalogue proposes is put into the project's style; what a person or an agent hands in is
    judged as it is.
    """
    files: dict[str, str | None] = {}
    originals: dict[str, str] = {}
    changes: dict[str, bytes | None] = {}
    refusals: list[str] = []
    for path, text in candidate.files.items():
        try:
            before = _read(project, path)
            if before is not None:
                originals[path] = before.text
            source = before or SourceText("")
            if text is not None and candidate.trusted and before is not None:
                text = await format_changes(bench, project, before.text, text, path)
            files[path] = text
            changes[path] = None if text is None else source.encode(text)
        except CodeflashError as problem:
            refusals.append(problem.message)
    diff = unified_diff(originals, files)
    if not diff and not refusals:
        refusals.append("the candidate changes nothing")
    gate = inspect_change(
        originals,
        files,
        target_path=target.path,
        qualname=target.qualname,
        tests=project.tests,
    )
    return Prepared(
        side=Side.of(changes),
        diff=diff,
        refusals=(*refusals, *gate.refusals),
        cautions=gate.cautions,
        keeps_state=gate.keeps_state,
        separate=gate.separate,
        adds=gate.adds,
        form=_form(originals, files),
    )


def _form(originals: Mapping[str, str], files: Mapping[str, str | None]) -> str:
    """Identifies a change but for layout, comments and names of local variables; empty where a file does not parse."""
    new, old = _digest(files), _digest({path: originals.get(path) for path in files})
    return UNCHANGED if new and new == old else new


def _digest(files: Mapping[str, str | None]) -> str:
    try:
        parts = [
            f"{path}\0{'' if text is None else digest_module(text) if path.endswith('.py') else text}"
            for path, text in sorted(files.items())
        ]
    except (SyntaxProblem, RecursionError):
        return ""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _read(project: Project, path: str) -> SourceText | None:
    """The original file, or None when it is new.

    Raises:
        UsageError: The path leaves the project, or the file can't be read.
    """
    pure = PurePosixPath(path)
    place = project.root / pure
    if pure.is_absolute() or ".." in pure.parts or not place.resolve().is_relative_to(project.root.resolve()):
        raise UsageError(f"the candidate leaves the project: {path}")
    if path not in project.held and not place.exists():
        return None
    try:
        return decode(content(project.root, path, project.held), path)
    except OSError as problem:
        raise UsageError(f"can't read {path}: {problem.strerror}") from problem


async def format_changes(bench: Bench, project: Project, original: str, changed: str, path: str) -> str:
    """The changed text with the project's formatter applied to the changed lines only.

    The formatter belongs to the project's environment, so it runs in the sandbox; where there is none, or
    it fails, the text stays as it is.
    """

    async def run(command: Sequence[str], text: str, folder: Path) -> str:
        del folder
        program = bench.running(project, ("format",))
        request = {"op": "format", "command": list(command)}
        answer = await bench.client.ask(ORIGINAL, program, request, [text.encode()], wall=30.0)
        if answer.failure is not None or not answer.blobs:
            raise FormatterFailed(answer.failure.detail if answer.failure else "no answer")
        try:
            return answer.blobs[0].decode()
        except UnicodeDecodeError as problem:
            raise FormatterFailed("it wrote no text") from problem

    formatted = await format_changed_lines(
        project.root, project.interpreter, path, original, changed, wanted=project.formatter, run=run
    )
    return formatted.text
