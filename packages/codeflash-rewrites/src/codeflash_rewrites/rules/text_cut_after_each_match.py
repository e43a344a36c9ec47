"""R17: text that is cut after each match of a search is searched from a position instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codeflash_rewrites.analysis.names import (
    block_of,
    fresh_name,
    is_member,
    loads,
    module_bindings,
    own_nodes,
    stores,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "text-cut-after-each-match"


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes an iterator of matches, or a running position, for each loop that searches a text and cuts it."""
    for loop in own_nodes(subject.function):
        if isinstance(loop, ast.While) and not loop.orelse:
            found = _search_before(subject, loop)
            if found is not None:
                yield from _with_position(subject, loop, *found)


def _search_before(subject: Subject, loop: ast.While) -> tuple[ast.Assign, str, str, ast.Call] | None:
    """The ``m = pattern.search(text)`` that starts a ``while m:`` loop, with the names of match and text."""
    test = loop.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.IsNot):
        test = test.left
    if not isinstance(test, ast.Name):
        return None
    block = block_of(subject, loop)
    for before in reversed(block[: block.index(loop)]):
        if isinstance(before, ast.Assign) and len(before.targets) == 1:
            target, call = before.targets[0], before.value
            if isinstance(target, ast.Name) and target.id == test.id:
                text = _searched(subject, call)
                return (before, test.id, text, call) if text and isinstance(call, ast.Call) else None
        if stores(before, test.id):
            return None
    return None


def _searched(subject: Subject, call: ast.AST) -> str | None:
    """The name of the text that ``pattern.search(text)`` searches, for a pattern that may start anywhere."""
    if not isinstance(call, ast.Call) or call.keywords or len(call.args) != 1:
        return None
    if (
        not isinstance(call.func, ast.Attribute)
        or call.func.attr != "search"
        or not isinstance(call.args[0], ast.Name)
    ):
        return None
    literal = _pattern_of(subject, call.func.value)
    return call.args[0].id if literal is not None and _searches_anywhere(literal) else None


def _pattern_of(subject: Subject, node: ast.AST) -> ast.Constant | None:
    """The literal behind a compiled pattern."""
    if isinstance(node, ast.Name):
        values = [
            one.value
            for one in own_nodes(subject.function)
            if isinstance(one, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == node.id for t in one.targets)
        ]
        if not values:
            values = [
                one for one in module_bindings(subject.module).get(node.id, []) if isinstance(one, ast.expr)
            ]
        if len(values) != 1:
            return None
        if isinstance(values[0], ast.Name):
            return _pattern_of(subject, values[0]) if values[0].id != node.id else None
        node = values[0]
    if isinstance(node, ast.Call) and is_member(subject, node.func, "re", "compile") and len(node.args) == 1:
        return node.args[0] if isinstance(node.args[0], ast.Constant) else None
    return None


def _searches_anywhere(literal: ast.Constant) -> bool:
    """Whether a search from a position finds what a search of the cut text finds.

    Not so for anchors, word boundaries and lookbehind, which see what stands before; a pattern that can
    match nothing would go round for ever.
    """
    pattern = literal.value
    if not isinstance(pattern, str):
        return False
    if re.search(r"\\[AbBGZ]|(?<!\[)\^|\(\?[<a-zA-Z-]*[=!:]|\(\?[a-zA-Z]+\)", pattern.replace("(?:", "(")):
        return False
    try:
        return re.compile(pattern).match("") is None and re.compile(f"(?:{pattern})").search("\0") is None
    except re.error:
        return False


def _with_position(
    subject: Subject, loop: ast.While, first: ast.Assign, match: str, name: str, call: ast.Call
) -> Iterator[Rewrite]:
    text = subject.text
    position = fresh_name(subject, "pos", "position", f"{name}_position")
    inside = set(walked(loop))
    if any(
        one not in inside and getattr(one, "lineno", 0) > loop.lineno
        for one in stores(subject.function, name)
    ):
        return
    edits = [*_reads_in_loop(subject, loop, match, name, position)]
    cuts = [edit for edit in edits if edit.text.startswith(f"{position} = ")]
    searches = [one for one in stores(loop, match) if isinstance(subject.parents[one], ast.Assign)]
    offsets = sum(1 for use in loads(loop, match) if _is_offset(subject, use))
    if len(cuts) != 1 or not searches:
        return
    if len(stores(loop, match)) != len(searches) or _cut_is_conditional(subject, loop, name):
        return
    if offsets != sum(
        edit.text.count(f"{match}.start(") + edit.text.count(f"{match}.end(") for edit in edits
    ):
        return
    again = [subject.parents[one] for one in searches]
    if any(not isinstance(one, ast.Assign) or ast.dump(one.value) != ast.dump(call) for one in again):
        return
    searched = {use for one in again for use in loads(one, name)}
    if {use for use in loads(loop, name) if use not in searched} != _handled(subject, loop, match, name):
        return
    for use in loads(subject.function, name):
        if use not in inside and use.lineno > loop.lineno:
            if isinstance(subject.parents[use], ast.Subscript):
                return
            edits.append(text.replace(use, f"{name}[{position}:]"))
    why = f"`{name}` is searched on from `{position}`; cutting it copied the whole rest after each match."
    if _single_tail_search(subject, loop, again, match):
        assert isinstance(call.func, ast.Attribute)
        header = f"for {match} in {text.text(call.func.value)}.finditer({name}):"
        start, end = text.start(loop), text.source.index(":", text.end(loop.test)) + 1
        whole = [
            *edits,
            Edit(start, end, header),
            text.remove_lines(again[0]),
            text.replace(first, f"{position} = 0"),
        ]
        yield subject.rewrite(SLUG, whole, why, variant="iterator")
    edits += [text.replace(use, f"{name}, {position}") for use in searched]
    edits.append(text.insert_before(first, f"{position} = 0"))
    yield subject.rewrite(SLUG, edits, why, variant="position")


