from __future__ import annotations

import ast
import sqlite3
import textwrap

import pytest

from codeflash_api.testgen.instrument import instrument
from codeflash_api.testgen.preamble import FOLDER, WATCH
from codeflash_api.testgen.target import Target
from codeflash_syntax.parse import SyntaxProblem

MODULE = "tests.test_it__unit_test_0"
ARRANGE = Target("shop.ordering", "arrange")
TOTAL = Target("shop.basket", "Basket.total")
ORDERING = {
    "shop/__init__.py": "from shop.ordering import arrange\n",
    "shop/ordering.py": """
import gc

def arrange(prices, reverse=False):
    assert not gc.isenabled()
    print("arranging")
    prices.append(0)
    return sorted(prices, reverse=reverse)

def twice(function, value):
    return function(function(value))

def pairs(n):
    for i in range(n):
        yield i, i
""",
    "shop/other.py": "def arrange(prices):\n    return 'other'\n",
}
BASKET = {
    "shop/__init__.py": "",
    "shop/basket.py": """
class Basket:
    def __init__(self, prices):
        self.prices = prices

    def total(self, rate=1):
        return sum(self.prices) * rate

    @classmethod
    def of(cls, *prices):
        return cls(list(prices))

    @staticmethod
    def rounded(value):
        return round(value, 2)

    class Inner:
        def total(self):
            return "inner"

class Discounted(Basket):
    pass

class Stranger:
    def total(self):
        return "stranger"
""",
}


def body(text: str) -> str:
    return textwrap.dedent(text)


def watched(source: str, target: Target = ARRANGE) -> list[tuple[str, str, str]]:
    """Test, line and expression of each watched call."""
    tree = ast.parse(instrument(body(source), target, MODULE).behavior)
    return [
        (node.args[0].value, node.args[1].value, ast.unparse(node.args[2]))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == WATCH
    ]


SYNC = body("""
    from __future__ import annotations
    import pytest
    from shop.ordering import arrange, twice
    from shop.other import arrange as other_arrange

    def test_plain():
        given = [2, 1]
        assert arrange(given) == [0, 1, 2]
        assert other_arrange([1]) == "other"

    def test_nested():
        assert arrange(arrange([2])) == [0, 0, 2]

    def test_loop():
        for n in range(3):
            assert len(arrange([n])) == 2
            assert arrange([n], reverse=True)[-1] == 0

    def test_raises():
        with pytest.raises(AttributeError):
            arrange(None)
        with pytest.raises(TypeError):
            arrange(["a"])

    @pytest.mark.parametrize("given", [[1], [2], [3]])
    def test_given(given):
        assert arrange(given)[0] == 0

    class TestShop:
        def test_in_class(self):
            assert [arrange([n]) for n in range(2)] == [[0, 0], [0, 1]]
    """)


def test_behaviour_is_recorded_with_arguments_results_and_exceptions(run_tests):
    ran = run_tests(ORDERING, instrument(SYNC, ARRANGE, MODULE).behavior)
    assert ran.code == 0, ran.output
    assert ran.starts == ran.ends
    assert ran.starts == [
        f"{MODULE}:test_plain:arrange:1:1_0",
        f"{MODULE}:test_nested:arrange:1:0_0",
        f"{MODULE}:test_nested:arrange:1:0_1",
        *(f"{MODULE}:test_loop:arrange:1:0_{j}_{n}" for n in range(3) for j in range(2)),
        f"{MODULE}:test_raises:arrange:1:0_0_0",
        f"{MODULE}:test_raises:arrange:1:1_0_0",
        *(f"{MODULE}:test_given:arrange:1:0_{n}" for n in range(3)),
        f"{MODULE}:TestShop.test_in_class:arrange:1:0_0",
        f"{MODULE}:TestShop.test_in_class:arrange:1:0_1",
    ]
    results = ran.results()
    assert results["test_plain:1_0"] == (([2, 1, 0],), {}, [0, 1, 2])  # the argument as it is after the call
    assert results["test_loop:0_1_2"] == (([2, 0],), {"reverse": True}, [2, 0])
    assert isinstance(results["test_raises:0_0_0"], AttributeError)
    assert isinstance(results["test_raises:1_0_0"], TypeError)
    first = ran.rows[0]
    assert first[:6] == (MODULE, None, "test_plain", "arrange", 1, "1_0")
    assert isinstance(first[6], int) and first[6] > 0
    assert first[8] == "function_call"
    assert ran.rows[-1][1:3] == ("TestShop", "test_in_class")
    assert len(ran.rows) == len(ran.starts)
    assert "######$!\narranging\n!######" in ran.output


