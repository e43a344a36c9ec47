from __future__ import annotations

import ast
import pickletools
import re
from collections.abc import Iterator

import pytest

from codeflash_api.errors import ApiError
from codeflash_api.testgen import rules
from codeflash_api.testgen.question import BrokenTest, RepairQuestion, WantedTests
from codeflash_api.testgen.target import Target
from codeflash_core.service.markdown import Block

MODULE = "tests.test_it__unit_test_0"
ARRANGE = """
def arrange(prices, mode="up"):
    done = []
    for price in prices:
        if price not in done:
            done.append(price)
    if mode == "down":
        return done[::-1]
    if len(done) > 3:
        return done[:3]
    return done
"""
BASKET = '''
from __future__ import annotations
import datetime
from dataclasses import dataclass, field
from enum import Enum
from typing import Optional

class Color(Enum):
    RED = 1
    BLUE = 2

@dataclass
class Item:
    name: str
    price: float
    color: Color
    bought: datetime.date
    tags: list[str] = field(default_factory=list)

class Store:
    def __init__(self, items):
        self.items = items

class Basket(Store):
    """A basket.

    >>> Basket([]).total("slow", limit=2)
    0
    >>> broken (
    """

    def total(self, mode: str = "fast", *, limit: Optional[int] = None) -> float:
        out = 0
        for item in self.items:
            if item.price > 10 and mode == "slow":
                out += item.price * 2
            elif item.color is Color.RED:
                out += item.price
        return out if limit is None else min(out, limit)

    @classmethod
    def of(cls, *items: Item) -> Basket:
        return cls(list(items))

    @staticmethod
    def tax(price, rate):
        return price * rate / 100

    @property
    def names(self):
        return [item.name for item in self.items]

    async def fetch(self, urls):
        return [url.upper() for url in urls]

    @classmethod
    async def build(cls, count: int):
        return count + 1

def weigh(basket: Basket, record, callback):
    return callback(basket.total()) + record["weight"] * record["count"]
'''
ASYNC = """
from __future__ import annotations
import random

async def fetch(urls, delay: float, retries: int = 2):
    out = []
    for url in urls:
        if url.startswith("http"):
            out.append(url.split("/"))
    if retries > 1:
        raise ValueError(f"{retries} is too much\\n")
    return out

class Answer:
    pass

async def opaque(n: Missing = 1):
    return Answer()

async def lucky(n):
    return random.random() * n
"""


def wanted(code: str, name: str, index: int = 0, *, is_async: bool = False) -> WantedTests:
    return WantedTests(Target("shop.m", name, is_async), (Block("x = 1"), Block(code)), MODULE, index)


