"""Loops on whole numbers that one function of the standard library answers.

Each is left in place behind a shortcut that leaves its variables as the loop would, so that it runs no turn then:
what is no plain ``int``, or negative, goes the old way.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.loops import block_of, enclosing_loops
from codeflash_rewrites.analysis.private_names import stay_inside
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked

_MOST_STATEMENTS = 3


@frozen
class Shortcut:
    """What makes a loop needless.

    Attributes:
        names: The names that have to be plain ints.
        checks: Further conditions.
        lines: The statements, with ``{gcd}`` and the like for functions of :mod:`math`.
        uses: The function of :mod:`math` that the lines call; empty for none.
        why: The sentence for a maintainer.
        newest: Whether ``int.bit_count`` of Python 3.10 is called.
        instead: Whether the loop has to be in an ``else``: it would run again behind the lines.
    """

    names: tuple[str, ...]
    checks: tuple[str, ...]
    lines: tuple[str, ...]
    why: str
    uses: str = ""
    newest: bool = False
    instead: bool = False


def shortcuts(subject: Subject, loop: ast.While | ast.For) -> Iterator[Shortcut]:
    """The shortcuts of a loop; most have none."""
    if loop.orelse or len(loop.body) > _MOST_STATEMENTS or not all(map(_is_small, loop.body)):
        return
    if isinstance(loop, ast.While):
        found = next(filter(None, (read(subject, loop) for read in _READ_WHILE)), None)
    else:
        found = _repeated_product(subject, loop) or _common_divisor(subject, loop)
    if found is not None:
        yield found


def _is_small(statement: ast.stmt) -> bool:
    """Whether a statement may be one of those looked for; most loops are told apart by this alone."""
    if isinstance(statement, ast.If):
        return len(statement.body) == 1 and len(statement.orelse) < 2 and isinstance(
            statement.body[0], ast.Assign | ast.AugAssign
        )  # fmt: skip
    return isinstance(statement, ast.Assign | ast.AugAssign) and not any(
        isinstance(node, ast.Call | ast.Subscript | ast.Attribute) for node in walked(statement)
    )


def _positive(test: ast.expr) -> str:
    """The name that ``n``, ``n > 0`` or ``n != 0`` asks for."""
    match test:
        case ast.Name(id=name):
            return name
        case ast.Compare(
            left=ast.Name(id=name), ops=[ast.Gt() | ast.NotEq()], comparators=[ast.Constant(value=0)]
        ):
            return name
    return ""


def _shown(body: Sequence[ast.stmt]) -> list[str]:
    return [ast.unparse(statement) for statement in body]


def _gcd(subject: Subject, loop: ast.While) -> Shortcut | None:
    b = _positive(loop.test)
    names = sorted({node.id for node in walked(loop) if isinstance(node, ast.Name)} - {b})
    for a in names if b else ():
        shown = _shown(loop.body)
        if shown in ([f"{a}, {b} = ({b}, {a} % {b})"], [f"{b}, {a} = ({a} % {b}, {b})"]):
            return _gcd_of(a, b)
        for t in names:
            swaps = (
                [f"{t} = {b}", f"{b} = {a} % {b}", f"{a} = {t}"],
                [f"{t} = {a} % {b}", f"{a} = {b}", f"{b} = {t}"],
            )
            if t != a and shown in swaps and stay_inside(subject, loop, [t]):
                return _gcd_of(a, b)
    return None


def _gcd_of(a: str, b: str) -> Shortcut:
    why = f"`math.gcd` finds the greatest common divisor of `{a}` and `{b}` in C."
    return Shortcut((a, b), (f"{a} >= 0", f"{b} >= 0"), (f"{a}, {b} = {{gcd}}({a}, {b}), 0",), why, "gcd")


def _gcd_by_subtraction(subject: Subject, loop: ast.While) -> Shortcut | None:
    match loop:
        case ast.While(
            test=ast.Compare(left=ast.Name(id=a), ops=[ast.NotEq()], comparators=[ast.Name(id=b)]),
            body=[ast.If() as only],
        ):
            larger, smaller = f"{a} -= {b}", f"{b} -= {a}"
            wanted = {
                f"if {a} > {b}:\n    {larger}\nelse:\n    {smaller}",
                f"if {a} < {b}:\n    {smaller}\nelse:\n    {larger}",
                f"if {b} > {a}:\n    {smaller}\nelse:\n    {larger}",
            }
            if ast.unparse(only) in wanted:
                why = (
                    f"`math.gcd` needs no turn for each time that one of `{a}` and `{b}` fits into the other."
                )
                return Shortcut(
                    (a, b), (f"{a} > 0", f"{b} > 0"), (f"{a} = {b} = {{gcd}}({a}, {b})",), why, "gcd"
                )
    return None


def _bits(subject: Subject, loop: ast.While) -> Shortcut | None:
    """Loops that take a number's bits off one by one, and count them or those that are set."""
    n = _positive(loop.test)
    counter = _counter(subject, loop, n) if n else ""
    if not counter or len(loop.body) != 2:
        return None
    halving = {f"{n} >>= 1", f"{n} //= 2", f"{n} = {n} >> 1", f"{n} = {n} // 2"}
    one_more = {f"{counter} += 1", f"{counter} = {counter} + 1"}
    lowest = {f"{counter} += {n} & 1", f"{counter} += {n} % 2"}
    lowest |= {
        f"if {bit}:\n    {more}"
        for bit in (f"{n} & 1", f"{n} % 2", f"{n} % 2 == 1", f"{n} & 1 == 1")
        for more in one_more
    }
    dropping = {f"{n} &= {n} - 1", f"{n} = {n} & {n} - 1"}
    first, second = _shown(loop.body)
    both = {first, second}
    checks = (f"{n} > 0",)
    if both & halving and both & one_more:
        why = f"`int.bit_length` knows how often `{n}` can be halved."
        return Shortcut((n,), checks, (f"{counter} += {n}.bit_length()", f"{n} = 0"), why)
    if (first in lowest and second in halving) or (both & dropping and both & one_more):
        why = f"`int.bit_count` counts the bits of `{n}` that are set."
        return Shortcut((n,), checks, (f"{counter} += {n}.bit_count()", f"{n} = 0"), why, newest=True)
    return None