def test_performance_is_printed_in_every_loop_and_nothing_is_stored(run_tests):
    ran = run_tests(
        ORDERING, instrument(SYNC, ARRANGE, MODULE).performance, name="test_it__perf_test_0", loops=3
    )
    assert ran.code == 0, ran.output
    assert ran.rows == []
    timed = [end.rpartition(":") for end in ran.ends]
    assert [tag for tag, _, _ in timed] == ran.starts
    assert all(int(nanoseconds) > 0 for _, _, nanoseconds in timed)
    assert [start for start in ran.starts if ":test_plain:" in start] == [
        f"{MODULE}:test_plain:arrange:{loop}:1_0" for loop in (1, 2, 3)
    ]
    assert len(set(ran.starts)) == len(ran.starts) == 3 * 16


METHODS = body("""
    import pytest
    import unittest
    from shop import basket as module
    from shop.basket import Basket, Discounted, Stranger

    @pytest.fixture
    def basket():
        return Basket([1, 2])

    def test_receivers(basket):
        assert basket.total() == 3
        assert Basket.of(4).total(rate=2) == 8
        assert Discounted([5]).total() == 5
        assert Stranger().total() == "stranger"
        assert Basket.Inner().total() == "inner"
        assert Basket.total(basket) == 3
        assert module.Basket([7]).total() == 7
        bound = basket.total
        assert bound(3) == 9

    class Own(Basket):
        def total(self):
            return "own"

    def test_overridden():
        assert Own([1]).total() == "own"

    class BasketCase(unittest.TestCase):
        def test_in_case(self):
            self.assertEqual(Basket([1]).total(), 1)
    """)


def test_methods_are_recorded_on_their_own_class_only(run_tests):
    ran = run_tests(BASKET, instrument(METHODS, TOTAL, MODULE).behavior)
    assert ran.code == 0, ran.output
    assert [(row[1], row[2], row[5]) for row in ran.rows] == [
        *((None, "test_receivers", f"{line}_0") for line in (0, 1, 2, 5, 6)),
        ("BasketCase", "test_in_case", "0_0"),
    ]
    assert ran.result("test_receivers:1_0") == ((), {"rate": 2}, 8)
    assert {row[3] for row in ran.rows} == {"Basket.total"}


@pytest.mark.parametrize(
    ("target", "calls", "expected"),
    [
        (
            "Basket.of",
            "assert Basket.of(1).prices == [1]\n    assert Discounted.of(2, 3).prices == [2, 3]\n"
            "    assert Basket([1]).of(9).prices == [9]",
            [(1,), (2, 3), (9,)],
        ),
        (
            "Basket.rounded",
            "assert Basket.rounded(1.234) == 1.23\n    assert Basket([]).rounded(2.5) == 2.5\n"
            "    assert Discounted.rounded(0.5) == 0.5",
            [(1.234,), (2.5,), (0.5,)],
        ),
        ("Basket.__init__", "assert Basket([1]).prices == [1]\n    Basket(prices=[])", [([1],), ()]),
    ],
    ids=["class method", "static method", "constructor"],
)
def test_other_kinds_of_methods_are_recorded(run_tests, target, calls, expected):
    test = f"from shop.basket import Basket, Discounted\n\ndef test_it():\n    {calls}\n"
    source = {**BASKET, "shop/__init__.py": ""}
    ran = run_tests(source, instrument(test, Target("shop.basket", target), MODULE).behavior)
    assert ran.code == 0, ran.output
    assert len(ran.rows) == len(expected)
    # Instances of the project's classes can't be loaded here: the arguments are looked at in the text they printed.
    assert [start.rpartition(":")[2] for start in ran.starts] == [f"{n}_0" for n in range(len(expected))]


