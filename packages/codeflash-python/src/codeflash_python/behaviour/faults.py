"""Are the checks good enough? Faults are seeded into the changed lines; the inputs should notice them.

A fault in a condition that only chooses between two ways to the same end changes nothing. So the
condition of each such fault is also forced both ways; when the inputs notice neither, the fault does not
count. A fault that only makes the condition true less often takes the one way more often, and no other: for it
the inputs need only pass with that way forced.

And whatever changed must be run by some input, see :mod:`codeflash_python.behaviour.reach`.
"""

from __future__ import annotations

import ast
import builtins
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from attrs import evolve, field, frozen

from codeflash_core.compiling import compiled, compiles
from codeflash_python.behaviour.changed_lines import changed_lines, constants, parsed, written_lines
from codeflash_python.behaviour.equivalents import same_instructions
from codeflash_python.behaviour.fallbacks import guarded
from codeflash_python.behaviour.mutations import Bound, Replacement, replacements
from codeflash_python.behaviour.reach import Moved, places
from codeflash_python.behaviour.spans import Source
from codeflash_python.behaviour.ties import FunctionNode

MOST = 20
"""Most faults seeded into one candidate."""

LEAST = 4
"""Faults seeded into each changed file, however many there are."""

CONDITIONS = 10_000
"""More conditions than one file can have among its faults."""

ROLES = ("fault", "forced", "reach")

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
        guarded: For a fault behind ``try`` with a handler, the texts that watch it, faulty and sound.
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
    guarded: tuple[str, str] | None = field(default=None, repr=False)

    def asked(self) -> dict[str, Any]:
        """What the worker is sent."""
        asked: dict[str, Any] = {"text": self.text, "qualname": self.qualname}
        if self.path:
            asked["path"] = self.path
        if self.guarded is not None:
            asked["guarded"] = list(self.guarded)
        if self.role == "reach":
            asked.update(reach=True, unless=list(self.proved_by))
        return asked

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"line {self.line} of {self.path}" if self.path else f"line {self.line}"


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
    tree = parsed(candidate)
    if tree is None:
        return ()
    lines = changed_lines(original, candidate)
    moved = constants(original, changed_lines(candidate, original))
    source = Source(candidate)
    found: dict[int, list[Planned]] = {}
    functions = tuple(_outer_functions(tree))
    shadowed = _names_bound(tree)
    for function, qualname in functions:
        for replacement in replacements(function, shadowed):
            node = replacement.node
            # A literal that only moved is not part of the change: the text itself shows that it is right.
            if isinstance(node, ast.Constant) and (type(node.value), node.value) in moved:
                continue
            if any(line in lines for line in range(node.lineno, _last_own_line(node) + 1)):
                found.setdefault(node.lineno, []).append(Planned(qualname, function, replacement))
    chosen = _spread(found, random.Random(seed), most, source)
    variants, nodes = _variants(source, tree, chosen)
    return (*variants, *_to_reach(source, original, functions, candidate, variants, nodes))


def _to_reach(
    source: Source,
    original: str,
    functions: Sequence[tuple[FunctionNode, str]],
    candidate: str,
    variants: Sequence[Variant],
    nodes: Sequence[ast.AST],
) -> Iterator[Variant]:
    """The places that some input must reach; what only moved as well where nothing else can be broken."""
    lines = written_lines(original, candidate)
    before = parsed(original)
    moved = Moved(before, changed_lines(candidate, original)) if before is not None else Moved(None, lines)
    found = [(place, name) for function, name in functions for place in places(function, lines, moved)]
    if not found and not variants:
        nothing = Moved(None, lines)
        found = [(place, name) for function, name in functions for place in places(function, lines, nothing)]
    for place, qualname in found:
        node = place.node
        variant = _variant(source, node, place.marked(source.text_of(node)), qualname, "reach", -1)
        shown = " ".join((source.line(node.lineno) if place.keeps else variant.before).split())[:SHOWN]
        proved_by = tuple(
            number
            for number, (each, inside) in enumerate(zip(variants, nodes, strict=True))
            # Without the statement a name may be another one's, in lines far from here.
            if each.role == "fault" and each.after != "pass" and _lies_in(inside, place.whole)
        )
        if compiles(variant.text):
            yield evolve(variant, before=shown, proved_by=proved_by)


