"""R19: arithmetic on whole numbers written out by hand that the standard library has in C, or that needs fewer steps."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.loops import block_of
from codeflash_rewrites.analysis.names import faithful, own_nodes
from codeflash_rewrites.analysis.number_expressions import are_ints, binomial, bit_count, modular_power
from codeflash_rewrites.analysis.number_loops import Shortcut, literal_before, shortcuts
from codeflash_rewrites.analysis.private_names import names_are_read_by_text, stay_inside
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.trial_division import FEWEST, Bound, bounds
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import Example, Facts, ParameterFacts, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent
from codeflash_syntax.nodes import walked

SLUG = "number-idioms"
_BIT_COUNT = (3, 10)


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes the library's function, or the bound that is enough, for each of the known shapes."""
    for node in own_nodes(subject.function):
        if isinstance(node, ast.For | ast.While | ast.Call):
            for bound in bounds(subject, node):
                yield from _bounded(subject, node, bound)
        if isinstance(node, ast.For | ast.While):
            for shortcut in shortcuts(subject, node):
                yield from _shortened(subject, node, shortcut)
        if isinstance(node, ast.For):
            yield from _product(subject, node)
        if isinstance(node, ast.BinOp):
            yield from modular_power(subject, SLUG, node)
            yield from binomial(subject, SLUG, node)
        if isinstance(node, ast.Call) and subject.facts.python >= _BIT_COUNT:
            yield from bit_count(subject, SLUG, node)


def _bounded(subject: Subject, node: ast.AST, bound: Bound) -> Iterator[Rewrite]:
    number = bound.number
    why = f"A number has no divisor between its square root and itself unless it has a smaller one; `{number}` is tried up to the root."
    if bound.edit is not None:
        yield subject.rewrite(SLUG, [bound.edit], why)
    if not is_builtin(subject, "type", "int") or not faithful(subject, bound.stop):
        return
    text = subject.text
    adding = imported(subject, "math", "isqrt")
    checks = f"{are_ints(number)} and {number} > {FEWEST}" + (f" and {number} % 2" if bound.odd else "")
    root = f"{adding.called}({number})" + ("" if bound.included else " + 1")
    new = f"{root} if {checks} else {text.text(bound.stop)}"
    edits = [*adding.edits, text.replace(bound.stop, new)]
    simple = not bound.odd and bound.edit is None and text.text(bound.stop) != f"{number} // 2"
    if simple and kind_of(subject, ast.Name(number, ast.Load())) == "int":
        yield subject.rewrite(
            SLUG, [*adding.edits, text.replace(bound.stop, root)], why, "plain", adding.adds
        )  # a negative number has no root: only where the function has sent it away before
    if isinstance(node, ast.While):
        stop = scope_of(subject).fresh("last" if bound.included else "stop")
        edits = [*adding.edits, text.insert_before(node, f"{stop} = {new}"), text.replace(bound.stop, stop)]
        if not text.starts_line(node):
            return
    yield subject.rewrite(SLUG, edits, why, "guarded", adding.adds)


def _shortened(subject: Subject, loop: ast.For | ast.While, shortcut: Shortcut) -> Iterator[Rewrite]:
    text, unit = subject.text, subject.text.indent_unit
    if not is_builtin(subject, "type", "int") or not text.owns_lines(loop) or _is_shortened(subject, loop):
        return
    if names_are_read_by_text(subject):
        return
    if shortcut.newest and subject.facts.python < _BIT_COUNT:
        return
    edits: list[Edit] = []
    lines = shortcut.lines
    adds: tuple[str, ...] = ()
    if shortcut.uses == "pow":
        if not is_builtin(subject, "pow"):
            return
    elif shortcut.uses:
        adding = imported(subject, "math", shortcut.uses)
        lines = tuple(line.format(**{shortcut.uses: adding.called}) for line in lines)
        edits, adds = list(adding.edits), adding.adds
    check = " and ".join([are_ints(*shortcut.names), *shortcut.checks])
    new = [f"if {check}:", *(unit + line for line in lines)]
    if shortcut.instead:
        start, end = text.line_start(text.start(loop)), text.line_end(text.end(loop))
        old, indent = text.source[start:end], text.indent_of(loop)
        if not old.endswith(("\n", "\r")):
            return
        edits.append(
            Edit(start, end, text.block([*new, "else:"], indent) + reindent(old, indent, indent + unit))
        )
    else:
        edits.append(text.insert_before(loop, *new))
    yield subject.rewrite(SLUG, edits, shortcut.why, "guarded", adds)


