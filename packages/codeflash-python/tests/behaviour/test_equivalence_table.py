"""The table of pairs that fool comparators, row by row, through real workers on each interpreter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from codeflash_core.model.verdict import Different, verdict_word
from codeflash_python.behaviour.compare import compare, differing
from codeflash_worker import payload

pytestmark = pytest.mark.slow

SHARED = """
import collections, functools, itertools, math, operator, os, random, socket, sys, warnings, logging, zlib
class AlwaysEqual:
    def __init__(self, state): self.state = state
    def __eq__(self, other): return True
    def __hash__(self): return 1
class Text(str): pass
class Kept:
    def __init__(self): self.items = [1, 2]
    def get(self): return self.items
SEEN = []
TABLE = {"a": [1]}
KEPT = Kept()
"""

S, D, U = "same", "different", "undecided"
ENDLESS = ("while True", "itertools.count()")

# name: original, candidate, arguments, answer, what the counterexample names.
ROWS: dict[str, tuple[str, str, tuple[Any, ...], str, str]] = {
    "int and bool": ("return 1", "return True", (0,), D, "result"),
    "int and float": ("return 1", "return 1.0", (0,), D, "result"),
    "bool inside a list": ("return [1]", "return [True]", (0,), D, "result"),
    "zero and minus zero": ("return 0.0", "return -0.0", (0,), D, "result"),
    "nan": ("return float('nan')", "return math.inf - math.inf", (0,), S, ""),
    "nan in a list, same object": ("return [x, x]", "return [x, float('nan')]", (float("nan"),), S, ""),
    "nearly equal floats": ("return 1.0", "return 1.0 + 1e-10", (0,), D, "result"),
    "order of keys": ("return {'a': 1, 'b': 2}", "return {'b': 2, 'a': 1}", (0,), D, "result"),
    "order in sets": ("return {'a', 'b'}", "return {'b', 'a'}", (0,), S, ""),
    "order of a list made of a set": ("return sorted({'b', 'a'})", "return ['b', 'a']", (0,), D, "result"),
    "messages": ("raise ValueError('a')", "raise ValueError('b')", (0,), D, "exception"),
    "exception types": ("raise KeyError(x)", "raise IndexError(x)", (0,), D, "exception"),
    "causes": ("raise ValueError(1) from KeyError(1)", "raise ValueError(1)", (0,), D, "exception"),
    "notes": (
        "e = ValueError(1); e.__notes__ = ['a']; raise e",
        "e = ValueError(1); e.__notes__ = ['b']; raise e",
        (0,),
        D,
        "exception",
    ),
    "awaited results": (
        "async def g(): return 1\n    return g()",
        "async def g(): return 2\n    return g()",
        (0,),
        D,
        "result",
    ),
    "giving way to others": (
        "import asyncio\n    async def g(): await asyncio.sleep(0); return x\n    return g()",
        "async def h(): return x\n    return h()",
        (0,),
        D,
        "result",
    ),
    "giving way once or twice": (
        "import asyncio\n    async def g(): await asyncio.sleep(0); return x\n    return g()",
        "import asyncio\n    async def h(): await asyncio.sleep(0); await asyncio.sleep(0); return x\n    return h()",
        (0,),
        S,
        "",
    ),
    "equal awaited results": (
        "async def g(): return [x]\n    return g()",
        "async def h(): return [x]\n    return h()",
        (0,),
        S,
        "",
    ),
    "raises or returns": ("raise ValueError(1)", "return 1", (0,), D, "exception"),
    "returns its argument": ("return x", "return list(x)", ([1, 2],), D, "identity"),
    "shares a part of its argument": ("return [x[0]]", "return [list(x[0])]", ([[1]],), D, "identity"),
    "fresh and shared": ("return [1]", "return f.__dict__.setdefault('k', [1])", (0,), D, "identity"),
    "rebinds and changes in place": (
        "x['a'] = [i + 1 for i in x['a']]",
        "x['a'][:] = [i + 1 for i in x['a']]",
        ({"a": [1, 2]},),
        D,
        "identity",
    ),
    "changes in place and rebinds": (
        "x['a'].append(3)",
        "x['a'] = [*x['a'], 3]",
        ({"a": [1, 2]},),
        D,
        "identity",
    ),
    "empties what drops out of reach": (
        "x['a'] = []",
        "x['a'].clear(); x['a'] = []",
        ({"a": [1, 2]},),
        D,
        "arguments",
    ),
    "rebinds on both sides": (
        "x['a'] = [i + 1 for i in x['a']]",
        "x['a'] = list(map(int.__add__, x['a'], [1, 1]))",
        ({"a": [1, 2]},),
        S,
        "",
    ),
    "sorts in place": ("return sorted(x)", "x.sort(); return list(x)", ([2, 1],), D, "arguments"),
    "generator and list": ("return (i for i in x)", "return [i for i in x]", ([1, 2],), D, "result"),
    "lazy and eager": (
        "return (i for i in itertools.count())",
        "return iter([i for i in itertools.count()])",
        (0,),
        D,
        "timeout",
    ),
    "how much was read": ("return next(x)", "return list(x)[0]", (payload.Stream([1, 2]),), D, "arguments"),
    "laziness of generators": (
        "return (i for i in x)",
        "y = list(x); return (i for i in y)",
        (payload.Stream([1, 2]),),
        D,
        "result",
    ),
    "functions made on the fly": ("return lambda: 1", "return lambda: 2", (0,), U, ""),
    "open files": ("return open(os.devnull)", "return open(os.devnull)", (0,), U, ""),
    "sockets": ("return socket.socket()", "return socket.socket()", (0,), U, ""),
    "handles of C": ("return zlib.compressobj()", "return zlib.compressobj()", (0,), U, ""),
    "equal on its word": ("return AlwaysEqual(1)", "return AlwaysEqual(2)", (0,), D, "result"),
    "equal state": ("return AlwaysEqual(1)", "return AlwaysEqual(1)", (0,), S, ""),
    "prints": ("print('x')", "pass", (0,), D, "stdout"),
    "prints below Python": ("os.write(2, b'x')\n    return 1", "return 1", (0,), D, "stderr"),
    "warns": ("warnings.warn('x')", "pass", (0,), D, "warnings"),
    "logs": ("logging.getLogger('l').error('x')", "pass", (0,), D, "log"),
    "environment": ("os.environ['A'] = 'x'", "pass", (0,), D, "environ"),
    "working directory": ("os.chdir('/')", "pass", (0,), D, "cwd"),
    "random state": ("random.random(); return 1", "return 1", (0,), D, "random"),
    "raises after mutating": (
        "x.append(1); raise ValueError('v')",
        "raise ValueError('v')",
        ([],),
        D,
        "arguments",
    ),
    "cycles of one shape": ("a = [1]; a.append(a); return a", "a = [1]; a += [a]; return a", (0,), S, ""),
    "cycles of other shapes": (
        "a = [1]; a.append(a); return a",
        "a = [1]; b = [1, a]; a.append(b); return a",
        (0,),
        D,
        "identity",
    ),
    "deep": (
        "d = []\n    for _ in range(20000): d = [d]\n    return d",
        "d = []\n    for _ in range(20000): d = [d]\n    return d",
        (0,),
        S,
        "",
    ),
    "deep with a difference at the bottom": (
        "d = []\n    for _ in range(20000): d = [d]\n    return d",
        "d = [1]\n    for _ in range(20000): d = [d]\n    return d",
        (0,),
        D,
        "result",
    ),
    "keys and list": ("return {1: 2}.keys()", "return [1]", (0,), D, "result"),
    "map and list": ("return map(str, x)", "return [str(i) for i in x]", ([1],), D, "result"),
    "zip and list": ("return zip(x, x)", "return [(i, i) for i in x]", ([1],), D, "result"),
    "range and list": ("return range(2)", "return [0, 1]", (0,), D, "result"),
    "map and generator": ("return map(str, x)", "return (str(i) for i in x)", ([1],), D, "result"),
    "defaultdict and dict": ("return collections.defaultdict(list)", "return {}", (0,), D, "result"),
    "default factories": (
        "return collections.defaultdict(list)",
        "return collections.defaultdict(set)",
        (0,),
        D,
        "result",
    ),
    "subclass of str": ("return Text('a')", "return 'a'", (0,), D, "result"),
    "unstable order": (
        "return sorted(x, key=operator.itemgetter(0))",
        "return sorted(x)",
        ([(1, 9), (1, 2)],),
        D,
        "result",
    ),
    "stale cache": (
        "SEEN.append(1); return len(SEEN)",
        "if not hasattr(f, 'c'): SEEN.append(1); f.c = len(SEEN)\n    return f.c",
        (0,),
        D,
        "result",
    ),
    "mutates a global": ("SEEN.append(x)", "pass", (0,), D, "globals"),
    "mutates deep inside a global": ("TABLE['a'].append(x)", "pass", (0,), D, "globals"),
    "binds a global": ("global TABLE\n    TABLE = 1", "pass", (0,), D, "globals"),
    "tuple and list": ("return (1, 2)", "return [1, 2]", (0,), D, "result"),
    "bytes and bytearray": ("return b'a'", "return bytearray(b'a')", (0,), D, "result"),
    "deque bound": ("return collections.deque([1], 2)", "return collections.deque([1])", (0,), D, "result"),
    "one object twice or two": ("a = []; return [a, a]", "return [[], []]", (0,), D, "identity"),
    "immutable parts need not be shared": (
        "a = (1, 2); return [a, a]",
        "return [(1, 2), (1, 2)]",
        (0,),
        S,
        "",
    ),
    "same generator": ("yield 1\n    yield 2", "yield from [1, 2]", (0,), S, ""),
    "other final value": ("yield 1\n    return 1", "yield 1\n    return 2", (0,), D, "result"),
    "one buffer yielded again and again": (
        "b = []\n    for i in x: b.append(i); yield b",
        "b = list(x)\n    for i in x: yield b",
        ([1, 2],),
        D,
        "result",
    ),
    "same closure argument": ("return x", "return x", (lambda: 1,), S, ""),
    "addresses in messages": ("raise ValueError(object())", "raise ValueError(object())", (0,), S, ""),
    "a global handed out": ("return TABLE", "return TABLE", (0,), S, ""),
    "never ends on either side": ("while True: pass", "while True: pass", (0,), U, ""),
    "how the interpreter complains of types": (
        "r = 0\n    for i in x: r += i\n    return r",
        "return sum(x)",
        (["a"],),
        S,
        "",
    ),
    "where the stack ends": ("return f(x)", "return [f(i) for i in [x]]", (0,), S, ""),
    "messages of one's own for types": ("raise TypeError('a')", "raise TypeError('b')", (0,), D, "exception"),
    "other complaints": ("return [].pop()", "return [][0]", (0,), D, "exception"),
    "ends the process": ("raise SystemExit(3)", "return 3", (0,), D, "exception"),
}


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    roots = {}
    for side in (0, 1):
        root = tmp_path_factory.mktemp(f"side{side}") / "project"
        root.mkdir()
        for number, row in enumerate(ROWS.values()):
            text = f"{SHARED}\ndef f(x):\n    {row[side]}\n"
            (root / f"row{number}.py").write_text(text)
        roots[str(side)] = root
    return roots


@pytest.fixture
def sides(bodies: dict[str, Path], worker: Callable[..., Any], any_python: str) -> tuple[Any, Any]:
    vendor = str(Path(__import__("cloudpickle").__file__).parent.parent) if "3.11" in any_python else ""
    return tuple(worker(bodies[side], python=any_python, vendor=vendor) for side in "01")  # type: ignore[return-value]


def replayed(worker: Any, number: int, blobs: list[bytes], **fields: Any) -> Any:
    target = {"path": f"row{number}.py", "module": f"row{number}", "qualname": "f"}
    # Only what never ends is waited for in full: on a loaded machine the others may take long.
    endless = any(sign in part for part in list(ROWS.values())[number][:2] for sign in ENDLESS)
    return worker.ask("replay", blobs, target=target, seed=7, call_wall=1.0 if endless else 30.0, **fields)


def decided(sides: tuple[Any, Any], number: int, blobs: list[bytes], **options: Any) -> Any:
    first, second = (replayed(side, number, blobs) for side in sides)
    graphs = list(differing(first, second))
    if graphs:
        first, second = (replayed(side, number, blobs, graphs=graphs) for side in sides)
    return compare(first, second, calls=["f(x)"], **options)


def test_every_row_gets_the_answer_of_the_table(sides: tuple[Any, Any], any_python: str):
    wrong = []
    for number, (name, (_, _, arguments, answer, facet)) in enumerate(ROWS.items()):
        if any(callable(argument) for argument in arguments) and ".venv" not in any_python:
            continue  # A lambda travels between equal interpreter versions only.
        blob = payload.dump(arguments, {}, verify=False)
        verdict = decided(sides, number, [blob])
        named = verdict.counterexample.facet if isinstance(verdict, Different) else ""
        if (verdict_word(verdict), named) != (answer, facet):
            wrong.append(f"{name}: {verdict}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["zero and minus zero", "nearly equal floats"])
def test_a_tolerance_forgives_small_differences_only_when_asked_for(sides: tuple[Any, Any], name: str):
    number = list(ROWS).index(name)
    blob = payload.dump((0,), {})
    assert verdict_word(decided(sides, number, [blob], float_tolerance=1e-9)) == S
    assert verdict_word(decided(sides, number, [blob])) == D


def test_each_original_is_the_same_as_itself(bodies: dict[str, Path], worker: Callable[..., Any]):
    one, other = worker(bodies["0"]), worker(bodies["0"])
    wrong = []
    for number, (name, (_, _, arguments, _, _)) in enumerate(ROWS.items()):
        blobs = [payload.dump(arguments, {}, verify=False)] * 3
        verdict = decided((one, other), number, blobs)
        opaque = name in (
            "functions made on the fly",
            "open files",
            "sockets",
            "handles of C",
            "never ends on either side",
        )
        if verdict_word(verdict) != (U if opaque else S):
            wrong.append(f"{name}: {verdict}")
    assert not wrong, "\n".join(wrong)


def test_calls_that_did_not_come_back_are_a_difference(sides: tuple[Any, Any]):
    number = list(ROWS).index("same generator")
    blobs = [payload.dump((at,), {}) for at in range(20)]
    first = replayed(sides[0], number, blobs, again=False)
    second = replayed(sides[1], number, blobs[:6], again=False)
    verdict = compare(first, second)
    assert isinstance(verdict, Different)
    assert (verdict.counterexample.original, verdict.counterexample.candidate) == ("20 calls", "6 calls")


def test_a_counterexample_names_the_place(sides: tuple[Any, Any], project: Callable[..., Path], worker: Any):
    text = dedent("""
        def f(x):
            return {"rows": [1, 2, [x, %s]]}
    """)
    first = worker(project({"m.py": text % "'a'"}))
    one = first.ask("replay", [payload.dump((1,), {})], target=M, seed=1, graphs=[0])
    project({"m.py": text % "'b'"})
    two = worker(project({})).ask("replay", [payload.dump((1,), {})], target=M, seed=1, graphs=[0])
    verdict = compare(one, two, calls=["f(1)"], origins=["a test"])
    assert isinstance(verdict, Different)
    found = verdict.counterexample
    assert (found.where, found.original, found.candidate) == ("result['rows'][2][1]", "'a'", "'b'")
    assert (found.call, found.origin) == ("f(1)", "a test")


M = {"path": "m.py", "module": "m", "qualname": "f"}