def test_a_name_from_another_module_is_recorded_when_it_is_the_same_function(run_tests):
    test = "import shop\nimport shop.other\n\ndef test_it():\n    shop.arrange([1])\n    shop.other.arrange([2])\n"
    ran = run_tests(ORDERING, instrument(test, ARRANGE, MODULE).behavior)
    assert ran.code == 0, ran.output
    assert [row[5] for row in ran.rows] == ["0_0"]


def test_a_generator_is_read_inside_the_call_and_handed_on(run_tests):
    test = (
        "from shop.ordering import pairs\n\ndef test_it():\n    assert list(pairs(2)) == [(0, 0), (1, 1)]\n"
    )
    ran = run_tests(ORDERING, instrument(test, Target("shop.ordering", "pairs"), MODULE).behavior)
    assert ran.code == 0, ran.output
    assert ran.results() == {"test_it:0_0": ((2,), {}, [(0, 0), (1, 1)])}


def test_arguments_that_cannot_be_stored_are_named_by_type_and_results_must_be_stored(run_tests):
    source = {"m.py": "def same(value, give=0):\n    return value if give else 1\n"}
    test = body("""
        from m import same

        def numbers():
            yield 1

        def test_argument():
            same(numbers())
            same(value=numbers())

        def test_result():
            same(numbers(), 1).close
        """)
    text = instrument(test, Target("m", "same"), MODULE).behavior
    ran = run_tests(source, text)
    assert ran.code == 1
    assert "1 failed, 1 passed" in ran.output
    assert ran.results() == {
        "test_argument:0_0": (("generator",), {}, 1),
        "test_argument:1_0": ((), {"value": "generator"}, 1),
    }


ASYNC = body("""
    import asyncio
    import pytest
    from m import Client, fetch

    async def test_awaited():
        assert await fetch(1) == 2
        for n in range(2):
            assert await fetch(n) == n + 1
        assert await asyncio.gather(fetch(1), fetch(2)) == [2, 3]
        with pytest.raises(TypeError):
            await fetch(None)

    class TestClient:
        @pytest.mark.asyncio
        async def test_in_class(self):
            async def inner():
                return await fetch(5)
            assert await inner() == 6

    def test_sync_door():
        assert asyncio.run(fetch(1)) == 2
    """)
DECORATED = """
import functools
import os

def seen(function):
    @functools.wraps(function)
    async def wrapper(*args):
        line = os.environ.pop("CODEFLASH_CURRENT_LINE_ID") if len(args) == 2 else os.environ["CODEFLASH_CURRENT_LINE_ID"]
        print(f"!$######{line}######$!")
        return await function(*args)
    return wrapper

@seen
async def fetch(n):
    return n + 1

class Client:
    async def get(self, n):
        return n
"""


def test_async_tests_name_the_line_before_each_awaited_call(run_tests):
    made = instrument(ASYNC, Target("m", "fetch", is_async=True), MODULE)
    ran = run_tests({"m.py": DECORATED}, made.behavior)
    assert ran.code == 0, ran.output
    assert ran.starts == ["0", "1_0", "1_0", "2", "2", "3_0", "0", "0"]
    assert made.behavior == made.performance
    assert WATCH not in made.behavior
    assert made.behavior.count("@pytest.mark.asyncio") == 2


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from shop.ordering import arrange", "arrange"),
        ("from shop.ordering import arrange as put", "put"),
        ("from shop.ordering import *", "arrange"),
        ("import shop.ordering", "shop.ordering.arrange"),
        ("import shop.ordering as o", "o.arrange"),
        ("from shop import ordering", "ordering.arrange"),
        ("from shop import ordering as o", "o.arrange"),
        ("import shop.ordering\nput = shop.ordering.arrange", "put"),
    ],
)
def test_the_target_is_known_under_every_import(imports, call):
    assert watched(f"{imports}\n\ndef test_it():\n    {call}([1])\n") == [("test_it", "0", call)]


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(arrange):\n    arrange(1)",
        "def test_it():\n    arrange = sorted\n    arrange([1])",
        "def test_it():\n    def arrange(x): return x\n    arrange([1])",
        "def test_it():\n    from other import arrange\n    arrange([1])".replace(
            "other import", "other import x as"
        ),
        "def test_it():\n    for arrange in (len, sum):\n        arrange([1])",
        "def test_it():\n    [arrange(1) for arrange in (abs,)]",
        "def test_it():\n    (lambda arrange: arrange(1))(abs)",
        "def test_it():\n    with thing() as arrange:\n        arrange(1)",
        "def test_it():\n    match thing:\n        case [*arrange]:\n            arrange(1)",
        "def test_it():\n    thing.arrange(1)",
        "def helper():\n    arrange([1])",
        "def test_it():\n    arrange",
    ],
)
def test_what_is_not_the_target_is_left_alone(test):
    assert watched(f"from shop.ordering import arrange\n{test}\n") == []


