"""The rows of the table of pairs that need numpy and pandas, through real workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codeflash_core.model.verdict import Different, verdict_word
from codeflash_python.behaviour.compare import compare, differing
from codeflash_worker import payload

pytestmark = pytest.mark.slow

S, D = "same", "different"
FRAME = "pd.DataFrame({'a': [1, 2], 'b': [3, 4]})"

# name: original, candidate, answer, what the counterexample names.
ROWS: dict[str, tuple[str, str, str, str]] = {
    "int and numpy int": ("return 1", "return np.int64(1)", D, "result"),
    "numpy int and bool": ("return np.int64(1)", "return np.bool_(True)", D, "result"),
    "numpy zero and minus zero": ("return np.float64(0.0)", "return np.float64(-0.0)", D, "result"),
    "near ints in arrays": ("return np.array([1_000_000])", "return np.array([1_000_005])", D, "result"),
    "equal arrays": ("return np.arange(4)", "return np.array([0, 1, 2, 3])", S, ""),
    "widths of floats": ("return np.ones(2, 'float32')", "return np.ones(2, 'float64')", D, "result"),
    "widths of ints": ("return np.ones(2, 'int32')", "return np.ones(2, 'int64')", D, "result"),
    "shapes": ("return np.ones((1, 2))", "return np.ones((2, 1))", D, "result"),
    "array and list": ("return np.ones(2)", "return [1.0, 1.0]", D, "result"),
    "nan in arrays": ("return np.array([np.nan])", "return np.array([float('nan')])", S, ""),
    "minus zero in arrays": ("return np.array([0.0])", "return np.array([-0.0])", D, "result"),
    "near floats in arrays": ("return np.array([1.0])", "return np.array([1.0 + 1e-10])", D, "result"),
    "view and copy": (
        "a = np.arange(3); return [a, a[:]]",
        "a = np.arange(3); return [a, a.copy()]",
        D,
        "identity",
    ),
    "array changed in place": ("SHARED[0] += 1", "SHARED + 1", D, "globals"),
    "equal frames": (f"return {FRAME}", f"return {FRAME}.copy()", S, ""),
    "types of columns": (f"return {FRAME}", f"return {FRAME}.astype({{'a': 'float64'}})", D, "result"),
    "name of the index": (f"return {FRAME}", f"return {FRAME}.rename_axis('i')", D, "result"),
    "order of columns": (f"return {FRAME}", f"return {FRAME}[['b', 'a']]", D, "result"),
    "labels of the index": (f"return {FRAME}", f"return {FRAME}.set_axis([1, 0])", D, "result"),
    "values of a frame": (f"return {FRAME}", f"return {FRAME} + 1", D, "result"),
    "frame and series": (f"return {FRAME}[['a']]", f"return {FRAME}['a']", D, "result"),
    "name of a series": (f"return {FRAME}['a']", f"return {FRAME}['a'].rename('c')", D, "result"),
}

TEXT = "import numpy as np, pandas as pd\nSHARED = np.arange(3)\ndef f(x):\n    {}\n"


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    roots = (tmp_path_factory.mktemp("original"), tmp_path_factory.mktemp("candidate"))
    for number, row in enumerate(ROWS.values()):
        for side, root in enumerate(roots):
            (root / f"row{number}.py").write_text(TEXT.format(row[side]))
    return roots


@pytest.fixture
def sides(bodies: tuple[Path, Path], worker: Callable[..., Any]) -> tuple[Any, Any]:
    started = tuple(worker(root) for root in bodies)
    for side in started:
        # Once, for all the rows: the packages take longer to import than everything else.
        target = {"path": "row0.py", "module": "row0", "qualname": "f"}
        side.ask("load", fork=False, target=target)
    return started  # type: ignore[return-value]


def decided(sides: tuple[Any, Any], number: int, **options: Any) -> Any:
    target = {"path": f"row{number}.py", "module": f"row{number}", "qualname": "f"}
    blobs = [payload.dump((0,), {})]

    def replayed(**more: Any) -> tuple[Any, ...]:
        return tuple(side.ask("replay", blobs, target=target, seed=7, **more) for side in sides)

    first, second = replayed()
    graphs = list(differing(first, second))
    if graphs:
        first, second = replayed(graphs=graphs)
    return compare(first, second, calls=["f(0)"], **options)


def test_every_row_gets_the_answer_of_the_table(sides: tuple[Any, Any]) -> None:
    wrong = []
    for number, (name, (_, _, answer, facet)) in enumerate(ROWS.items()):
        verdict = decided(sides, number)
        named = verdict.counterexample.facet if isinstance(verdict, Different) else ""
        if verdict_word(verdict) != answer or (facet and named != facet):
            wrong.append(f"{name}: {verdict}")
    assert not wrong, "\n".join(wrong)


def test_a_tolerance_forgives_small_differences_in_arrays(sides: tuple[Any, Any]) -> None:
    for name in ("minus zero in arrays", "near floats in arrays"):
        assert verdict_word(decided(sides, list(ROWS).index(name), float_tolerance=1e-9)) == S, name


def test_a_tolerance_forgives_neither_ints_nor_types(sides: tuple[Any, Any]) -> None:
    for name in ("near ints in arrays", "widths of floats", "types of columns"):
        assert verdict_word(decided(sides, list(ROWS).index(name), float_tolerance=1e-3)) == D, name