def _counter(subject: Subject, loop: ast.While, other: str) -> str:
    """A name that starts as a literal int before the loop and is counted in it."""
    for node in walked(loop):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id != other:
            return node.id if literal_before(subject, loop, node.id) is not None else ""
    return ""


def literal_before(subject: Subject, loop: ast.stmt, name: str) -> int | None:
    """The int that a literal gives a name before a loop in its block, where nothing mentions it between."""
    block = block_of(subject, loop)
    for before in reversed(block[: block.index(loop)]):
        match before:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=int(number))) if (
                target == name
            ):
                return None if isinstance(number, bool) else number
        if any(isinstance(node, ast.Name) and node.id == name for node in walked(before)):
            return None
    return None


def _halvings(subject: Subject, loop: ast.While) -> Shortcut | None:
    """``while n > 1: n //= 2; count += 1``."""
    match loop.test:
        case ast.Compare(left=ast.Name(id=n), ops=[ast.Gt()], comparators=[ast.Constant(value=1)]):
            counter = _counter(subject, loop, n)
            halving = {f"{n} >>= 1", f"{n} //= 2", f"{n} = {n} >> 1", f"{n} = {n} // 2"}
            shown = set(_shown(loop.body))
            if counter and len(loop.body) == 2 and shown & halving and f"{counter} += 1" in shown:
                why = f"`int.bit_length` knows how often `{n}` can be halved."
                return Shortcut((n,), (f"{n} > 0",), (f"{counter} += {n}.bit_length() - 1", f"{n} = 1"), why)
    return None