def _is_shortened(subject: Subject, loop: ast.stmt) -> bool:
    """Whether a test of types stands before the loop, or around it, already."""
    block = block_of(subject, loop)
    place = block.index(loop)
    near = [subject.parents[loop], *block[place - 1 : place]]
    return any(isinstance(one, ast.If) and "type(" in ast.unparse(one.test) for one in near)


def _product(subject: Subject, loop: ast.For) -> Iterator[Rewrite]:
    """``p = 1`` and ``for x in range(...): p *= x``: always ints, whatever the ends of the range are."""
    match loop:
        case ast.For(
            target=ast.Name(id=factor),
            iter=ast.Call(func=ast.Name(id="range"), args=arguments, keywords=[]) as items,
            body=[only],
            orelse=[],
        ):
            pass
        case _:
            return
    match only:
        case ast.AugAssign(target=ast.Name(id=product), op=ast.Mult(), value=ast.Name(id=by)) if by == factor:
            pass
        case ast.Assign(
            targets=[ast.Name(id=product)],
            value=ast.BinOp(left=ast.Name(id=one), op=ast.Mult(), right=ast.Name(id=other)),
        ) if {one, other} == {product, factor}:
            pass
        case _:
            return
    if product == factor or literal_before(subject, loop, product) != 1 or not is_builtin(subject, "range"):
        return
    inside = {node.id for node in walked(items) if isinstance(node, ast.Name)}
    if product in inside or not stay_inside(subject, loop, [factor]) or not subject.text.owns_lines(loop):
        return
    if names_are_read_by_text(subject) or not faithful(subject, items):
        return
    text = subject.text
    adding = imported(subject, "math", "prod")
    made = f"{adding.called}({text.text(items)})"
    why = f"`math.prod` multiplies the numbers of `{text.text(items)}` in C."
    yield subject.rewrite(
        SLUG, [*adding.edits, _with_start(subject, loop, f"{product} = {made}")], why, "plain", adding.adds
    )
    match arguments:
        case [
            ast.Constant(value=1 | 2),
            ast.BinOp(left=ast.Name(id=n), op=ast.Add(), right=ast.Constant(value=1)),
        ]:
            if not is_builtin(subject, "type", "int") or _is_shortened(subject, loop):
                return
            adding = imported(subject, "math", "factorial")
            start, end = text.line_start(text.start(loop)), text.line_end(text.end(loop))
            indent, unit = text.indent_of(loop), text.indent_unit
            lines = [f"if {are_ints(n)} and {n} >= 0:", f"{unit}{product} = {adding.called}({n})", "else:"]
            old = text.source[start:end]
            if old.endswith(("\n", "\r")):
                new = text.block(lines, indent) + reindent(old, indent, indent + unit)
                why = f"`math.factorial` multiplies numbers of like size, in C; the loop's product of `{n}` numbers only grew."
                yield subject.rewrite(
                    SLUG, [*adding.edits, Edit(start, end, new)], why, "guarded", adding.adds
                )


def _with_start(subject: Subject, loop: ast.For, new: str) -> Edit:
    """Replaces a loop, and the ``p = 1`` right before it, by a statement."""
    text, block = subject.text, block_of(subject, loop)
    before = block[block.index(loop) - 1]
    adjacent = isinstance(before, ast.Assign) and text.starts_line(before) and block.index(loop) > 0
    adjacent = adjacent and not text.source[text.end(before) : text.line_start(text.start(loop))].strip()
    if adjacent and ast.unparse(before) == f"{new.split(' ', 1)[0]} = 1":
        return text.replace_through(before, loop, new)
    return text.replace(loop, new)