def _lies_in(node: Any, whole: Any) -> bool:
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return (whole.lineno, whole.col_offset) <= start and end <= (whole.end_lineno, whole.end_col_offset)


def _last_own_line(node: ast.expr | ast.stmt) -> int:
    """The last line of a node, for statements with a body that of its header."""
    body: Any = getattr(node, "body", None)
    if isinstance(body, list) and body:
        return max(node.lineno, int(body[0].lineno) - 1)
    return node.end_lineno or node.lineno


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


@frozen
class Planned:
    """A fault that may be seeded.

    Attributes:
        qualname: The function that holds it.
        function: The same, in the tree.
        replacement: The fault.
    """

    qualname: str
    function: FunctionNode = field(eq=False)
    replacement: Replacement


def _names_bound(tree: ast.Module) -> frozenset[str]:
    """Names that a module binds somewhere, which are no builtins there."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            # Nobody knows what a star brings.
            found.update(dir(builtins) if node.name == "*" else [node.asname or node.name])
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, FunctionNode | ast.ClassDef):
            found.add(node.name)
    return frozenset(found)


def _spread(
    found: dict[int, list[Planned]], generator: random.Random, most: int, source: Source
) -> list[Planned]:
    """One of each line in turn, until there are enough; what compiles to the sound code is none."""
    for options in found.values():
        generator.shuffle(options)
    sound = compiled(source.replaced())
    chosen: list[Planned] = []
    while len(chosen) < most and found:
        lines = sorted(found)
        generator.shuffle(lines)
        for line in lines[: most - len(chosen)]:
            planned = found[line].pop()
            if not found[line]:
                del found[line]
            faulty = compiled(source.replaced((planned.replacement.node, planned.replacement.text)))
            if faulty is not None and not (sound is not None and same_instructions(sound, faulty)):
                chosen.append(planned)
    chosen.sort(key=lambda planned: _order(planned.replacement))
    return chosen


def _order(replacement: Replacement) -> tuple[int, int, str]:
    return replacement.node.lineno, replacement.node.col_offset, replacement.text


def _variants(
    source: Source, tree: ast.Module, chosen: list[Planned]
) -> tuple[tuple[Variant, ...], tuple[ast.AST, ...]]:
    """The faults and the forced conditions that they need, each with the part of the source it replaces."""
    numbers: dict[int, int] = {}
    faults: list[tuple[Variant, ast.AST]] = []
    forced: list[tuple[Variant, ast.AST]] = []
    for planned in chosen:
        replacement, qualname = planned.replacement, planned.qualname
        node, condition = replacement.node, replacement.condition
        number = -1
        if condition is not None:
            if id(condition) not in numbers:
                numbers[id(condition)] = len(numbers)
                forced += (
                    (
                        _variant(source, condition, value, qualname, "forced", numbers[id(condition)], bound),
                        condition,
                    )
                    for value, bound in FORCED
                )
            number = numbers[id(condition)]
        fault = _variant(source, node, replacement.text, qualname, "fault", number, replacement.bound)
        faults.append((evolve(fault, guarded=guarded(tree, planned.function, replacement)), node))
    fit = [*faults, *(pair for pair in forced if compiles(pair[0].text))]
    return tuple(variant for variant, _ in fit), tuple(node for _, node in fit)


def _variant(
    source: Source,
    node: ast.expr | ast.stmt,
    text: str,
    qualname: str,
    role: Role,
    number: int,
    bound: Bound = "",
) -> Variant:
    """The source with one part replaced."""
    faulty = source.replaced((node, text))
    return Variant(node.lineno, source.text_of(node), text, faulty, qualname, role, number, bound)
