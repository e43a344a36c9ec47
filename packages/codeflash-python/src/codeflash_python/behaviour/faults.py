"""Are the checks good enough? Faults are seeded into the changed lines; the inputs should notice them.

A fault in a condition that only chooses between two ways to the same end changes nothing. So the
condition of each such fault is also forced both ways; when the inputs notice neither, the fault does not
count. A fault that only makes the condition true less often takes the one way more often, and no other: for it
the inputs need only pass with that way forced.

And whatever changed must be run by some input, see :mod:`codeflash_python.behaviour.reach`.
"""

from __future__ import annotations

import ast
import difflib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from attrs import evolve, field, frozen

from codeflash_core.model.verdict import Fault
from codeflash_python.behaviour.graphs import Malformed
from codeflash_python.behaviour.mutations import Bound, FunctionNode, Replacement, replacements
from codeflash_python.behaviour.reach import Moved, places

MOST = 20
"""Most faults seeded into one candidate."""

LEAST = 4
"""Faults seeded into each changed file, however many there are."""

CONDITIONS = 10_000
"""More conditions than one file can have among its faults."""

ROLES = ("fault", "forced", "reach")

CAUGHT = frozenset({"difference", "timeout", "crash"})
ENDINGS = CAUGHT | {"survived", "unfit", "not-run", "reached"}
REACHED = frozenset({"difference", "crash", "reached"})
SHOWN = 80
"""Most characters of a line that nothing reaches."""

Role = Literal["fault", "forced", "reach"]
FORCED: tuple[tuple[str, Bound], ...] = (("True", "looser"), ("False", "stricter"))


@frozen
class Variant:
    """One faulty version.

    Attributes:
        line: Line in the candidate's file.
        before: The source as it is.
        after: The faulty source.
        text: The whole faulty file.
        qualname: The function that holds the fault.
        role: ``fault``; ``forced`` for a condition that is held true or false; ``reach`` for a place that ends
            the process when some input comes to it.
        condition: Number of the condition it is in, or -1.
        bound: Whether the fault makes the condition true only less often or only more often; and what a
            condition is forced to.
        proved_by: For a place to reach, numbers of the faults whose being caught shows that it is reached.
        path: The file, where it is not the target's.
    """

    line: int
    before: str
    after: str
    text: str = field(repr=False)
    qualname: str = ""
    role: Role = "fault"
    condition: int = -1
    bound: Bound = ""
    proved_by: tuple[int, ...] = ()
    path: str = ""

    def asked(self) -> dict[str, Any]:
        """What the worker is sent."""
        asked: dict[str, Any] = {"text": self.text, "qualname": self.qualname}
        if self.path:
            asked["path"] = self.path
        if self.role == "reach":
            asked.update(reach=True, unless=list(self.proved_by))
        return asked

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"line {self.line} of {self.path}" if self.path else f"line {self.line}"