SLOW = """\
def f(n):
    if n < 2:
        return False
    for i in range(2, n):
        if n % i == 0:
            return False
    return True
"""
FAST = """\
from math import isqrt


def f(n):
    if n < 2:
        return False
    for i in range(2, isqrt(n) + 1 if type(n) is int and n > 4 else n):
        if n % i == 0:
            return False
    return True
"""
FAST_TYPED = """\
from math import isqrt


def f(n):
    if n < 2:
        return False
    for i in range(2, isqrt(n) + 1):
        if n % i == 0:
            return False
    return True
"""
SLOW_ODD = """\
import math


def f(n):
    return n > 2 and all(n % i for i in range(3, n // 2, 2))
"""
FAST_ODD = """\
import math


def f(n):
    return n > 2 and all(n % i for i in range(3, math.isqrt(n) + 1 if type(n) is int and n > 4 and n % 2 else n // 2, 2))
"""
SLOW_WHILE = """\
def f(n):
    i = 2
    while i < n:
        if n % i == 0:
            return i
        i += 1
    return n
"""
FAST_WHILE = """\
def f(n):
    i = 2
    while i * i <= n:
        if n % i == 0:
            return i
        i += 1
    return n
"""
FAST_STOP = """\
from math import isqrt


def f(n):
    i = 2
    stop = isqrt(n) + 1 if type(n) is int and n > 4 else n
    while i < stop:
        if n % i == 0:
            return i
        i += 1
    return n
"""
SLOW_POWER = """\
def f(b, e, m):
    return (b ** e) % m
"""
FAST_POWER = """\
def f(b, e, m):
    return pow(b, e, m) if type(b) is type(e) is type(m) is int and e >= 0 and m != 0 else (b ** e) % m
"""
FAST_POWER_TYPED = """\
def f(b, e, m):
    return pow(b, e, m)
"""
SLOW_SQUARES = """\
def f(base, exponent, modulus):
    result = 1
    base = base % modulus
    while exponent > 0:
        if exponent % 2 == 1:
            result = (result * base) % modulus
        exponent = exponent // 2
        base = (base * base) % modulus
    return result
"""
FAST_SQUARES = """\
def f(base, exponent, modulus):
    result = 1
    base = base % modulus
    if type(base) is type(exponent) is type(modulus) is int and exponent > 0 and modulus != 0:
        result = pow(base, exponent, modulus)
        exponent = 0
    while exponent > 0:
        if exponent % 2 == 1:
            result = (result * base) % modulus
        exponent = exponent // 2
        base = (base * base) % modulus
    return result
"""
SLOW_STEPS = """\
def f(b, e, m):
    r = 1
    for _ in range(e):
        r = r * b % m
    return r
"""
FAST_STEPS = """\
def f(b, e, m):
    r = 1
    if type(b) is type(e) is type(m) is int and e > 0 and m != 0:
        r = pow(b, e, m)
    else:
        for _ in range(e):
            r = r * b % m
    return r
"""
SLOW_GCD = """\
def f(a, b):
    while b:
        a, b = b, a % b
    return a
"""
FAST_GCD = """\
from math import gcd


def f(a, b):
    if type(a) is type(b) is int and a >= 0 and b >= 0:
        a, b = gcd(a, b), 0
    while b:
        a, b = b, a % b
    return a
"""
SLOW_COUNT = """\
def f(n):
    return bin(n).count("1") % 2
"""
FAST_COUNT = """\
def f(n):
    return (n.bit_count() if type(n) is int else bin(n).count("1")) % 2
"""
SLOW_LENGTH = """\
def f(n):
    bits = 0
    while n > 0:
        n //= 2
        bits += 1
    return bits, n
"""
FAST_LENGTH = """\
def f(n):
    bits = 0
    if type(n) is int and n > 0:
        bits += n.bit_length()
        n = 0
    while n > 0:
        n //= 2
        bits += 1
    return bits, n
"""
SLOW_DOUBLED = """\
def f(n):
    size = 1
    while size < n:
        size *= 2
    return size
"""
FAST_DOUBLED = """\
def f(n):
    size = 1
    if type(n) is int and n > 0:
        size = 1 << (n - 1).bit_length()
    while size < n:
        size *= 2
    return size
"""
SLOW_PRODUCT = """\
def f(n):
    result = 1
    for k in range(2, n + 1):
        result *= k
    return result
"""
FAST_PRODUCT = """\
from math import prod


def f(n):
    result = prod(range(2, n + 1))
    return result
"""
FAST_FACTORIAL = """\
from math import factorial


def f(n):
    result = 1
    if type(n) is int and n >= 0:
        result = factorial(n)
    else:
        for k in range(2, n + 1):
            result *= k
    return result
"""
SLOW_CHOOSE = """\
import math


def f(n, k):
    return math.factorial(n) // (math.factorial(k) * math.factorial(n - k))
"""
FAST_CHOOSE = """\
import math


def f(n, k):
    return math.comb(n, k) if type(n) is type(k) is int and 0 <= k <= n else math.factorial(n) // (math.factorial(k) * math.factorial(n - k))
"""
LEAVE_DIVISOR_LATER = """\
def f(n):
    for i in range(2, n):
        if n % i == 0:
            break
    return i
"""
LEAVE_ALL_DIVISORS = """\
def f(n):
    found = []
    for i in range(2, n):
        if n % i == 0:
            found.append(i)
    return found
"""
LEAVE_COUNTED = """\
def f(n):
    return sum(n % i == 0 for i in range(2, n))
"""
LEAVE_ROOT = """\
def f(n):
    for i in range(2, int(n ** 0.5) + 1):
        if n % i == 0:
            return False
    return True
"""
LEAVE_FROM_FIVE = """\
def f(n):
    return any(n % i == 0 for i in range(5, n, 6))
"""
LEAVE_TWO_MODULI = """\
def f(b, e, m):
    r = 1
    while e > 0:
        if e & 1:
            r = r * b % m
        e >>= 1
        b = b * b % (m - 1)
    return r
"""
LEAVE_BASE_READ = """\
def f(b, e, m):
    r = 1
    while e > 0:
        if e & 1:
            r = r * b % m
        e >>= 1
        b = b * b % m
    return r, b
"""
LEAVE_OTHER_START = """\
def f(n):
    size = 3
    while size < n:
        size *= 2
    return size
"""
LEAVE_SHADOWED = """\
def pow(b, e, m):
    return b


def f(b, e, m):
    return b ** e % m
"""
LEAVE_TEXT = """\
def f(n):
    return bin(n).count("0")
"""
LEAVE_OLD_PYTHON = SLOW_COUNT
LEAVE_REST = """\
def f(a, b):
    while b:
        a, b = b, a - b
    return a
"""
LEAVE_FLOAT_PRODUCT = """\
def f(xs):
    product = 1
    for x in xs:
        product *= x
    return product
"""
_WHOLE: tuple[tuple[object, ...], ...] = tuple((n,) for n in (*range(-3, 30), 49, 97, 121, 91, 10007))
_OTHERS: tuple[tuple[object, ...], ...] = ((9.0,), (True,), (7.5,), (None,), ("9",), (float("nan"),))
_THREE: tuple[tuple[object, ...], ...] = (
    (2, 10, 7),
    (0, 0, 5),
    (5, 3, -7),
    (-5, 3, 7),
    (3, 200, 1),
    (1, 0, 2),
)
_THREE_ODD: tuple[tuple[object, ...], ...] = (
    (2, -1, 7),
    (2, 3, 0),
    (0, 0, 1),
    (2, 0, 1),
    (2.0, 3, 5),
    (2, 2.5, 3),
    (True, 2, 5),
    (2, 3, None),
    ("a", 2, 3),
)
_TWO: tuple[tuple[object, ...], ...] = (
    (12, 18),
    (0, 0),
    (0, 5),
    (7, 0),
    (-4, 6),
    (4, -6),
    (2.0, 4),
    (True, 3),
    (None, 2),
)
_INT = ParameterFacts(types=("builtins.int",))

