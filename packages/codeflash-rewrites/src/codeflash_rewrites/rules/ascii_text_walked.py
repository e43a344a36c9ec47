"""R35: Unicode work on each character of a text is skipped when the text is ASCII."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from codeflash_rewrites.analysis.ascii_flow import AsciiRun
from codeflash_rewrites.analysis.ascii_values import (
    ASCII,
    PRINTABLE,
    Chars,
    Derived,
    Input,
    Known,
    Linear,
    Undecided,
    Value,
)
from codeflash_rewrites.analysis.names import is_builtin, local_names
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import is_docstring
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import blocks_of
from codeflash_syntax.signature import is_generator

SLUG = "ascii-text-walked"
_LOOKS = re.compile(r"\b(?:ord|unicodedata|wcwidth)\b")


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes an early return for ASCII texts wherever its value can be worked out."""
    function = subject.function
    if not _may_look(subject.source):
        return  # nothing asks what only a character can answer
    if is_generator(function) or isinstance(function, ast.AsyncFunctionDef):
        return
    if not is_builtin(subject, "type") or not is_builtin(subject, "str"):
        return
    if any(isinstance(part, ast.Attribute) and part.attr == "isascii" for part in walked(function)):
        return
    for block in _blocks(function):
        for name in _walked_names(subject, block):
            found = _fast_path(subject, block, name)
            if found is not None:
                yield found
                return


# Every function of a module asks.
@lru_cache(maxsize=16)
def _may_look(source: str) -> bool:
    # Other letters may spell the same name.
    plain = source if source.isascii() else unicodedata.normalize("NFKC", source)
    return _LOOKS.search(plain) is not None


