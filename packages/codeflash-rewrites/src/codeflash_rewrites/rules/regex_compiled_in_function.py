"""R44: a literal regular expression is compiled once, at import."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from codeflash_rewrites.analysis.literals import is_settled
from codeflash_rewrites.analysis.names import (
    faithful,
    fresh_name,
    imports_from,
    is_member,
    member_of,
    module_alias,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent
from codeflash_syntax.nodes import walked

SLUG = "regex-compiled-in-function"
_FLAGS_POSITION = {
    "compile": 1,
    "search": 2,
    "match": 2,
    "fullmatch": 2,
    "findall": 2,
    "finditer": 2,
    "split": 3,
}
_FLAGS_POSITION |= {"sub": 4, "subn": 4}


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to move every literal pattern of the function to a module constant."""
    if not imports_from(subject, "re"):
        return
    edits: list[Edit] = []
    lines: list[str] = []
    names: dict[str, str] = {}
    for node in walked(subject.function):
        if not isinstance(node, ast.Call) or _in_signature(subject, node):
            continue
        found = _literal_use(subject, node)
        if found is None:
            continue
        function, pattern, flags = found
        definition = _compile_text(subject, node, pattern, flags)
        if definition not in names:
            names[definition] = _constant_name(subject, node, list(names.values()))
            lines += f"{names[definition]} = {definition}".splitlines()
        edits += _use_constant(subject, node, function, flags, names[definition])
    if not names:
        return
    edits.append(subject.text.insert_before_definition(subject.function, *lines))
    adds = tuple(names.values())
    why = f"{' and '.join(adds)}: compiled once at import instead of looked up at every call of {subject.function.name}."
    yield subject.rewrite(SLUG, edits, why, adds=adds)


def _literal_use(subject: Subject, node: ast.Call) -> tuple[str, ast.expr, ast.expr | None] | None:
    """The function of ``re``, the literal pattern and the flags of a call that could use a compiled pattern."""
    if not isinstance(node.func, ast.Name | ast.Attribute):
        return None
    function = member_of(subject, node.func, "re")
    if function not in _FLAGS_POSITION or any(isinstance(one, ast.Starred) for one in node.args):
        return None
    if not node.args or any(keyword.arg in {None, "pattern"} for keyword in node.keywords):
        return None
    pattern = node.args[0]
    if not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, str | bytes):
        return None
    position = _FLAGS_POSITION[function]
    flags = node.args[position] if len(node.args) > position else None
    flags = flags or next((one.value for one in node.keywords if one.arg == "flags"), None)
    others = len(node.args) + len(node.keywords) - 1 - (flags is not None)
    if function != "compile" and not others:
        return None
    if len(node.args) > position + 1 or (flags is not None and not is_settled(subject, flags)):
        return None
    return (function, pattern, flags) if faithful(subject, node) and _compiles(pattern, flags) else None


def _compiles(pattern: ast.Constant, flags: ast.expr | None) -> bool:
    """Whether the pattern compiles without a complaint, so that import stays silent."""
    value = 0
    for part in walked(flags) if flags else ():
        name = part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
        if name in re.RegexFlag.__members__:
            value |= re.RegexFlag[name]
        elif isinstance(part, ast.Constant) and isinstance(part.value, int):
            value |= part.value
    if value & (re.LOCALE | re.DEBUG):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern.value, value)  # type: ignore[type-var]
    except (re.error, Warning, ValueError, OverflowError, RecursionError):
        return False
    return True


def _compile_text(subject: Subject, node: ast.Call, pattern: ast.expr, flags: ast.expr | None) -> str:
    alias = module_alias(subject, "re")
    compiler = f"{alias}.compile" if alias else None
    if compiler is None:
        compiler = subject.text.text(node.func)
    if isinstance(node.func, ast.Name) and not is_member(subject, node.func, "re", "compile"):
        compiler = compiler if alias else "re.compile"
    text = subject.text.text(pattern)
    if flags is not None:
        text += f", {subject.text.text(flags)}"
    indent = subject.text.indent_of(node)
    return reindent(f"{indent}{compiler}({text})\n", indent, "").rstrip("\r\n")