def _single_tail_search(subject: Subject, loop: ast.While, again: list[ast.AST], match: str) -> bool:
    """Whether the loop goes round only by its last statement, the search, and nothing reads the match later."""
    if len(again) != 1 or again[0] is not loop.body[-1] or not subject.text.owns_lines(again[0]):
        return False
    inside = set(walked(loop))
    if any(isinstance(part, ast.Continue) for part in inside):
        return False
    return not any(use not in inside and use.lineno > loop.lineno for use in loads(subject.function, match))


def _handled(subject: Subject, loop: ast.While, match: str, name: str) -> set[ast.Name]:
    """The uses of the text in the loop that are slices up to or from the match."""
    return {use for use in loads(loop, name) if _slice_edit(subject, use, match, name, "pos") is not None}


def _reads_in_loop(subject: Subject, loop: ast.While, match: str, name: str, position: str) -> Iterator[Edit]:
    for use in loads(loop, name):
        edit = _slice_edit(subject, use, match, name, position)
        if edit is not None:
            yield edit


def _slice_edit(subject: Subject, use: ast.Name, match: str, name: str, position: str) -> Edit | None:
    """The edit for ``text[:m.start()]`` or for the cut ``text = text[m.end():]``."""
    text, parent = subject.text, subject.parents[use]
    if not isinstance(parent, ast.Subscript) or not isinstance(parent.slice, ast.Slice) or parent.slice.step:
        return None
    lower, upper = parent.slice.lower, parent.slice.upper
    holder = subject.parents[parent]
    if lower is not None and upper is None and _calls(lower, match, "end") and _assigns(holder, name):
        return text.replace(holder, f"{position} = {text.text(lower)}")
    if upper is not None and _calls(upper, match, "start") and (lower is None or _is_zero(lower)):
        return text.replace(parent, f"{text.text(use)}[{position}:{text.text(upper)}]")
    return None


def _cut_is_conditional(subject: Subject, loop: ast.While, name: str) -> bool:
    return any(subject.parents[subject.parents[one]] is not loop for one in stores(loop, name))


def _is_offset(subject: Subject, use: ast.Name) -> bool:
    parent = subject.parents[use]
    return isinstance(parent, ast.Attribute) and parent.attr in {
        "start",
        "end",
        "span",
        "string",
        "pos",
        "regs",
    }


def _calls(node: ast.AST | None, match: str, method: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and not node.keywords
        and (not node.args or (len(node.args) == 1 and _is_zero(node.args[0])))
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == match
    )


def _assigns(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id == name


def _is_zero(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


SLOW = """\
import re

def f(data):
    entity = re.compile(r"&(?:(?:#(\\d+))|([^;]+));")
    result = []
    m = entity.search(data)
    while m:
        result.append(data[0:m.start()])
        result.append(m.group(1) or "?")

        data = data[m.end():]
        m = entity.search(data)

    result.append(data)
    return "".join(result)
"""
FAST = """\
import re

def f(data):
    entity = re.compile(r"&(?:(?:#(\\d+))|([^;]+));")
    result = []
    pos = 0
    for m in entity.finditer(data):
        result.append(data[pos:m.start()])
        result.append(m.group(1) or "?")

        pos = m.end()

    result.append(data[pos:])
    return "".join(result)
"""
SLOW_SKIP = """\
import re

WORD = re.compile("[a-z]+")

def f(data):
    out = []
    m = WORD.search(data)
    while m is not None:
        before = data[: m.start()]
        data = data[m.end() :]
        if not before:
            m = WORD.search(data)
            continue
        out.append((before, m.group()))
        m = WORD.search(data)
    return out, data
"""
FAST_SKIP = """\
import re

WORD = re.compile("[a-z]+")

def f(data):
    out = []
    pos = 0
    m = WORD.search(data)
    while m is not None:
        before = data[pos:m.start()]
        pos = m.end()
        if not before:
            m = WORD.search(data, pos)
            continue
        out.append((before, m.group()))
        m = WORD.search(data, pos)
    return out, data[pos:]
"""
LEAVE_ANCHOR = """\
import re

WORD = re.compile(r"^\\w+ ?")

def f(data):
    out = []
    m = WORD.search(data)
    while m:
        out.append(m.group())
        data = data[m.end():]
        m = WORD.search(data)
    return out, data
"""
LEAVE_OFFSET_USED = """\
import re

WORD = re.compile(r"[a-z]+")

def f(data):
    out = []
    m = WORD.search(data)
    while m:
        out.append(m.start())
        data = data[m.end():]
        m = WORD.search(data)
    return out
"""

RULE = Rule(
    id="R17",
    slug=SLUG,
    title="Text cut after each match",
    looks_for="a loop that searches a text with a pattern, then cuts the text behind the match and searches again",
    why_slow="Each cut copies the rest of the text: quadratic in its length.",
    traps=(
        "anchors and lookbehind see the text before the position",
        "offsets of the match are used otherwise",
    ),
    safety="E",
    complexity="O(n^2) -> O(n)",
    gain="1.6x on a real function with short texts (CPython 3.11)",
    expected=1.6,
    examples=(
        Example(SLOW, FAST, inputs=(("a &#65; b &lt; c",), ("",), ("&;&#1;",), (None,), (b"x",))),
        Example(SLOW_SKIP, FAST_SKIP, inputs=(("a1 b2",), ("",), ("12",), ("1a",), (None,))),
        Example(LEAVE_ANCHOR),
        Example(LEAVE_OFFSET_USED),
    ),
    needs=frozenset({ast.While}),
    propose=propose,
)