def _doubling(subject: Subject, loop: ast.While) -> Shortcut | None:
    """``p = 1`` and ``while p < n: p *= 2``."""
    match loop.test:
        case ast.Compare(
            left=ast.Name(id=p), ops=[ast.Lt() | ast.LtE() as operator], comparators=[ast.Name(id=n)]
        ):
            doubling = {
                f"{p} *= 2",
                f"{p} <<= 1",
                f"{p} = {p} * 2",
                f"{p} = 2 * {p}",
                f"{p} += {p}",
                f"{p} = {p} << 1",
            }
            shown = _shown(loop.body)
            if n != p and len(shown) == 1 and shown[0] in doubling and literal_before(subject, loop, p) == 1:
                held = f"({n} - 1)" if isinstance(operator, ast.Lt) else n
                why = f"`int.bit_length` knows the power of two next to `{n}`."
                return Shortcut((n,), (f"{n} > 0",), (f"{p} = 1 << {held}.bit_length()",), why)
    return None


def _exponent(subject: Subject, loop: ast.While) -> Shortcut | None:
    """``k = 0`` and ``while 2**k < n: k += 1``."""
    match loop.test:
        case ast.Compare(
            left=ast.BinOp(
                left=ast.Constant(value=int(base)), op=ast.Pow() | ast.LShift() as power, right=ast.Name(id=k)
            ),
            ops=[ast.Lt() | ast.LtE() as operator],
            comparators=[ast.Name(id=n)],
        ) if base == (2 if isinstance(power, ast.Pow) else 1):
            if (
                n != k
                and _shown(loop.body) in ([f"{k} += 1"], [f"{k} = {k} + 1"])
                and literal_before(subject, loop, k) == 0
            ):
                held = f"({n} - 1)" if isinstance(operator, ast.Lt) else n
                why = f"`int.bit_length` knows the power of two next to `{n}`."
                return Shortcut((n,), (f"{n} > 0",), (f"{k} = {held}.bit_length()",), why)
    return None


def _factorial(subject: Subject, loop: ast.While) -> Shortcut | None:
    """``while n > 1: p *= n; n -= 1``."""
    match loop.test:
        case ast.Compare(
            left=ast.Name(id=n), ops=[ast.Gt()], comparators=[ast.Constant(value=0 | 1 as last)]
        ):
            p = _counter(subject, loop, n)
            products = {f"{p} *= {n}", f"{p} = {p} * {n}", f"{p} = {n} * {p}"}
            shown = _shown(loop.body)
            if p and len(shown) == 2 and shown[0] in products and shown[1] in {f"{n} -= 1", f"{n} = {n} - 1"}:
                why = f"`math.factorial` multiplies numbers of like size, in C; the loop made the product of `{n}` longer turn by turn."
                return Shortcut(
                    (n,), (f"{n} > 0",), (f"{p} *= {{factorial}}({n})", f"{n} = {last}"), why, "factorial"
                )
    return None


def _square_and_multiply(subject: Subject, loop: ast.While) -> Shortcut | None:
    """A power modulo a number by squaring, as textbooks write it."""
    e = _positive(loop.test)
    if not e or len(loop.body) != 3 or not isinstance(first := loop.body[0], ast.If) or first.orelse:
        return None
    odd = {f"{e} % 2 == 1", f"{e} & 1", f"{e} % 2", f"{e} & 1 == 1", f"{e} % 2 != 0"}
    shown = _shown(loop.body[1:])
    halving = {f"{e} >>= 1", f"{e} //= 2", f"{e} = {e} >> 1", f"{e} = {e} // 2"}
    multiply = _times_modulo(first.body[0]) if len(first.body) == 1 else None
    square = next((_times_modulo(one) for one in loop.body[1:] if ast.unparse(one) not in halving), None)
    if ast.unparse(first.test) not in odd or multiply is None or square is None or not set(shown) & halving:
        return None
    (r, by, m), (b, again, same) = multiply, square
    if (
        not (by == b == again and m == same)
        or len({r, b, e, m}) != 4
        or literal_before(subject, loop, r) != 1
    ):
        return None
    if enclosing_loops(subject, loop) or any(
        use.lineno > (loop.end_lineno or 0) for use in scope_of(subject).loads(b)
    ):
        return None
    why = f"`pow` of three numbers raises `{b}` modulo `{m}` in C."
    return Shortcut(
        _named(b, e, m), (f"{e} > 0", *_nonzero(m)), (f"{r} = pow({b}, {e}, {m})", f"{e} = 0"), why, "pow"
    )


