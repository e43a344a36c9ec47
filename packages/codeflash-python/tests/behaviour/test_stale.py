"""Caches that would go stale, and what is said of those that would not."""

from __future__ import annotations

import pytest

from codeflash_python.behaviour.static_gate import Gate, inspect_change

BASE = """
RATE = 2
FIXED = 3
TABLE = {"a": 1}
NAMES = ["a"]


class Settings:
    def __init__(self):
        self.rate = 1

    def change(self, rate):
        self.rate = rate


SETTINGS = Settings()
STILL = dict(a=1)


def set_rate(rate):
    global RATE
    RATE = rate


def enter(key, value):
    TABLE[key] = value
    NAMES.append(key)


def current():
    return RATE


def f(x):
    return x
"""

CACHED = (
    "from functools import cache, lru_cache\n@lru_cache(maxsize=None)\ndef _rates_of(x):\n    return {}\n"
)
IN_DICT = (
    "_rates = {{}}\n"
    "def _rates_of(x):\n    if x not in _rates:\n        _rates[x] = {}\n    return _rates[x]\n"
)
IN_DEFAULT = "def _rates_of(x, _memo={{}}):\n    _memo[x] = value = {}\n    return value\n"
IN_ATTRIBUTE = "def _rates_of(x):\n    _rates_of.last = value = {}\n    return value\n"
AROUND = (
    "from functools import lru_cache\n"
    "def _plain_rates(x):\n    return {}\n_rates_of = lru_cache(maxsize=None)(_plain_rates)\n"
)
KINDS = [CACHED, AROUND, IN_DICT, IN_DEFAULT, IN_ATTRIBUTE]


def gate(helper: str, body: str = "_rates_of(x)") -> Gate:
    text = BASE.replace("def f(x):\n    return x\n", f"{helper}\ndef f(x):\n    return {body}\n")
    return inspect_change({"m.py": BASE}, {"m.py": text}, target_path="m.py", qualname="f")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("value", "name", "changer"),
    [
        ("x * RATE", "RATE", "set_rate"),
        ("x * current()", "RATE", "set_rate"),
        ("[current() for _ in x]", "RATE", "set_rate"),
        ("TABLE.get(x)", "TABLE", "enter"),
        ("x in NAMES", "NAMES", "enter"),
        ("x * SETTINGS.rate", "SETTINGS", "Settings.change"),
    ],
)
def test_a_cache_of_what_can_change_is_refused(kind: str, value: str, name: str, changer: str):
    said = f"its cache would keep what depends on {name}, which {changer} changes"
    assert gate(kind.format(value)).refusals == (said,)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["x * FIXED", "STILL.get(x)", "[RATE for RATE in x]", "Settings().rate"])
def test_a_cache_of_what_stays_is_allowed(kind: str, value: str):
    found = gate(kind.format(value))
    assert found.refusals == ()
    assert found.keeps_state


def test_what_can_change_may_be_read_outside_of_the_cache():
    assert gate(CACHED.format("x + 1"), "_rates_of(x) * RATE").refusals == ()


def test_an_attribute_of_its_object_is_a_cache_too():
    base = (
        "RATE = 1\ndef set_rate(r):\n    global RATE\n    RATE = r\n"
        "class A:\n    def f(self, x):\n        return x * RATE\n"
    )
    for kept in (
        "self._last = x * RATE\n        return self._last",
        "self._all[x] = y = x * RATE\n        return y",
    ):
        new = base.replace("return x * RATE", kept)
        found = inspect_change({"m.py": base}, {"m.py": new}, target_path="m.py", qualname="A.f")
        assert found.refusals == ("its cache would keep what depends on RATE, which set_rate changes",)


@pytest.mark.parametrize("line", ["del TABLE[k]", "TABLE.pop(k)", "TABLE[k] += 1", "TABLE['x'].append(k)"])
def test_each_way_to_change_a_container_counts(line: str):
    base = f"TABLE = {{}}\ndef enter(k):\n    {line}\ndef f(x):\n    return TABLE[x]\n"
    new = base.replace("def f", "from functools import cache\n@cache\ndef _f(x):\n    return TABLE[x]\ndef f")
    found = inspect_change({"m.py": base}, {"m.py": new}, target_path="m.py", qualname="f")
    assert found.refusals == ("its cache would keep what depends on TABLE, which enter changes",)


@pytest.mark.parametrize(
    ("helper", "said"),
    [
        (CACHED.format("x"), "adds a cache: lru_cache(maxsize=None) on _rates_of, without a bound"),
        (
            CACHED.format("x").replace("@lru_cache(maxsize=None)", "@lru_cache"),
            "adds a cache: lru_cache on _rates_of, at most 128 entries",
        ),
        (
            AROUND.format("x"),
            "adds a cache: lru_cache(maxsize=None) around _plain_rates, without a bound",
        ),
        (
            AROUND.format("x").replace("(maxsize=None)(_plain_rates)", "(lambda x: _plain_rates(x))"),
            "adds a cache: lru_cache around lambda x: _plain_rates(x), at most 128 entries",
        ),
        (
            "import functools\n_rates_of = functools.cache(str.upper)\n",
            "adds a cache: cache around str.upper, without a bound",
        ),
        (IN_DICT.format("x"), "adds a cache: module dict _rates, without a bound"),
        (
            IN_DICT.format("x").replace(
                "    return", "    if len(_rates) > 99:\n        _rates.clear()\n    return"
            ),
            "adds a cache: module dict _rates, bounded by len(_rates) > 99",
        ),
        (IN_DEFAULT.format("x"), "adds a cache: default-argument dict _memo of _rates_of, without a bound"),
    ],
)
def test_each_cache_is_one_caution_with_its_bound(helper: str, said: str):
    assert [each for each in gate(helper).cautions if "cache" in each] == [said]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("open(x).read()", "a file holds"),
        ("Path(x).read_text()", "a file holds"),
        ("os.environ[x]", "the environment says"),
        ("datetime.now()", "the clock says"),
    ],
)
def test_a_cache_of_what_lies_outside_is_refused(kind: str, value: str, said: str):
    assert f"its cache would keep what {said}" in gate(kind.format(value)).refusals
