"""R33: a regular expression that is plain text, or a strip, becomes the str operation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codeflash_rewrites.analysis.names import (
    faithful,
    imports_from,
    is_builtin,
    is_member,
    member_of,
    module_bindings,
    own_nodes_of,
    stores,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject

SLUG = "regex-for-plain-text"
_STRIPS = {r"^\s+": "lstrip", r"\s+$": "rstrip", r"\A\s+": "lstrip", r"\s+\Z": "rstrip"}
_STRIPS |= {r"^\s+|\s+$": "strip", r"\s+$|^\s+": "strip", r"^\s*": "lstrip"}
_SPECIAL = frozenset(r".^$*+?{}[]\|()")
_METHODS = frozenset({"search", "match", "fullmatch", "sub", "split", "findall"})


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes, for all such calls of the function together, the str operation, guarded by the exact type or not."""
    if not imports_from(subject, "re"):
        return
    plain, guarded, shown = [], [], ""
    for node in own_nodes_of(subject.function, ast.Call):
        if node.keywords:
            continue
        found = _pattern_and_arguments(subject, node)
        if found is None or not faithful(subject, node) or _is_fallback(subject, node):
            continue
        method, pattern, arguments = found
        replaced = _replaced(subject, node, method, pattern, arguments)
        if replaced is None:
            continue
        target, new, guard = replaced
        old = subject.text.text(target)
        shown = shown or f"`{new}` does without the regular expression what `{old}` did"
        wrap = _needs_parentheses(subject, target)
        plain.append(subject.text.replace(target, f"({new})" if wrap else new))
        guarded.append(subject.text.replace(target, f"({new} if type({guard}) is str else {old})"))
    if not plain:
        return
    if is_builtin(subject, "type") and is_builtin(subject, "str"):
        yield subject.rewrite(SLUG, guarded, f"{shown}.", variant="guarded")
    yield subject.rewrite(SLUG, plain, f"{shown}.", variant="plain")


def _pattern_and_arguments(subject: Subject, node: ast.Call) -> tuple[str, str, list[ast.expr]] | None:
    """The method, the literal pattern and the other arguments of a call into re or on a compiled pattern."""
    if not isinstance(node.func, ast.Attribute | ast.Name) or any(
        isinstance(one, ast.Starred) for one in node.args
    ):
        return None
    method = member_of(subject, node.func, "re")
    if method in _METHODS:
        literal = node.args[0] if node.args else None
        arguments = list(node.args[1:])
    else:
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _METHODS:
            return None
        method, arguments = node.func.attr, list(node.args)
        literal = _compiled(subject, node.func.value)
    if not isinstance(literal, ast.Constant) or not isinstance(literal.value, str):
        return None
    return (method, literal.value, arguments) if len(arguments) == (2 if method == "sub" else 1) else None


def _compiled(subject: Subject, node: ast.AST) -> ast.expr | None:
    """The literal of a pattern that is compiled without flags, at module level."""
    if not isinstance(node, ast.Name) or stores(subject.function, node.id):
        return None
    bound = module_bindings(subject.module).get(node.id, [])
    if len(bound) != 1 or not isinstance(bound[0], ast.Call) or len(bound[0].args) != 1 or bound[0].keywords:
        return None
    return bound[0].args[0] if is_member(subject, bound[0].func, "re", "compile") else None


def _literal_text(pattern: str) -> str | None:
    """The one text that a pattern matches."""
    try:
        tree = re.compile(pattern)
    except re.error:
        return None
    text = re.sub(r"\\([^A-Za-z0-9])", lambda match: "\0" + match.group(1), pattern)
    text = re.sub(r"\[([^\]\\^])\]", lambda match: "\0" + match.group(1), text)
    characters = re.findall(r"\0.|.", text, re.DOTALL)
    if not characters or any(len(one) == 1 and one in _SPECIAL for one in characters) or tree.groups:
        return None
    return "".join(one[-1] for one in characters)