def test_line_numbers_follow_the_statements_of_the_test():
    found = watched(
        '''
        from shop.ordering import arrange
        def test_it():
            """A docstring counts."""
            arrange(1)
            if arrange(2):
                arrange(3)
            else:
                arrange(4)
            with open(arrange(5)):
                x = 1
                try:
                    arrange(6)
                except ValueError:
                    arrange(7)
            try:
                arrange(8)
            finally:
                arrange(9)
            while arrange(10):
                for _ in x:
                    arrange(11)
            print(f"{arrange(12)}", sorted(x, key=arrange), list(map(arrange, x)))
            def inner():
                return arrange(13)
        '''
    )
    assert sorted(line for _, line, _ in found) == sorted(
        ["1", "2", "2_0", "2", "3", "3_1", "3_1", "4", "4", "5", "5_0", "6", "6", "6", "7"]
    )


def test_nested_test_classes_are_named_whole():
    source = """
        from shop.ordering import arrange
        class TestA:
            class TestB:
                def test_it(self):
                    arrange([])
        """
    assert watched(source) == [("TestA.TestB.test_it", "0", "arrange")]


def test_future_imports_and_docstrings_stay_first():
    text = instrument(f'"""Doc."""\n{SYNC}', ARRANGE, MODULE).behavior
    assert text.startswith('"""Doc."""\nfrom __future__ import annotations\n')
    assert FOLDER in text
    only = instrument('"""Doc."""\n', ARRANGE, MODULE)
    assert only.calls == 0
    compile(only.behavior, "t", "exec")


def test_an_f_string_that_cannot_be_written_again_is_left_as_it_is(monkeypatch):
    real = ast.unparse

    def unparse(node):
        if any(
            isinstance(inner, ast.Name) and inner.id == WATCH
            for part in ast.walk(node)
            if isinstance(part, ast.JoinedStr)
            for inner in ast.walk(part)
        ):
            raise ValueError("Unable to avoid backslash in f-string expression part")
        return real(node)

    monkeypatch.setattr(ast, "unparse", unparse)
    source = "from shop.ordering import arrange\ndef test_it():\n    arrange(1)\n    f'{arrange(2)}'\n"
    assert watched(source) == [("test_it", "0", "arrange")]


def test_tests_that_do_not_parse_are_refused():
    with pytest.raises(SyntaxProblem):
        instrument("def test_it(:", ARRANGE, MODULE)


def test_rows_can_be_added_to_a_table_that_another_writer_made(run_tests, tmp_path):
    text = instrument(
        "from shop.ordering import arrange\ndef test_it():\n    arrange([1])\n", ARRANGE, MODULE
    ).behavior
    path = tmp_path / "test_return_values_3.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE test_results (test_module_path TEXT, test_class_name TEXT, test_function_name TEXT, "
            "function_getting_tested TEXT, loop_index INTEGER, iteration_id TEXT, runtime INTEGER, "
            "return_value BLOB, verification_type TEXT)"
        )
    database.close()
    assert run_tests(ORDERING, text.replace(FOLDER, tmp_path.as_posix())).code == 0
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT test_function_name, iteration_id FROM test_results").fetchall() == [
            ("test_it", "0_0")
        ]
    database.close()
