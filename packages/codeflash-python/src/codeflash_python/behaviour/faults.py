"""Are the checks good enough? Faults are seeded into the changed lines; the inputs should notice them.

A fault in a condition that only chooses between two ways to the same end changes nothing. So the
condition of each such fault is also forced both ways; when the inputs notice neither, the fault does not
count.
"""

from __future__ import annotations

import ast
import difflib
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from attrs import field, frozen

from codeflash_core.model.verdict import Fault
from codeflash_python.behaviour.graphs import Malformed
from codeflash_python.behaviour.mutations import FunctionNode, Replacement, replacements

MOST = 20
"""Most faults seeded into one candidate."""

BAR = 0.9
"""Share of the faults that change behaviour which the checks must catch."""

CAUGHT = frozenset({"difference", "timeout", "crash"})
ENDINGS = CAUGHT | {"survived", "unfit", "not-run"}


@frozen
class Variant:
    """One faulty version.

    Attributes:
        line: Line in the candidate's file.
        before: The source as it is.
        after: The faulty source.
        text: The whole faulty file.
        qualname: The function that holds the fault.
        role: ``fault``, or the way in which a condition is forced.
        condition: Number of the condition it is in, or -1.
    """

    line: int
    before: str
    after: str
    text: str = field(repr=False)
    qualname: str = ""
    role: Literal["fault", "forced"] = "fault"
    condition: int = -1

    def asked(self) -> dict[str, str]:
        """What the worker is sent."""
        return {"text": self.text, "qualname": self.qualname}


def plan(original: str, candidate: str, *, seed: int, most: int = MOST) -> tuple[Variant, ...]:
    """Choose faults in the changed lines of a candidate's file.

    Args:
        original: The file before the change; empty for a new file.
        candidate: The file after it.
        seed: Seed of the choice; equal seeds give equal faults.
        most: Most faults.

    Returns:
        The faults, spread over the changed lines, and after them the forced conditions they need. Empty when
        the candidate does not parse.
    """
    try:
        tree = ast.parse(candidate)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    lines = changed_lines(original, candidate)
    moved = _constants(original, changed_lines(candidate, original))
    source = _Source(candidate)
    found: dict[int, list[tuple[str, Replacement]]] = {}
    for function, qualname in _outer_functions(tree):
        for replacement in replacements(function):
            node = replacement.node
            # A literal that only moved is not part of the change: the text itself shows that it is right.
            if isinstance(node, ast.Constant) and (type(node.value), node.value) in moved:
                continue
            if any(line in lines for line in range(node.lineno, _last_own_line(node) + 1)):
                found.setdefault(node.lineno, []).append((qualname, replacement))
    chosen = _spread(found, random.Random(seed), most)
    return _variants(source, chosen)