def _blocks(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of the function that end by returning, outermost first."""
    for block in blocks_of(function):
        if isinstance(block[-1], ast.Return | ast.If | ast.For | ast.With | ast.Try):
            yield block
        for statement in block:
            if not isinstance(
                statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.For | ast.While
            ):
                yield from _blocks(statement)


def _walked_names(subject: Subject, block: list[ast.stmt]) -> list[str]:
    """Variables that could be the text: parameters and what the function assigns, as far as the block reads them."""
    own = local_names(subject.function)
    read = [
        part.id
        for statement in block
        for part in walked(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id in own
    ]
    return list(dict.fromkeys(read))


def _fast_path(subject: Subject, block: list[ast.stmt], name: str) -> Rewrite | None:
    text = subject.text
    for start, statement in enumerate(block):
        if is_docstring(statement) or not text.starts_line(statement):
            continue
        for alphabet in (ASCII, PRINTABLE):
            run = AsciiRun(subject, alphabet)
            try:
                result = _expression(subject, run.result(block[start:], name), name)
            except Undecided:
                continue
            if not run.walked or not run.looked or result is None:
                return None
            test = f"type({name}) is str and {name}.isascii()"
            if alphabet == PRINTABLE:
                test += f" and {name}.isprintable()"
            edit = text.insert_before(statement, f"if {test}:", f"{text.indent_unit}return {result}")
            why = f"An ASCII `{name}` gives `{result}` whatever its characters; each was looked up in Unicode tables."
            return subject.rewrite(SLUG, [edit], why, variant="guarded")
    return None


def _expression(subject: Subject, value: Value, name: str) -> str | None:
    """The source text of a settled value."""
    match value:
        case Input():
            return name
        case Derived():
            return name + value.expression
        case Chars():
            return f"list({name})" if is_builtin(subject, "list") else None
        case Linear():
            length = f"len({name})" if is_builtin(subject, "len") else f"{name}.__len__()"
            many = length if value.factor == 1 else f"{value.factor} * {length}"
            return many if not value.constant else f"{many} {'+-'[value.constant < 0]} {abs(value.constant)}"
        case Known(value=plain) if plain is None or type(plain) in {bool, int, str} or plain == []:
            return repr(plain)
    return None


SLOW = '''\
import unicodedata

WIDTHS = {"W": 2, "F": 2, "Na": 1, "H": 1, "N": 1, "A": 1}

def combining(text):
    return [i for i, c in enumerate(text) if unicodedata.combining(c)]

def f(text):
    """Measures."""
    width = sum(WIDTHS[unicodedata.east_asian_width(c)] for c in text)
    width -= len(combining(text))
    return width
'''
FAST = '''\
import unicodedata

WIDTHS = {"W": 2, "F": 2, "Na": 1, "H": 1, "N": 1, "A": 1}

def combining(text):
    return [i for i, c in enumerate(text) if unicodedata.combining(c)]

def f(text):
    """Measures."""
    if type(text) is str and text.isascii():
        return len(text)
    width = sum(WIDTHS[unicodedata.east_asian_width(c)] for c in text)
    width -= len(combining(text))
    return width
'''
SLOW_REBUILT = """\
def f(text):
    text = text.strip()
    parts = []
    for c in text:
        code = ord(c)
        if code < 2**7:
            parts.append(c)
        elif code < 2**16:
            parts.append("\\\\u%d" % code)
        else:
            parts.append("?")
    return "".join(parts).replace("\\n", "\\\\par")
"""
FAST_REBUILT = """\
def f(text):
    text = text.strip()
    if type(text) is str and text.isascii():
        return text.replace("\\n", "\\\\par")
    parts = []
    for c in text:
        code = ord(c)
        if code < 2**7:
            parts.append(c)
        elif code < 2**16:
            parts.append("\\\\u%d" % code)
        else:
            parts.append("?")
    return "".join(parts).replace("\\n", "\\\\par")
"""
SLOW_ADDED = """\
import unicodedata

def f(text):
    plain = ""
    for c in unicodedata.normalize("NFD", text):
        if unicodedata.category(c) != "Mn":
            plain += c
    return plain
"""
FAST_ADDED = """\
import unicodedata

def f(text):
    if type(text) is str and text.isascii():
        return text
    plain = ""
    for c in unicodedata.normalize("NFD", text):
        if unicodedata.category(c) != "Mn":
            plain += c
    return plain
"""
LEAVE_LETTERS = """\
def f(text):
    return "".join(c for c in text if c.isalpha())
"""
LEAVE_UNKNOWN_CALL = """\
def f(text, weigh):
    return sum(weigh(c) for c in text)
"""
LEAVE_GATHERED_IS_READ = """\
def f(text):
    seen = []
    for c in text:
        if ord(c) < 128 and c not in seen:
            seen.append(c)
    return seen
"""
LEAVE_LEN = """\
def f(items):
    total = 0
    for _ in items:
        total += 1
    return total
"""
LEAVE_NO_WALK = """\
import unicodedata

def f(text):
    return unicodedata.normalize("NFC", text)
"""
_INPUTS: tuple[tuple[object, ...], ...] = (
    ("plain text",),
    ("",),
    ("\x00\n\x7f",),
    ("caf\u00e9 e\u0301 \u8868\U0001f600",),
    (None,),
    (b"ab",),
    ([],),
)

RULE = Rule(
    id="R35",
    slug=SLUG,
    title="ASCII text walked through Unicode tables",
    looks_for="a function that looks at each character of a text and gives every ASCII character the same treatment",
    why_slow="Most texts are ASCII, and for those the result is known from the length or the text itself.",
    traps=(
        "a subclass of str (hence the exact type test)",
        "control characters (then isprintable is asked too)",
    ),
    safety="P",
    gain="1.7-2.75x on real functions (CPython 3.11)",
    expected=2.2,
    examples=(
        Example(SLOW, FAST, inputs=_INPUTS),
        Example(SLOW_REBUILT, FAST_REBUILT, inputs=_INPUTS),
        Example(SLOW_ADDED, FAST_ADDED, inputs=_INPUTS),
        Example(LEAVE_LETTERS),
        Example(LEAVE_UNKNOWN_CALL),
        Example(LEAVE_NO_WALK),
        Example(LEAVE_GATHERED_IS_READ),
        Example(LEAVE_LEN),
    ),
    propose=propose,
)
