"""The text of a pull request: what changes, why it is faster, the evidence, and how anybody repeats it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import frozen

from codeflash_core.cases.checking import unfounded
from codeflash_core.cases.study import ratio_of, shown
from codeflash_core.errors import UsageError
from codeflash_core.records.results_tsv import Row
from codeflash_core.reports import figures
from codeflash_core.reports.text import (
    markdown_block,
    markdown_code,
    markdown_text,
    one_line,
    table_cell,
    table_row,
    visible,
)

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
"""Marks around our part of a text: what others write around it stays."""
LONGEST = 60_000
"""Most letters of a text; GitHub takes 65,536."""
_TRAILER = re.compile(r"[A-Z][A-Za-z-]+-by: |[A-Z][a-z]+-[Ii]d: |(?:Closes|Fixes|Refs):? #")
_FIGURES = re.compile(r"\S+: .*\d(?:\.\d+)?x \[")


@frozen
class Change:
    """One change with its evidence.

    Attributes:
        description: What was done, a sentence.
        why: Why it is faster, Markdown.
        rows: The rows of the recording, gains or not.
        base: The commit that it was compared with.
        head: The commit that was measured.
        files: Lines added and taken out, by file.
        script: What repeats the measurement.
        notes: What a reader should know before merging.
    """

    description: str
    why: str
    rows: tuple[Row, ...]
    base: str
    head: str
    files: Mapping[str, tuple[int, int]]
    script: str
    notes: tuple[str, ...] = ()


def refuse_unfounded(what: str, text: str, rows: Sequence[Row]) -> None:
    """Refuse a text with figures that no row has.

    Args:
        what: Which text it is.
        text: What somebody wrote.
        rows: The rows that it may quote.

    Raises:
        UsageError: It quotes others; they are named.
    """
    unknown = unfounded(text, rows)
    if unknown:
        raise UsageError(
            f"{what}: no row says {', '.join(dict.fromkeys(unknown))}",
            "Quote a figure as the row has it, or leave it out.",
        )


def title_of(description: str) -> str:
    """A title: what is done, without figures, which would grow old."""
    text = one_line(description).rstrip(".")
    return text[:1].upper() + text[1:]


def body_of(change: Change) -> str:
    """The text.

    Raises:
        UsageError: It does not say why, quotes a figure that no row has, or is too long.
    """
    if not change.why.strip():
        raise UsageError(
            "nothing says why the change is faster",
            "Write it into the commit's message, under the first line; or give it: --why TEXT.",
        )
    refuse_unfounded("the description", change.description, change.rows)
    refuse_unfounded("the reason", change.why, change.rows)
    parts = [
        f"{markdown_text(title_of(change.description))}.",
        _files(change.files),
        "### Why it is faster",
        visible(change.why.strip()),
        "### Evidence",
        evidence_table(change.rows),
        *method(change.rows, change.base, change.head),
        "### Reproduce",
        "In a clone of the project, with git, hyperfine and uv (or `RUNNER=python`, in an environment that has the "
        "project's dependencies). Each version is checked out into a folder of its own; the clone stays as it is.",
        markdown_block("$ sh reproduce.sh", "console"),
        f"<details>\n<summary>reproduce.sh</summary>\n\n{markdown_block(change.script, 'sh')}\n\n</details>",
    ]
    if change.notes:
        parts += [
            "### To know before merging",
            "\n".join(f"- {markdown_text(each)}" for each in change.notes),
        ]
    return marked("\n\n".join(parts))


def evidence_table(rows: Sequence[Row]) -> str:
    """What was measured, one line for each row."""
    lines = ["| measured | before | after | before / after | row |", "|---|---:|---:|---:|---:|"]
    for row in rows:
        before, after = (shown(value, row.unit) for value in (row.before, row.after))
        name = table_cell(row.target, code=True)
        lines.append(table_row(name, before, after, ratio_of(row), str(row.iteration)))
    return "\n".join(lines)


def method(rows: Sequence[Row], base: str, head: str) -> list[str]:
    """How rows were measured, where, and which records say so.

    Args:
        rows: The rows of one recording.
        base: The commit that was compared with.
        head: The commit that was measured.
    """
    levels = sorted({figures.level(row.level) for row in rows if row.level})
    told = (
        f"{markdown_code(base[:10])} against {markdown_code(head[:10])}. In brackets stand the bounds of the "
        f"{' and '.join(levels)} confidence interval; the claim is the lower one."
    )
    said = dict.fromkeys(
        f"- row {row.iteration}, {markdown_text(row.run.replace(':', ' data '))}: "
        f"{markdown_text(_without_versions(row.evidence))}; {markdown_text(row.machine or 'machine not recorded')}"
        for row in rows
    )
    return [told, "\n".join(said)]


def marked(text: str) -> str:
    """Our part of a pull request's text, between its marks.

    Raises:
        UsageError: It is longer than GitHub takes.
    """
    inner = text.replace(BEGIN, "").replace(END, "").strip()
    if len(inner) > LONGEST:
        raise UsageError(
            f"the text has {len(inner):,} letters, and GitHub takes {LONGEST:,}",
            "Record fewer rows at once, or time a shorter program.",
        )
    return f"{BEGIN}\n{inner}\n{END}\n"


def joined(there: str, ours: str) -> str:
    """A text with our part in it: in the place of the one that is there, else after all that others wrote.

    Args:
        there: The text as it is.
        ours: Our part, with its marks.
    """
    plain = there.replace("\r\n", "\n")
    before, begin, rest = plain.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        return before + ours.rstrip("\n") + after
    return f"{plain.rstrip()}\n\n{ours}" if plain.strip() else ours


def why_of(message: str) -> str:
    """What a commit's message says beneath its first line, without trailers and lines of figures.

    Args:
        message: The whole message.
    """
    _, _, body = message.strip().partition("\n")
    kept = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        lines = [line for line in paragraph.splitlines() if not _TRAILER.match(line)]
        if lines and not _FIGURES.match(lines[0]) and not lines[0].startswith("Measured by "):
            kept.append("\n".join(lines).strip())
    return "\n\n".join(filter(None, kept))


def _files(files: Mapping[str, tuple[int, int]]) -> str:
    return "\n".join(
        f"- {markdown_code(path)}: {figures.count(added, 'line')} added, {removed} removed"
        for path, (added, removed) in files.items()
    )


def _without_versions(evidence: str) -> str:
    return re.sub(r"^[0-9a-f]{7,40}\.\.[0-9a-f]{7,40}, ", "", evidence)