def _replaced(
    subject: Subject, node: ast.Call, method: str, pattern: str, arguments: list[ast.expr]
) -> tuple[ast.expr, str, str] | None:
    """The expression to replace, its replacement, and the name whose type matters."""
    searched = arguments[-1]
    if not isinstance(searched, ast.Name | ast.Attribute):
        return None
    name = subject.text.text(searched)
    if method == "sub" and pattern in _STRIPS and _is_text(arguments[0], ""):
        return node, f"{name}.{_STRIPS[pattern]}()", name
    anchored = method == "match"
    if method == "search" and pattern[:1] == "^":
        pattern, anchored = pattern[1:], True
    text = _literal_text(pattern)
    if text is None:
        return None
    if method == "sub":
        new = arguments[0]
        if not isinstance(new, ast.Constant) or not isinstance(new.value, str) or "\\" in new.value:
            return None
        return node, f"{name}.replace({text!r}, {new.value!r})", name
    if method == "split":
        return node, f"{name}.split({text!r})", name
    if method == "findall":
        return node, f"[{text!r}] * {name}.count({text!r})", name
    target, negated = _truth_of(subject, node)
    if target is None:
        return None
    if method == "fullmatch":
        return target, f"{name} {'!=' if negated else '=='} {text!r}", name
    if anchored:
        return target, f"{'not ' if negated else ''}{name}.startswith({text!r})", name
    return target, f"{text!r} {'not in' if negated else 'in'} {name}", name


def _truth_of(subject: Subject, node: ast.Call) -> tuple[ast.expr | None, bool]:
    """The expression that only asks whether there is a match, and whether it asks for none."""
    parent = subject.parents[node]
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.left is node:
        other = parent.comparators[0]
        if (
            isinstance(other, ast.Constant)
            and other.value is None
            and isinstance(parent.ops[0], ast.Is | ast.IsNot)
        ):
            return parent, isinstance(parent.ops[0], ast.Is)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return parent, True
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "bool":
        return (parent, False) if is_builtin(subject, "bool") and len(parent.args) == 1 else (None, False)
    if isinstance(parent, ast.If | ast.While | ast.IfExp | ast.Assert) and parent.test is node:
        return node, False
    if isinstance(parent, ast.comprehension) and node in parent.ifs:
        return node, False
    if isinstance(parent, ast.BoolOp):
        whole = subject.parents[parent]
        if isinstance(whole, ast.If | ast.While | ast.IfExp | ast.Assert) and whole.test is parent:
            return node, False
    return None, False


def _is_fallback(subject: Subject, node: ast.AST) -> bool:
    """Whether a call is the path for other types than str already."""
    while isinstance(node, ast.expr):
        child, node = node, subject.parents[node]
        if isinstance(node, ast.IfExp) and node.orelse is child:
            return ast.unparse(node.test).startswith("type(") and ast.unparse(node.test).endswith(" is str")
    return False


def _is_text(node: ast.AST, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _needs_parentheses(subject: Subject, node: ast.expr) -> bool:
    return isinstance(
        subject.parents[node], ast.UnaryOp | ast.BinOp | ast.Compare | ast.Attribute | ast.Subscript
    )


SLOW = """\
import re

def f(text):
    if re.search("error", text) and not re.match(r"\\# ", text):
        return re.sub("[.]", "-", text)
    return re.split(", ", text)
"""
FAST = """\
import re

def f(text):
    if 'error' in text and not text.startswith('# '):
        return text.replace('.', '-')
    return text.split(', ')
"""
SLOW_STRIP = """\
import re

SPACES = re.compile(r"^\\s+|\\s+$")

def f(text):
    return SPACES.sub("", text), re.sub(r"\\s+$", "", text)
"""
FAST_STRIP = """\
import re

SPACES = re.compile(r"^\\s+|\\s+$")

def f(text):
    return (text.strip() if type(text) is str else SPACES.sub("", text)), (text.rstrip() if type(text) is str else re.sub(r"\\s+$", "", text))
"""
LEAVE_PATTERN = """\
import re

def f(text):
    return re.sub("a.c", "", text)
"""
LEAVE_MATCH_USED = """\
import re

def f(text):
    return re.search("abc", text)
"""
LEAVE_GROUP_REFERENCE = """\
import re

def f(text):
    return re.sub("a", r"\\g<0>b", text)
"""

RULE = Rule(
    id="R33",
    slug=SLUG,
    title="Regular expression for plain text",
    looks_for="re.search, match, sub, split or findall whose pattern is a plain text, or strips white space",
    why_slow="The regular expression engine is started for what one str method does.",
    traps=(
        "bytes and other types fail with another message (hence the guarded variant)",
        "subclasses of str",
    ),
    safety="T",
    gain="14-24x for a search, 11-14x for a replacement; 1.75x on a real function (CPython 3.11)",
    expected=5.0,
    examples=(
        Example(SLOW, FAST, inputs=(("an error. x",), ("# error",), ("a, b",), ("",), ("\u00e9.",))),
        Example(SLOW_STRIP, FAST_STRIP, inputs=((" a b \n",), ("",), ("\u2003x\x1c\n\n",), ("a",))),
        Example(LEAVE_PATTERN),
        Example(LEAVE_MATCH_USED),
        Example(LEAVE_GROUP_REFERENCE),
    ),
    propose=propose,
)
