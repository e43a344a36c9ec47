"""Sections 2.3, 2.11, 2.12 and 3: tests, really fetched and really run."""

from __future__ import annotations

import ast
import collections
from typing import Any

import pytest
from bodies import TESTGEN, TESTGEN_REPAIR, TESTGEN_REVIEW
from instrumented_run import COLUMNS, FOREIGN, LOOPS, Half, Played, Subject, play, statement
from manifest import keeps
from running_service import Modelled, Service
from wholeness import check

ARRANGE_CODE = """\
def arrange(prices):
    prices.sort()
    return list(prices)
"""
ARRANGE = Subject(
    "shop/ordering.py",
    "arrange",
    ARRANGE_CODE,
    "import gc\n\n\n"
    + ARRANGE_CODE.replace(
        "    prices.sort()", "    assert not gc.isenabled()\n    print('arranging')\n    prices.sort()"
    ),
    """\
from shop.ordering import arrange


def test_order():
    given = [3, 1, 2]
    assert arrange(given) == [1, 2, 3]
    assert given == [1, 2, 3]


def test_loop():
    for size in range(3):
        assert arrange(list(range(size))) == list(range(size))
""",
)
BASKET_CODE = """\
class Basket:
    def __init__(self, prices):
        self.prices = prices

    def total(self, rate=1):
        out = 0
        for price in self.prices:
            out += price * rate
        return out
"""
BASKET = Subject(
    "shop/basket.py",
    "Basket.total",
    BASKET_CODE,
    BASKET_CODE,
    """\
from shop.basket import Basket


class TestTotal:
    def test_rate(self):
        basket = Basket([1, 2])
        assert basket.total(2) == 6
        assert basket.total() == 3
""",
)
RATIO_CODE = """\
def ratio(part, whole):
    if whole == 0:
        raise ZeroDivisionError("nothing to compare with")
    return part / whole
"""
RATIO = Subject(
    "shop/ratios.py",
    "ratio",
    RATIO_CODE,
    RATIO_CODE,
    """\
import pytest
from shop.ratios import ratio


def test_zero():
    with pytest.raises(ZeroDivisionError):
        ratio(1, 0)
    assert ratio(1, 2) == 0.5
""",
)
FETCH_CODE = """\
async def fetch(numbers):
    return sorted(numbers)
"""
FETCH = Subject(
    "shop/fetching.py",
    "fetch",
    FETCH_CODE,
    """\
import functools
import os


def watched(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        line = os.environ["CODEFLASH_CURRENT_LINE_ID"]
        print(f"awaited {os.environ['PYTEST_CURRENT_TEST'].split()[0]} {line};", flush=True)
        return await function(*args, **kwargs)

    return wrapper


@watched
"""
    + FETCH_CODE,
    """\
import pytest
from shop.fetching import fetch


@pytest.mark.asyncio
async def test_fetch():
    assert await fetch([2, 1]) == [1, 2]
    for size in range(2):
        assert await fetch(range(size)) == list(range(size))
""",
)
SUBJECTS = (ARRANGE, BASKET, RATIO, FETCH)
RECORDED = [
    pytest.param(subject, index, id=f"{subject.name}-{'model' if index == 2 else index}")
    for subject in SUBJECTS
    if not subject.is_async
    for index in range(3)
]
BY_FILE = pytest.mark.parametrize(("subject", "index"), RECORDED)