RULE = Rule(
    id="R19",
    slug=SLUG,
    title="Number idioms of the standard library",
    looks_for="trial division up to n, powers modulo a number, and gcd, factorial, binomials or bits counted by hand",
    why_slow="The loop takes a turn for each number or bit, or makes a number that is far larger than what is asked for.",
    traps=(
        "a negative exponent or a modulus of zero: `pow` gives an inverse or another exception",
        "floats, Booleans and subclasses of int",
        "a variable of the loop that is read after it",
    ),
    safety="T",
    complexity="O(n) -> O(sqrt n) or O(log n)",
    gain="30-263x (modulo), 94x (bits), 89-152x (trial division) (CPython 3.11)",
    expected=20.0,
    examples=(
        Example(SLOW, FAST, inputs=_WHOLE, odd=_OTHERS),
        Example(SLOW, FAST_TYPED, facts=Facts({"n": _INT}), inputs=_WHOLE, odd=_OTHERS),
        Example(SLOW_ODD, FAST_ODD, inputs=_WHOLE, odd=_OTHERS),
        Example(SLOW_WHILE, FAST_WHILE, inputs=_WHOLE, odd=_OTHERS),
        Example(SLOW_WHILE, FAST_STOP, inputs=_WHOLE, odd=_OTHERS),
        Example(SLOW_POWER, FAST_POWER, inputs=_THREE, odd=_THREE_ODD),
        Example(
            SLOW_POWER,
            FAST_POWER_TYPED,
            facts=Facts({"b": _INT, "e": _INT, "m": _INT}),
            inputs=_THREE,
            odd=_THREE_ODD,
        ),
        Example(SLOW_SQUARES, FAST_SQUARES, inputs=_THREE, odd=_THREE_ODD),
        Example(SLOW_STEPS, FAST_STEPS, inputs=_THREE, odd=_THREE_ODD),
        Example(SLOW_GCD, FAST_GCD, inputs=_TWO),
        Example(SLOW_COUNT, FAST_COUNT, inputs=_WHOLE, odd=_OTHERS),
        Example(SLOW_LENGTH, FAST_LENGTH, inputs=_WHOLE, odd=((True,), (7.5,), (None,))),
        Example(SLOW_DOUBLED, FAST_DOUBLED, inputs=_WHOLE, odd=_OTHERS),
        Example(SLOW_PRODUCT, FAST_PRODUCT, inputs=(*_WHOLE[:20], *_OTHERS)),
        Example(SLOW_PRODUCT, FAST_FACTORIAL, inputs=_WHOLE[:20], odd=_OTHERS),
        Example(
            SLOW_CHOOSE,
            FAST_CHOOSE,
            inputs=((5, 2), (5, 0), (5, 5), (0, 0), (90, 45)),
            odd=((5, 6), (-1, 0), (5, -1), (True, 0), (5.0, 2), (5, None)),
        ),
        Example(LEAVE_DIVISOR_LATER),
        Example(LEAVE_ALL_DIVISORS),
        Example(LEAVE_COUNTED),
        Example(LEAVE_ROOT),
        Example(LEAVE_FROM_FIVE),
        Example(LEAVE_TWO_MODULI),
        Example(LEAVE_BASE_READ),
        Example(LEAVE_OTHER_START),
        Example(LEAVE_SHADOWED),
        Example(LEAVE_TEXT),
        Example(LEAVE_OLD_PYTHON, facts=Facts(python=(3, 9))),
        Example(LEAVE_REST),
        Example(LEAVE_FLOAT_PRODUCT),
    ),
    needs=frozenset({ast.Mod, ast.Pow, ast.For, ast.While, ast.Call, ast.FloorDiv}),
    propose=propose,
)