def calls_of(text: str, name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == name:
            yield ast.unparse(node)


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize(
    ("code", "name"),
    [
        (ARRANGE, "arrange"),
        (BASKET, "Basket.total"),
        (BASKET, "Basket.of"),
        (BASKET, "Basket.tax"),
        (BASKET, "Store.__init__"),
        (BASKET, "weigh"),
    ],
)
def test_generated_tests_pass_and_call_the_function_often(run_tests, code, name, index):
    made = rules.generate(wanted(code, name, index))
    source = {"shop/__init__.py": "", "shop/m.py": code}
    ran = run_tests(source, made.behavior)
    assert ran.code == 0, ran.output
    assert len(ran.rows) >= 6
    # Raising is allowed, but not all the time: the lines of the function are to be reached.
    good = [
        row for row in ran.rows if not any("Error" in str(arg) for _, arg, _ in pickletools.genops(row[7]))
    ]
    assert len(good) >= 6
    assert made.readable == rules.generate(wanted(code, name, index)).readable


@pytest.mark.parametrize("name", ["fetch", "lucky", "opaque", "Basket.fetch", "Basket.build"])
def test_async_tests_pass_and_notice_another_result(run_tests, name):
    code = BASKET if "." in name else ASYNC
    made = rules.generate(wanted(code, name, is_async=True))
    assert made.behavior.count("CODEFLASH_CURRENT_LINE_ID") >= 6
    source = {"shop/__init__.py": "", "shop/m.py": code}
    ran = run_tests(source, made.behavior)
    assert ran.code == 0, ran.output
    changed = (
        code.replace("url.upper()", "url.lower()")
        .replace("count + 1", "count + 2")
        .replace('split("/")', 'split("/") * 2')
    )
    if name != "lucky":
        assert "ORIGINAL" in made.readable
        # The copy stays what it was while the module changes.
        changed = changed.replace("return Answer()", "return None")
        assert run_tests({**source, "shop/m.py": changed}, made.behavior).code == 1
    else:
        assert "ORIGINAL" not in made.readable


def test_the_two_files_differ():
    first, second = (rules.generate(wanted(ARRANGE, "arrange", index)).readable for index in (0, 1))
    assert not set(re.findall(r"def (test_\w+)", first)) & set(re.findall(r"def (test_\w+)", second))
    assert "range(1000)" in second
    assert "arrange([]" in first


def test_values_come_from_what_the_code_compares_with():
    text = rules.generate(wanted(ARRANGE, "arrange")).readable
    assert "'down'" in text
    assert "'up'" in text


def test_calls_that_the_source_shows_come_first():
    text = rules.generate(wanted(BASKET, "Basket.total")).readable
    assert next(calls_of(text, "total")).endswith(".total('slow', limit=2)")


def test_optional_parameters_are_left_out_and_given():
    calls = list(calls_of(rules.generate(wanted(ARRANGE, "arrange")).readable, "arrange"))
    assert any(call.count("], ") for call in calls)
    assert any(call.endswith("])") for call in calls)


@pytest.mark.parametrize(
    ("code", "hazard"),
    [
        ("def f(n):\n    while n != 0:\n        n -= 1\n", r"f\(-"),
        ("def f(n):\n    return 1 if n < 2 else f(n - 1) + f(n - 2)\n", r"f\((-|\d{3})"),
        ("def f(n):\n    return 2 ** n\n", r"f\(\d{3}"),
        (
            "from itertools import permutations\ndef f(xs):\n    return list(permutations(xs))\n",
            r"range\(\d\d",
        ),
        (
            "def f(n):\n    for a in range(n):\n        for b in range(n):\n            for c in range(n):\n                pass\n",
            r"\d{3}",
        ),
        ("import time\ndef f(delay):\n    time.sleep(delay)\n", r"f\([1-9]"),
    ],
    ids=["endless", "recursive", "power", "permutations", "deep loops", "waiting"],
)
def test_what_might_not_end_is_not_tried(code, hazard):
    for index in (0, 1):
        assert not re.search(hazard, rules.generate(wanted(code, "f", index)).readable)


@pytest.mark.parametrize(
    "code",
    [
        "import shutil\ndef f(p):\n    shutil.rmtree(p)\n",
        "import os\ndef f(p):\n    os.remove(p)\n",
        "def f(p):\n    open(p, 'w').close()\n",
        "def f(p, how):\n    open(p, mode=how).close()\n",
        "import subprocess as s\ndef f(p):\n    s.run(p)\n",
        "def f(p):\n    return eval(p)\n",
        "async def f(p):\n    yield p\n",
    ],
)
def test_what_reaches_out_is_left_to_a_model(code):
    with pytest.raises(ApiError) as told:
        rules.generate(wanted(code, "f"))
    assert told.value.status == 501


def test_reading_a_file_is_no_harm():
    assert "f(" in rules.generate(wanted("def f(path):\n    return open(path, 'r').read()\n", "f")).readable


@pytest.mark.parametrize("name", ["missing", "outer.inner"])
def test_a_function_that_a_test_can_not_reach_is_refused(name):
    code = "def outer():\n    def inner():\n        pass\n"
    with pytest.raises(ApiError) as told:
        rules.generate(wanted(code, name))
    assert told.value.status == 422


def test_code_that_does_not_parse_is_refused():
    with pytest.raises(ApiError) as told:
        rules.generate(wanted("def f(:", "f"))
    assert told.value.status == 422


TESTS = '''"""Mine."""
import pytest
from shop.m import arrange

# Kept.
def test_good():
    assert arrange([1]) == [1]  # a comment

def test_bad():
    assert arrange([1]) == [2]

class TestMore:
    def test_worse(self):
        assert arrange([]) is None

class TestRest:
    def test_bad_too(self):
        assert arrange([3])

    def test_fine(self):
        assert arrange([4])
'''


def repairing(source: str, *names: str, code: str = ARRANGE) -> RepairQuestion:
    return RepairQuestion(wanted(code, "arrange"), source, tuple(BrokenTest(name) for name in names))


def test_broken_tests_are_replaced_and_the_others_kept(run_tests):
    made = rules.repair(repairing(TESTS, "test_bad", "test_worse", "test_bad_too"))
    assert made.readable.startswith(
        TESTS[: TESTS.index("def test_bad")].replace("import pytest\n", "import pytest\n")[:20]
    )
    assert "assert arrange([1]) == [1]  # a comment" in made.readable
    assert "# Kept." in made.readable
    for gone in ("def test_bad", "test_worse", "TestMore"):
        assert gone not in made.readable
    assert "test_fine" in made.readable
    assert made.readable.count("def test_arrange_repaired") == 3
    ran = run_tests({"shop/__init__.py": "", "shop/m.py": ARRANGE}, made.behavior)
    assert ran.code == 0, ran.output
    assert len(ran.rows) >= 5


def test_nothing_to_repair_changes_nothing():
    assert rules.repair(repairing(TESTS)).readable == TESTS


def test_where_no_calls_can_be_made_up_broken_tests_are_only_taken_out():
    code = "import shutil\ndef arrange(p):\n    shutil.rmtree(p)\n"
    text = rules.repair(repairing(TESTS, "test_bad", code=code)).readable
    assert "test_bad(" not in text
    assert "test_good" in text
    only = "from shop.m import arrange\ndef test_bad():\n    arrange(1)\n"
    with pytest.raises(ApiError) as told:
        rules.repair(repairing(only, "test_bad", code=code))
    assert told.value.status == 501


def test_tests_that_do_not_parse_can_not_be_repaired():
    with pytest.raises(ApiError) as told:
        rules.repair(repairing("def test(:", "test"))
    assert told.value.status == 422


@pytest.mark.parametrize("make", ["generate", "repair"])
def test_code_that_is_nested_too_deeply_is_refused(monkeypatch, make):
    def too_deep(*_):
        raise RecursionError

    monkeypatch.setattr(rules, "finished", too_deep)
    question = wanted(ARRANGE, "arrange") if make == "generate" else repairing(TESTS, "test_bad")
    with pytest.raises(ApiError) as told:
        getattr(rules, make)(question)
    assert told.value.status == 422