@pytest.fixture(scope="module")
def played(rules: Service, modelled: Modelled, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All tests of all subjects, run."""
    return play(tmp_path_factory.mktemp("project"), rules, modelled, SUBJECTS)


def passed(half: Half) -> None:
    assert half.code == 0, half.output[-6000:]


@keeps("tests: every call is marked in both files", "tests: garbage collection is off during a call")
def test_all_tests_pass_on_the_original(played: Played) -> None:
    passed(played.behavior)
    passed(played.performance)


@keeps("tests: every call is marked in both files", "tests: durations are in the markers of the timing file")
@BY_FILE
def test_every_call_is_marked(played: Played, subject: Subject, index: int) -> None:
    module = subject.test_module(index)
    starts, ends = played.behavior.starts(module), played.behavior.ends(module)
    assert starts
    assert ends == starts
    assert {tag.function for tag in starts} == {subject.name}
    assert {tag.loop for tag in starts} == {1}
    timed, durations = played.performance.starts(module), played.performance.ends(module)
    assert [tag.key for tag in timed] == [tag.key for tag in starts] * LOOPS
    assert [(tag.loop, tag.key) for tag in durations] == [(tag.loop, tag.key) for tag in timed]
    assert {tag.loop for tag in timed} == set(range(1, LOOPS + 1))
    assert all(tag.nanoseconds is not None and tag.nanoseconds > 0 for tag in durations)


@keeps("tests: line ids are indexes of statements")
@BY_FILE
def test_line_ids_are_indexes_of_statements(played: Played, subject: Subject, index: int) -> None:
    module = subject.test_module(index)
    source = played.answers[module]["generated_tests"]
    for tag in played.behavior.starts(module):
        assert f"{subject.name.rpartition('.')[2]}(" in ast.unparse(statement(source, tag.test, tag.line))


@keeps("tests: repeats of a line are counted from 0 in every loop")
@BY_FILE
def test_repeats_of_a_line_are_counted_in_every_loop(played: Played, subject: Subject, index: int) -> None:
    counted: dict[tuple[Any, ...], list[int]] = collections.defaultdict(list)
    for tag in played.performance.starts(subject.test_module(index)):
        counted[tag.test, tag.loop, tag.line].append(tag.repeat)
    assert counted
    for repeats in counted.values():
        assert repeats == list(range(len(repeats)))


@keeps("tests: one row for each call, nine columns in their order")
@BY_FILE
def test_there_is_one_row_for_each_call(played: Played, subject: Subject, index: int) -> None:
    module = subject.test_module(index)
    assert played.columns == COLUMNS
    rows = played.rows_of(module)
    assert [f"{'.'.join(filter(None, row[1:3]))}:{row[5]}" for row in rows] == [
        tag.key for tag in played.behavior.starts(module)
    ]
    for row in rows:
        assert (row[3], row[4], row[8]) == (subject.name, 1, "function_call")
        assert isinstance(row[6], int)
        assert row[6] > 0
        assert isinstance(row[7], bytes)


@keeps("tests: rows of others in the file stay")
def test_rows_of_others_stay(played: Played) -> None:
    assert played.shared[0] == FOREIGN
    others = [row for row in played.rows if row[0].endswith("_2")]
    assert others
    assert [(*row[:6], row[8]) for row in played.shared[1:]] == [(*row[:6], row[8]) for row in others]


@keeps("tests: results are stored with the arguments after the call")
def test_arguments_are_stored_as_they_are_after_the_call(played: Played) -> None:
    stored = played.stored(ARRANGE.test_module(2))
    assert stored["test_order:1_0"] == (([1, 2, 3],), {}, [1, 2, 3])
    assert stored["test_loop:0_0_2"] == (([0, 1],), {}, [0, 1])
    assert list(stored) == ["test_order:1_0", "test_loop:0_0_0", "test_loop:0_0_1", "test_loop:0_0_2"]
    for index in (0, 1):
        for args, _, value in played.stored(ARRANGE.test_module(index)).values():
            assert args[0] == value


@keeps("tests: an exception is stored and raised again")
def test_an_exception_is_stored_and_raised_again(played: Played) -> None:
    stored = played.stored(RATIO.test_module(2))
    problem = stored["test_zero:0_0_0"]
    assert (type(problem), str(problem)) == (ZeroDivisionError, "nothing to compare with")
    assert stored["test_zero:1_0"] == ((1, 2), {}, 0.5)
    # That the tests pass shows that it was raised again: they expect it.
    passed(played.behavior)


@keeps("tests: an exception is stored and raised again")
def test_rules_try_what_raises(played: Played) -> None:
    found = [each for index in (0, 1) for each in played.stored(RATIO.test_module(index)).values()]
    assert any(isinstance(each, ZeroDivisionError) for each in found)
    assert any(isinstance(each, tuple) for each in found)


@keeps("tests: methods are named with their class")
def test_methods_are_named_with_their_class(played: Played) -> None:
    module = BASKET.test_module(2)
    assert [(row[1], row[2], row[3]) for row in played.rows_of(module)] == [
        ("TestTotal", "test_rate", "Basket.total")
    ] * 2
    assert [each[2] for each in played.stored(module).values()] == [6, 3]
    assert f"!$######{module}:TestTotal.test_rate:Basket.total:1:1_0######$!\n" in played.behavior.output


@keeps("tests: what is printed by the call stands between its markers")
def test_what_a_call_prints_stands_between_its_markers(played: Played) -> None:
    tag = f"{ARRANGE.test_module(2)}:test_order:arrange:1:1_0"
    assert played.behavior.between(tag) == "arranging\n"
    assert played.performance.between(tag) == "arranging\n"


@keeps("tests: time comes from perf_counter_ns")
@BY_FILE
def test_time_comes_from_one_clock(played: Played, subject: Subject, index: int) -> None:
    found = played.answers[subject.test_module(index)]
    for name in ("instrumented_behavior_tests", "instrumented_perf_tests"):
        clocks = {
            node.attr
            for node in ast.walk(ast.parse(found[name]))
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "time"
        }
        assert clocks == {"perf_counter_ns"}
    assert "{codeflash_run_tmp_dir_client_side}" in found["instrumented_behavior_tests"]


@keeps("tests: asynchronous tests set the line variable and assert")
def test_asynchronous_tests_name_their_lines(played: Played) -> None:
    for half in (played.behavior, played.performance):
        place = "tests/test_fetch__{}_test_2.py::test_fetch".format(
            "unit" if half is played.behavior else "perf"
        )
        lines = [
            part.partition(f"{place} ")[2].partition(";")[0]
            for part in half.output.split("awaited ")
            if part.startswith(f"{place} ")
        ]
        assert lines == ["0", "1_0", "1_0"] * (1 if half is played.behavior else LOOPS)


@keeps("tests: asynchronous tests set the line variable and assert")
@pytest.mark.parametrize("index", range(3))
def test_asynchronous_tests_assert_and_are_not_wrapped(played: Played, index: int) -> None:
    module = FETCH.test_module(index)
    found = played.answers[module]
    assert f"tests/test_fetch__unit_test_{index}.py" in played.behavior.output
    assert played.rows_of(module) == []
    assert "@pytest.mark.asyncio" in found["generated_tests"]
    assert "assert " in found["generated_tests"]
    for name in ("instrumented_behavior_tests", "instrumented_perf_tests"):
        assert "CODEFLASH_CURRENT_LINE_ID" in found[name]


@keeps("tests: there are enough calls, and they take time")
@pytest.mark.parametrize(
    "subject", [each for each in SUBJECTS if not each.is_async], ids=lambda subject: subject.name
)
def test_rules_make_enough_calls(played: Played, subject: Subject) -> None:
    modules = [subject.test_module(index) for index in (0, 1)]
    assert sum(len(played.behavior.starts(module)) for module in modules) >= 6
    ends = [tag for module in modules for tag in played.performance.ends(module)]
    assert sum(tag.nanoseconds or 0 for tag in ends) > 0


@keeps("testgen: two indexes make two files")
def test_two_indexes_make_two_files(rules: Service) -> None:
    files = []
    for index in (0, 1):
        body = TESTGEN.changed("test_index", index)
        files.append(check(TESTGEN.path, body, rules.post(TESTGEN.path, body)))
    assert files[0]["generated_tests"] != files[1]["generated_tests"]
    assert files[0]["raw_generated_tests"] == files[0]["generated_tests"]


@keeps("testgen_review: failed tests are named, and a fine file has an empty list")
def test_failed_tests_are_named(rules: Service, modelled: Modelled) -> None:
    (bad,) = TESTGEN_REVIEW.body["tests"]
    fine = {**bad, "test_index": 0, "failed_test_functions": [], "failure_messages": {}}
    body = {**TESTGEN_REVIEW.body, "tests": [fine, bad]}
    for service in (rules, modelled.says('{"reviews": []}')):
        found = check(TESTGEN_REVIEW.path, body, service.post(TESTGEN_REVIEW.path, body))
        assert [
            (each["test_index"], [flaw["function_name"] for flaw in each["functions"]])
            for each in found["reviews"]
        ] == [(0, []), (1, ["test_wrong"])]


@keeps("testgen_repair: the named tests are replaced, the others stay")
def test_named_tests_are_replaced(rules: Service, modelled: Modelled) -> None:
    one = TESTGEN_REPAIR
    said = "```python\ndef test_wrong():\n    assert arrange([1]) == [1]\n```"
    for service in (rules, modelled.says(said)):
        found = check(one.path, one.body, service.post(one.path, one.body))
        tests = ast.parse(found["generated_tests"])
        names = [node.name for node in tests.body if isinstance(node, ast.FunctionDef)]
        assert names[0] == "test_keeps_the_first"
        assert len(names) >= 2
        assert "== [2]\n" not in found["generated_tests"]
        assert "tests.test_arrange__unit_test_1" in found["instrumented_perf_tests"]
