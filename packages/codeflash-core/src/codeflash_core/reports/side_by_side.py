"""A side-by-side diff as an HTML table, with the changed words of changed lines marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from codeflash_core.reports.text import escape, split_lines

_CONTEXT = 3
_ALIKE = 0.4
_LARGE = 80
_LONG_LINE = 2000
_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)

Row = tuple[int | None, int | None]
"""Line numbers from 0 on the left and right; None where a side has no line."""


def file_diffs(original: Mapping[str, str], files: Mapping[str, str | None]) -> str:
    """Renders the change of each file.

    Args:
        original: Text before, by path; new files are absent.
        files: Text after, by path; None for a deleted file.

    Returns:
        HTML, empty when nothing differs.
    """
    parts = []
    for path in sorted(files):
        before, after = original.get(path), files[path]
        if before == after:
            continue
        note = "new file" if before is None else "deleted" if after is None else ""
        parts.append(
            f'<figure class="diff"><figcaption><code>{escape(path)}</code>'
            f"{f' <span class=muted>{note}</span>' if note else ''}</figcaption>"
            f"{_table(_lines(before), _lines(after))}</figure>"
        )
    return "".join(parts)


def _lines(text: str | None) -> list[str]:
    if not text:
        return []
    lines = split_lines(text)
    return lines[:-1] if lines[-1] == "" else lines


def _table(before: Sequence[str], after: Sequence[str]) -> str:
    if before == after:
        return '<p class="muted">Only line ends or the end of the file differ.</p>'
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    body = []
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number:
            body.append('<tr class="gap"><td colspan="4">⋯</td></tr>')
        for tag, i1, i2, j1, j2 in group:
            body += [_row(tag, before, after, i, j) for i, j in _aligned(tag, before, after, i1, i2, j1, j2)]
    return (
        '<div class="scroll"><table class="sides"><colgroup><col class="number"><col><col class="number"><col>'
        '</colgroup><thead><tr><th colspan="2" scope="col">before</th><th colspan="2" scope="col">after</th></tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _aligned(
    tag: str, before: Sequence[str], after: Sequence[str], i1: int, i2: int, j1: int, j2: int
) -> Iterator[Row]:
    """Pairs the lines of one opcode; of a replaced stretch, those that are alike stand side by side."""
    if tag == "equal":
        yield from zip(range(i1, i2), range(j1, j2), strict=True)
        return
    pairs = _pairs(before[i1:i2], after[j1:j2]) if tag == "replace" else []
    i, j = i1, j1
    for left, right in [*pairs, (i2 - i1, j2 - j1)]:
        # Lines between two pairs share rows too, from the top: fewer rows, nothing claimed by it.
        while i < i1 + left or j < j1 + right:
            yield (i if i < i1 + left else None, j if j < j1 + right else None)
            i, j = min(i + 1, i1 + left), min(j + 1, j1 + right)
        if (left, right) != (i2 - i1, j2 - j1):
            yield (i, j)
            i, j = i + 1, j + 1


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The pairing of alike lines, in order, that is alike the most (dynamic programming)."""
    if len(before) > _LARGE or len(after) > _LARGE:
        return [(index, index) for index in range(min(len(before), len(after)))]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    score = [[_likeness(left, right) for right in after] for left in before]
    for i in range(len(before) - 1, -1, -1):
        for j in range(len(after) - 1, -1, -1):
            paired = score[i][j] + best[i + 1][j + 1] if score[i][j] >= _ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(before) and j < len(after):
        if score[i][j] >= _ALIKE and best[i][j] == score[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _likeness(left: str, right: str) -> float:
    a, b = _WORD.findall(left.strip()[:_LONG_LINE]), _WORD.findall(right.strip()[:_LONG_LINE])
    if not a or not b:
        return 0.0
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def _row(tag: str, before: Sequence[str], after: Sequence[str], i: int | None, j: int | None) -> str:
    if tag == "equal" and i is not None and j is not None:
        return f"<tr>{_cells(i, escape(before[i], _LONG_LINE))}{_cells(j, escape(after[j], _LONG_LINE))}</tr>"
    left = before[i] if i is not None else None
    right = after[j] if j is not None else None
    if left is not None and right is not None and _likeness(left, right) >= _ALIKE:
        left_html, right_html = _marked(left, right)
    else:
        left_html, right_html = (escape(side or "", _LONG_LINE) for side in (left, right))
    return f"<tr>{_cells(i, left_html, 'gone')}{_cells(j, right_html, 'come')}</tr>"


def _cells(index: int | None, code: str, kind: str = "") -> str:
    if index is None:
        return '<td class="number"></td><td class="none"></td>'
    style = f' class="{kind}"' if kind else ""
    sign = {"gone": "−", "come": "+"}.get(kind, "")
    return f'<td class="number">{index + 1}</td><td{style} data-sign="{sign}"><code>{code or " "}</code></td>'


def _marked(left: str, right: str) -> tuple[str, str]:
    """Both lines with the words that differ inside `<del>` and `<ins>`."""
    if max(len(left), len(right)) > _LONG_LINE:
        return escape(left, _LONG_LINE), escape(right, _LONG_LINE)
    a, b = _WORD.findall(left), _WORD.findall(right)
    sides: tuple[list[str], list[str]] = ([], [])
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for out, words, element in ((sides[0], a[i1:i2], "del"), (sides[1], b[j1:j2], "ins")):
            text = escape("".join(words))
            out.append(text if tag == "equal" or not text else f"<{element}>{text}</{element}>")
    return "".join(sides[0]), "".join(sides[1])


def unified(diff: str) -> str:
    """Renders a unified diff as preformatted text with coloured lines.

    Args:
        diff: Unified diff.
    """
    kinds = {"+": "come", "-": "gone", "@": "hunk"}
    lines = []
    for line in _lines(diff):
        kind = "" if line.startswith(("+++", "---")) else kinds.get(line[:1], "")
        text = escape(line, _LONG_LINE)
        lines.append(f'<span class="{kind}">{text}</span>' if kind else text)
    return f'<pre class="unified">{chr(10).join(lines)}</pre>'
