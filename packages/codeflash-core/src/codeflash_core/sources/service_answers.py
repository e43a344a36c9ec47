"""What the AI service answers, as candidates: a change of the target's file, or why it is none."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Sequence

from attrs import evolve, frozen

from codeflash_core.compiling import compiles
from codeflash_core.model.candidate import Candidate, candidate_id
from codeflash_core.ports.sources import Answer, Question, Step
from codeflash_core.service.markdown import Block, read_blocks
from codeflash_core.service.values import Proposal
from codeflash_core.texts import one_paragraph

LONGEST_REASON = 2_000
MOST = 30
"""Versions in one answer that are looked at: a few are asked for."""
MOST_NAMED = 5
LARGEST = 1_000_000
"""Characters of a file that a model may write: a longer one is no version of a file that a person wrote."""


@frozen
class _Written:
    """What a model wrote.

    Attributes:
        files: New text by path.
        why_not: Why it is no version of the file, or empty.
        refused: Why it is a candidate that may not be one, or empty.
    """

    files: dict[str, str]
    why_not: str = ""
    refused: str = ""


def answer_of(question: Question, found: Sequence[Proposal], source: str) -> Answer:
    """The candidates among what the service answered, and what the others lack.

    Args:
        question: What was asked.
        found: What was answered.
        source: Who answered.
    """
    candidates: dict[str, Candidate] = {}
    unusable: list[str] = []
    for proposal in found[:MOST]:
        written = _written(question, proposal.source_code)
        if written.why_not:
            unusable.append(written.why_not)
            continue
        candidate = _candidate(question, proposal, written, source)
        candidates.setdefault(candidate.id, candidate)
    if len(found) > MOST:
        unusable.append(f"{len(found) - MOST} more than {MOST} versions are not looked at")
    problem = ""
    if unusable and not candidates:
        problem = f"none of {len(found)} answers is a new version of the file: {unusable[0]}"
    return Answer(tuple(candidates.values()), problem=problem, unusable=tuple(unusable))


def in_words(text: str) -> Answer:
    """An answer that is no candidate: tests, an explanation, a review.

    Args:
        text: What was answered.
    """
    if len(text) > LARGEST:
        return Answer(problem=f"it answers {len(text)} characters; {LARGEST} are read")
    return Answer(text=text)


def _candidate(question: Question, proposal: Proposal, written: _Written, source: str) -> Candidate:
    target = question.target
    parent = question.about[-1].candidate if question.about else question.parent
    carried = {path: text for path, text in (parent.files if parent else {}).items() if path != target.path}
    files: dict[str, str | None] = {**carried, **written.files}
    base = {target.path: target.file_sha256}
    step = source if question.step is Step.PROPOSE else f"{source}:{question.step}"
    model = re.sub(r"[^\w.+-]", "-", proposal.model or "")[:60]
    # What a repair or a refinement says replaces what its parent said; a step further adds to it.
    reasons = [parent.why] if parent and question.step in (Step.PROPOSE, Step.PROFILE) else []
    return Candidate(
        id=candidate_id(
            base, {path: hashlib.sha256((text or "").encode()).hexdigest() for path, text in files.items()}
        ),
        source=f"{source}:{model}" if model else source,
        files=files,
        why=" ".join([*reasons, one_paragraph(proposal.explanation, LONGEST_REASON)]).strip(),
        parents=(parent.id,) if parent else (),
        steps=(*(parent.steps if parent else ()), step),
        adds=parent.adds if parent else (),
        trusted=False,
        refused=written.refused,
    )


def _written(question: Question, markdown: str) -> _Written:
    """The file in an answer, with the line ends of the source."""
    path = question.target.path
    language = question.project.language
    blocks = read_blocks(markdown, compiles if language == "python" else None)
    if not blocks:
        return _Written({}, "there is no code in it")
    blocks = tuple(
        evolve(block, path=posixpath.normpath(block.path)) if block.path else block for block in blocks
    )
    others = [block for block in blocks if block.path not in ("", path)]
    if others:
        names = list(dict.fromkeys(block.path[:200] for block in others))
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        changed = ", ".join(names[:MOST_NAMED]) + more
        files = {block.path or path: block.text for block in blocks if _is_text(block)}
        return _Written(files, refused=f"it changes {changed}: only {path} was asked about")
    if len(blocks) != 1 or not blocks[0].closed:
        return _Written({}, "the code breaks off" if len(blocks) == 1 else "it is in several pieces")
    if not _is_text(blocks[0]):
        return _Written({}, "it is no text that a file can hold")
    text = _with_line_ends(blocks[0].text, question.files[path])
    if text == question.files[path] or text == question.original:
        return _Written({}, "it is the same code")
    return _Written({path: text})


def _is_text(block: Block) -> bool:
    try:
        block.text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in block.text and bool(block.text.strip()) and len(block.text) <= LARGEST


def _with_line_ends(text: str, source: str) -> str:
    if "\r\n" in source and "\r\n" not in text:
        text = text.replace("\n", "\r\n")
    end = "\r\n" if source.endswith("\r\n") else "\n" if source.endswith("\n") else ""
    return text if text.endswith("\n") else text + end