def _times_modulo(statement: ast.stmt) -> tuple[str, str, str] | None:
    """The names of ``r = r * b % m``; ``m`` may be a literal."""
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=r)],
            value=ast.BinOp(
                left=ast.BinOp(left=ast.Name(id=one), op=ast.Mult(), right=ast.Name(id=other)),
                op=ast.Mod(),
                right=ast.Name() | ast.Constant() as m,
            ),
        ):
            if r == one:
                return r, other, ast.unparse(m)
            if r == other:
                return r, one, ast.unparse(m)
        case ast.Assign(
            targets=[ast.Name(id=r)],
            value=ast.BinOp(
                left=ast.BinOp(left=ast.Name(id=one), op=ast.Pow(), right=ast.Constant(value=2)),
                op=ast.Mod(),
                right=m,
            ),
        ) if r == one and isinstance(m, ast.Name | ast.Constant):
            return r, r, ast.unparse(m)
    return None


def _named(*operands: str) -> tuple[str, ...]:
    return tuple(one for one in operands if one.isidentifier())


def _nonzero(m: str) -> tuple[str, ...]:
    return (f"{m} != 0",) if m.isidentifier() else ()


def _repeated_product(subject: Subject, loop: ast.For) -> Shortcut | None:
    """``r = 1`` and ``for _ in range(e): r = r * b % m``, or without the modulus."""
    match loop:
        case ast.For(
            target=ast.Name(id=index),
            iter=ast.Call(func=ast.Name(id="range"), args=[ast.Name(id=e)], keywords=[]),
            body=[ast.Assign() as only],
        ):
            found = _times_modulo(only)
        case _:
            return None
    if found is None or not stay_inside(subject, loop, [index]):
        return None
    r, b, m = found
    if len({r, b, e, m, index}) != 5 or literal_before(subject, loop, r) != 1:
        return None
    if not m.isidentifier() and (not m.isdigit() or not int(m)):
        return None
    why = f"`pow` of three numbers raises `{b}` modulo `{m}` in few steps."
    lines = (f"{r} = pow({b}, {e}, {m})",)
    return Shortcut(_named(b, e, m), (f"{e} > 0", *_nonzero(m)), lines, why, "pow", instead=True)


def _common_divisor(subject: Subject, loop: ast.For) -> Shortcut | None:
    """``for i in range(1, min(a, b) + 1): if a % i == 0 and b % i == 0: g = i``."""
    match loop:
        case ast.For(
            target=ast.Name(id=i),
            iter=ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=1), stop], keywords=[]),
            body=[
                ast.If(
                    test=test,
                    body=[ast.Assign(targets=[ast.Name(id=g)], value=ast.Name(id=found))],
                    orelse=[],
                )
            ],
        ) if found == i:
            pass
        case _:
            return None
    names = sorted({node.id for node in walked(stop) if isinstance(node, ast.Name)} - {"min"})
    if len(names) != 2 or len({i, g, *names}) != 4 or not stay_inside(subject, loop, [i]):
        return None
    for a, b in (names, names[::-1]):
        asked = {f"{a} % {i} == 0 and {b} % {i} == 0", f"not {a} % {i} and (not {b} % {i})"}
        if ast.unparse(stop) in {f"min({a}, {b}) + 1", f"min({b}, {a}) + 1"} and ast.unparse(test) in asked:
            why = f"`math.gcd` tries no divisor of `{a}` and `{b}` one by one."
            lines = (f"{g} = {{gcd}}({a}, {b})",)
            return Shortcut((a, b), (f"{a} > 0", f"{b} > 0"), lines, why, "gcd", instead=True)
    return None


_READ_WHILE: tuple[Callable[[Subject, ast.While], Shortcut | None], ...] = (
    _gcd,
    _gcd_by_subtraction,
    _bits,
    _halvings,
    _doubling,
    _exponent,
    _factorial,
    _square_and_multiply,
)