@frozen
class Seeded:
    """What became of the planned variants.

    Attributes:
        faults: The faults that ran.
        unreached: Changed places that no input reaches, with their text.
        notes: For the reader.
    """

    faults: tuple[Fault, ...] = ()
    unreached: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def plan_all(
    changed: Mapping[str, tuple[str, str]], target: str, *, seed: int, most: int = MOST
) -> tuple[Variant, ...]:
    """Choose faults in all changed files.

    Args:
        changed: Text of each changed module before and after the change, by path.
        target: The target's file.
        seed: Seed of the choice.
        most: Most faults, all files together, but for a few of each.

    Returns:
        First all faults, then the forced conditions, then the places to reach.
    """
    if not changed:
        return ()
    most = max(LEAST, most // len(changed))
    found: list[Variant] = []
    for number, (path, (before, after)) in enumerate(changed.items()):
        offset, conditions = len(found), CONDITIONS * number
        found += (
            evolve(
                variant,
                path="" if path == target else path,
                condition=variant.condition + conditions if variant.condition >= 0 else -1,
                proved_by=tuple(each + offset for each in variant.proved_by),
            )
            for variant in plan(before, after, seed=seed, most=most)
        )
    order = sorted(range(len(found)), key=lambda at: ROLES.index(found[at].role))
    moved = {old: new for new, old in enumerate(order)}
    return tuple(
        evolve(found[at], proved_by=tuple(moved[each] for each in found[at].proved_by)) for at in order
    )


def plan(original: str, candidate: str, *, seed: int, most: int = MOST) -> tuple[Variant, ...]:
    """Choose faults in the changed lines of a candidate's file.

    Args:
        original: The file before the change; empty for a new file.
        candidate: The file after it.
        seed: Seed of the choice; equal seeds give equal faults.
        most: Most faults.

    Returns:
        The faults, spread over the changed lines, after them the forced conditions they need, and at last
        the places that some input must reach. Empty when the candidate does not parse.
    """
    tree = _parsed(candidate)
    if tree is None:
        return ()
    lines = changed_lines(original, candidate)
    moved = _constants(original, changed_lines(candidate, original))
    source = _Source(candidate)
    found: dict[int, list[tuple[str, Replacement]]] = {}
    functions = tuple(_outer_functions(tree))
    for function, qualname in functions:
        for replacement in replacements(function):
            node = replacement.node
            # A literal that only moved is not part of the change: the text itself shows that it is right.
            if isinstance(node, ast.Constant) and (type(node.value), node.value) in moved:
                continue
            if any(line in lines for line in range(node.lineno, _last_own_line(node) + 1)):
                found.setdefault(node.lineno, []).append((qualname, replacement))
    chosen = _spread(found, random.Random(seed), most)
    variants, nodes = _variants(source, chosen)
    return (*variants, *_to_reach(source, original, functions, candidate, variants, nodes))


def _to_reach(
    source: _Source,
    original: str,
    functions: Sequence[tuple[FunctionNode, str]],
    candidate: str,
    variants: Sequence[Variant],
    nodes: Sequence[ast.AST],
) -> Iterator[Variant]:
    """The places that some input must reach; what only moved as well where nothing else can be broken."""
    lines = written_lines(original, candidate)
    before = _parsed(original)
    moved = Moved(before, changed_lines(candidate, original)) if before is not None else Moved(None, lines)
    found = [(place, name) for function, name in functions for place in places(function, lines, moved)]
    if not found and not variants:
        nothing = Moved(None, lines)
        found = [(place, name) for function, name in functions for place in places(function, lines, nothing)]
    for place, qualname in found:
        node = place.node
        variant = source.variant(node, place.marked(source.text_of(node)), qualname, "reach", -1)
        shown = " ".join((source.line(node.lineno) if place.keeps else variant.before).split())[:SHOWN]
        proved_by = tuple(
            number
            for number, (each, inside) in enumerate(zip(variants, nodes, strict=True))
            # Without the statement a name may be another one's, in lines far from here.
            if each.role == "fault" and each.after != "pass" and _lies_in(inside, place.whole)
        )
        if _parses(variant.text):
            yield evolve(variant, before=shown, proved_by=proved_by)


def _lies_in(node: Any, whole: Any) -> bool:
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return (whole.lineno, whole.col_offset) <= start and end <= (whole.end_lineno, whole.end_col_offset)


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def same_code(original: str, candidate: str) -> bool:
    """Whether two files differ in nothing that runs: only in comments, layout and docstrings."""
    dumped = []
    for text in (original, candidate):
        tree = _parsed(text)
        if tree is None:
            return False
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [  # type: ignore[attr-defined]
                    each
                    for each in body
                    if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
                ]
        dumped.append(ast.dump(tree))
    return dumped[0] == dumped[1]


def _constants(text: str, lines: frozenset[int]) -> frozenset[tuple[type, object]]:
    """The literals on these lines, with their types: 1 and True are not the same."""
    tree = _parsed(text)
    return frozenset(
        (type(node.value), node.value)
        for node in (ast.walk(tree) if tree is not None else ())
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


def written_lines(original: str, candidate: str) -> frozenset[int]:
    """Lines of the candidate, from 1, that are new or changed; beside a pure deletion those as deep as what went."""
    before, after = original.splitlines(), candidate.splitlines()
    lines: set[int] = set()
    for tag, first, last, start, end in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag in ("replace", "insert"):
            lines.update(range(start + 1, end + 1))
        elif tag == "delete":
            depth = next((_depth(line) for line in before[first:last] if line.strip()), -1)
            near = (at for at in (start, start + 1) if 1 <= at <= len(after))
            lines.update(at for at in near if _depth(after[at - 1]) == depth)
    return frozenset(lines)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


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


def _variants(
    source: _Source, chosen: list[tuple[str, Replacement]]
) -> tuple[tuple[Variant, ...], tuple[ast.AST, ...]]:
    """The faults and the forced conditions that they need, each with the part of the source it replaces."""
    numbers: dict[int, int] = {}
    faults: list[tuple[Variant, ast.AST]] = []
    forced: list[tuple[Variant, ast.AST]] = []
    for qualname, replacement in chosen:
        node, condition = replacement.node, replacement.condition
        number = -1
        if condition is not None:
            if id(condition) not in numbers:
                numbers[id(condition)] = len(numbers)
                forced += (
                    (
                        source.variant(condition, value, qualname, "forced", numbers[id(condition)], bound),
                        condition,
                    )
                    for value, bound in FORCED
                )
            number = numbers[id(condition)]
        fault = source.variant(node, replacement.text, qualname, "fault", number, replacement.bound)
        faults.append((fault, node))
    fit = [pair for pair in (*faults, *forced) if _parses(pair[0].text)]
    return tuple(variant for variant, _ in fit), tuple(node for _, node in fit)


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

    def line(self, number: int) -> str:
        """A line, from 1."""
        return self._data[self._starts[number - 1] : self._starts[number]].decode(errors="replace")

    def text_of(self, node: ast.expr | ast.stmt) -> str:
        """The text of one part."""
        start, end = self._span(node)
        return self._data[start:end].decode(errors="replace")

    def variant(
        self,
        node: ast.expr | ast.stmt,
        text: str,
        qualname: str,
        role: Role,
        number: int,
        bound: Bound = "",
    ) -> Variant:
        """The text with one part replaced."""
        start, end = self._span(node)
        before = self._data[start:end].decode(errors="replace")
        faulty = (self._data[:start] + text.encode() + self._data[end:]).decode(errors="replace")
        return Variant(node.lineno, before, text, faulty, qualname, role, number, bound)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)


def judge(variants: Sequence[Variant], data: Any) -> Seeded:
    """What became of the planned variants.

    Args:
        variants: The plan.
        data: The worker's answer.

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
    return judge_endings(variants, endings)


def judge_endings(variants: Sequence[Variant], endings: Sequence[str]) -> Seeded:
    """What became of the planned variants.

    Args:
        variants: The plan.
        endings: How each ended, of :data:`ENDINGS`.
    """
    harmless = _harmless(variants, endings)
    ended = tuple(zip(variants, endings, strict=True))
    faults = tuple(
        Fault(
            line=variant.line,
            before=variant.before,
            after=variant.after,
            caught=how in CAUGHT,
            equivalent=how == "survived" and _is_equivalent(variant, harmless),
        )
        for variant, how in ended
        if variant.role == "fault" and how in CAUGHT | {"survived"}
    )
    unreached = tuple(
        f"{variant.place}: {variant.before}{'' if how == 'survived' else f' ({UNSEEN.get(how, how)})'}"
        for variant, how in ended
        if variant.role == "reach" and how not in REACHED
    )
    left_out = sum(how == "not-run" for variant, how in ended if variant.role == "fault")
    notes = (f"{left_out} seeded faults were not tried for lack of time",) if left_out else ()
    return Seeded(faults, unreached, notes)


UNSEEN = {
    "not-run": "not tried for lack of time",
    "unfit": "it is not part of the loaded code",
    "timeout": "the inputs took too long",
}


def _harmless(variants: Sequence[Variant], endings: Sequence[str]) -> frozenset[tuple[int, Bound]]:
    """Conditions with the ways they were forced without any input noticing."""
    return frozenset(
        (variant.condition, variant.bound)
        for variant, how in zip(variants, endings, strict=True)
        if variant.role == "forced" and how == "survived"
    )


def _is_equivalent(variant: Variant, harmless: frozenset[tuple[int, Bound]]) -> bool:
    """Whether the inputs pass with each way forced that the fault takes where the sound version does not."""
    ways: tuple[Bound, ...] = (variant.bound,) if variant.bound else ("looser", "stricter")
    return all((variant.condition, way) in harmless for way in ways)