def _use_constant(
    subject: Subject, node: ast.Call, function: str, flags: ast.expr | None, name: str
) -> Iterator[Edit]:
    text = subject.text
    if function == "compile":
        yield text.replace(node, name)
        return
    yield text.replace(node.func, f"{name}.{function}")
    rest: list[ast.AST] = [*node.args[1:], *node.keywords]
    gone = (
        next((one for one in rest if one is flags or getattr(one, "value", None) is flags), None)
        if flags
        else None
    )
    kept = sorted((one for one in rest if one is not gone), key=text.start)
    yield Edit(text.start(node.args[0]), text.start(kept[0]), "")
    before = [one for one in kept if gone is not None and text.end(one) <= text.start(gone)]
    if gone is not None and before:
        yield Edit(text.end(before[-1]), text.end(gone), "")


def _in_signature(subject: Subject, node: ast.AST) -> bool:
    """Whether a node stands in a decorator or a default, which are evaluated once anyway."""
    child = node
    while child is not subject.function:
        parent = subject.parents[child]
        if parent is subject.function:
            return child not in subject.function.body
        child = parent
    return False


def _constant_name(subject: Subject, node: ast.Call, taken: list[str]) -> str:
    function = subject.function.name.strip("_").upper()
    parent = subject.parents[node]
    wishes = []
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name) and is_member(
        subject, node.func, "re", "compile"
    ):  # fmt: skip
        variable = parent.targets[0].id.strip("_").upper()
        wishes.append(f"_{variable}" if len(variable) > 3 else f"_{function}_{variable}")
    wishes.append(f"_{function}_PATTERN")
    free = [wish for wish in wishes if wish not in taken]
    name = fresh_name(subject, *free) if free else wishes[-1]
    number = 2
    while name in taken:
        name = fresh_name(subject, f"{wishes[-1]}_{number}")
        number += 1
    return name


SLOW = """\
import re


def f(text):
    word = re.compile(r"[a-z]+", re.I)
    parts = word.findall(text)
    return parts, re.sub(r"(\\d+)", r"<\\1>", text, count=1, flags=re.ASCII)
"""
FAST = """\
import re


_WORD = re.compile(r"[a-z]+", re.I)
_F_PATTERN = re.compile(r"(\\d+)", re.ASCII)


def f(text):
    word = _WORD
    parts = word.findall(text)
    return parts, _F_PATTERN.sub(r"<\\1>", text, count=1)
"""
SLOW_LOOP = """\
import re


def f(text, sign):
    while True:
        new = re.sub(r"^(-?\\d+)(\\d{3})", rf"\\g<1>{sign}\\g<2>", text)
        if new == text:
            return new
        text = new
"""
FAST_LOOP = """\
import re


_F_PATTERN = re.compile(r"^(-?\\d+)(\\d{3})")


def f(text, sign):
    while True:
        new = _F_PATTERN.sub(rf"\\g<1>{sign}\\g<2>", text)
        if new == text:
            return new
        text = new
"""
LEAVE_VARIABLE = """\
import re


def f(pattern, text):
    return re.search(pattern, text)
"""
LEAVE_SHADOWED = """\
def f(re, text):
    return re.search("a+", text)
"""
LEAVE_BROKEN = """\
import re


def f(text):
    return re.search("(", text)
"""

RULE = Rule(
    id="R44",
    slug=SLUG,
    title="Regular expression compiled in a function",
    looks_for="re.compile, re.sub, re.match and the like with a literal pattern inside a function",
    why_slow="Every call looks the pattern up in the cache of re, behind two Python function calls.",
    traps=("re is patched in tests", "the pattern does not compile: the error then comes at import"),
    safety="P",
    gain="2.2-2.4x on a short match; 1.6x on real functions (CPython 3.11)",
    expected=1.6,
    examples=(
        Example(SLOW, FAST, inputs=(("ab 12 C",), ("",), (None,), (b"a",))),
        Example(SLOW_LOOP, FAST_LOOP, inputs=(("1234567", ","), ("-1", ","), ("", ","), (7, ","))),
        Example(LEAVE_VARIABLE),
        Example(LEAVE_SHADOWED),
        Example(LEAVE_BROKEN),
    ),
    propose=propose,
)