def _constants(text: str, lines: frozenset[int]) -> frozenset[tuple[type, object]]:
    """The literals on these lines, with their types: 1 and True are not the same."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(
        (type(node.value), node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.lineno in lines
    )


def _last_own_line(node: ast.expr | ast.stmt) -> int:
    """The last line of a node, for statements with a body that of its header."""
    body: Any = getattr(node, "body", None)
    if isinstance(body, list) and body:
        return max(node.lineno, int(body[0].lineno) - 1)
    return node.end_lineno or node.lineno


def changed_lines(original: str, candidate: str) -> frozenset[int]:
    """Lines of the candidate, from 1, that are new or changed; beside a pure deletion its neighbours."""
    matcher = difflib.SequenceMatcher(None, original.splitlines(), candidate.splitlines(), autojunk=False)
    lines: set[int] = set()
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in ("replace", "insert"):
            lines.update(range(start + 1, end + 1))
        elif tag == "delete":
            lines.update((start, start + 1))
    return frozenset(lines)


def _outer_functions(tree: ast.Module) -> Iterator[tuple[FunctionNode, str]]:
    stack: list[tuple[Sequence[ast.stmt], str]] = [(tree.body, "")]
    while stack:
        body, prefix = stack.pop(0)
        for node in body:
            if isinstance(node, FunctionNode):
                yield node, prefix + node.name
            elif isinstance(node, ast.ClassDef):
                stack.append((node.body, f"{prefix}{node.name}."))
            elif isinstance(node, ast.If | ast.Try):
                stack += [(node.body, prefix), (node.orelse, prefix)]


def _spread(
    found: dict[int, list[tuple[str, Replacement]]], generator: random.Random, most: int
) -> list[tuple[str, Replacement]]:
    """One of each line in turn, until there are enough."""
    for options in found.values():
        generator.shuffle(options)
    chosen: list[tuple[str, Replacement]] = []
    while len(chosen) < most and found:
        lines = sorted(found)
        generator.shuffle(lines)
        for line in lines[: most - len(chosen)]:
            chosen.append(found[line].pop())
            if not found[line]:
                del found[line]
    chosen.sort(key=lambda pair: (pair[1].node.lineno, pair[1].node.col_offset, pair[1].text))
    return chosen


def _variants(source: _Source, chosen: list[tuple[str, Replacement]]) -> tuple[Variant, ...]:
    numbers: dict[int, int] = {}
    faults: list[Variant] = []
    forced: list[Variant] = []
    for qualname, replacement in chosen:
        node, condition = replacement.node, replacement.condition
        number = -1
        if condition is not None:
            if id(condition) not in numbers:
                numbers[id(condition)] = len(numbers)
                for value in ("True", "False"):
                    forced.append(
                        source.variant(condition, value, qualname, "forced", numbers[id(condition)])
                    )
            number = numbers[id(condition)]
        faults.append(source.variant(node, replacement.text, qualname, "fault", number))
    return tuple(one for one in (*faults, *forced) if _parses(one.text))


def _parses(text: str) -> bool:
    try:
        compile(text, "<fault>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


class _Source:
    """A text whose parts are replaced by the places that the parser gives: lines and UTF-8 columns."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._starts = [0]
        # Like the parser: only line feeds and carriage returns end a line.
        for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
            self._starts.append(self._starts[-1] + len(line.encode()))

    def variant(
        self,
        node: ast.expr | ast.stmt,
        text: str,
        qualname: str,
        role: Literal["fault", "forced"],
        number: int,
    ) -> Variant:
        """The text with one part replaced."""
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        before = self._data[start:end].decode(errors="replace")
        faulty = (self._data[:start] + text.encode() + self._data[end:]).decode(errors="replace")
        return Variant(node.lineno, before, text, faulty, qualname, role, number)


def judge(variants: Sequence[Variant], data: Any) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """What became of the planned variants.

    Args:
        variants: The plan.
        data: The worker's answer.

    Returns:
        The faults that ran, and notes for the reader.

    Raises:
        Malformed: The answer does not fit the plan.
    """
    answers = data.get("variants") if isinstance(data, dict) else None
    if not isinstance(answers, list) or len(answers) != len(variants):
        raise Malformed("faults")
    endings: list[str] = []
    for answer in answers:
        how = answer.get("how") if isinstance(answer, dict) else None
        if not isinstance(how, str) or how not in ENDINGS:
            raise Malformed("fault")
        endings.append(how)
    harmless = _harmless(variants, endings)
    faults = tuple(
        Fault(
            line=variant.line,
            before=variant.before,
            after=variant.after,
            caught=how in CAUGHT,
            equivalent=how == "survived" and variant.condition in harmless,
        )
        for variant, how in zip(variants, endings, strict=True)
        if variant.role == "fault" and how in CAUGHT | {"survived"}
    )
    left_out = sum(
        how == "not-run" for variant, how in zip(variants, endings, strict=True) if variant.role == "fault"
    )
    return faults, ((f"{left_out} seeded faults were not tried for lack of time",) if left_out else ())


def _harmless(variants: Sequence[Variant], endings: Sequence[str]) -> frozenset[int]:
    """Conditions that were forced both ways without any input noticing."""
    survived: dict[int, int] = {}
    for variant, how in zip(variants, endings, strict=True):
        if variant.role == "forced" and how == "survived":
            survived[variant.condition] = survived.get(variant.condition, 0) + 1
    return frozenset(number for number, count in survived.items() if count == 2)
