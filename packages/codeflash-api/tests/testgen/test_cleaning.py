from __future__ import annotations

import pytest

from codeflash_api.testgen import cleaning
from codeflash_api.testgen.question import WantedTests
from codeflash_api.testgen.target import Target
from codeflash_core.service.markdown import Block

CODE = "import numpy as np\nfrom attrs import frozen\n\ndef arrange(prices):\n    return sorted(prices)\n"
QUESTION = WantedTests(
    Target("shop.ordering", "arrange"), (Block(CODE), Block("not python (")), "tests.test_it"
)
HEAD = "from shop.ordering import arrange\n"


def left(source: str) -> str:
    return cleaning.cleaned(source, QUESTION)


def test_good_tests_stay_as_they_are():
    text = (
        HEAD + "import numpy\nimport pytest\n\n# why\ndef test_a():\n    assert arrange([1]) == [1]  # here\n"
    )
    assert left(text) == text


def test_what_was_cut_is_left_out():
    text = (
        HEAD + "def test_a():\n    arrange([1])\n\n@pytest.mark.x\ndef test_b():\n    assert arrange([1, (2"
    )
    assert left(text) == HEAD + "def test_a():\n    arrange([1])\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(",
        "def test_a():\n    return (",
        HEAD,
        HEAD + "def test_a():\n    assert 1\n",
        HEAD + "def helper():\n    arrange([1])\n\ndef test_a():\n    helper()\n",
        "import arrange_mock as arrange\n\ndef test_a():\n    arrange([1])\n",
    ],
)
def test_nothing_of_use_is_an_empty_text(text):
    assert left(text) == ""


@pytest.mark.parametrize(
    "test",
    [
        "def test_b():\n    assert 1\n",
        "def test_b(capsys):\n    arrange([1])\n    capsys.readouterr()\n",
        "def test_b(mocker):\n    arrange([1])\n",
        "def test_b():\n    import polars\n    arrange([1])\n",
        "import polars as pl\n\ndef test_b():\n    arrange(pl.Series([1]))\n",
        "from hypothesis import given\n\n@given()\ndef test_b():\n    arrange([1])\n",
        "import subprocess\n\ndef test_b():\n    arrange(subprocess.run('ls'))\n",
        "from . import thing\n\ndef test_b():\n    arrange(thing)\n",
        "import polars\n\ndef made():\n    return polars.x\n\ndef test_b():\n    arrange(made())\n",
        "class TestB:\n    def test_b(self):\n        pass\n",
    ],
    ids=[
        "no call",
        "capture",
        "plugin",
        "inner import",
        "import",
        "plugin import",
        "process",
        "relative",
        "helper",
        "class",
    ],
)
def test_useless_tests_are_left_out(test):
    good = "def test_a():\n    assert arrange([1]) == [1]\n"
    found = left(f"{HEAD}\n{good}\n{test}")
    assert good in found
    for word in ("test_b", "polars", "hypothesis", "subprocess", "thing", "TestB"):
        assert word not in found


def test_only_the_unknown_part_of_an_import_goes():
    text = (
        HEAD
        + "from collections import deque\nimport polars, json\n\ndef test_a():\n    arrange(json.loads('[]'))\n"
    )
    assert "import json\n" in left(text)
    assert "polars" not in left(text)


def test_copies_of_the_function_go_and_its_import_comes():
    text = "def arrange(prices):\n    return prices\n\ndef test_a():\n    assert arrange([1]) == [1]\n"
    found = left(text)
    assert "return prices" not in found
    assert "from shop.ordering import arrange" in found


def test_an_invented_module_is_put_right():
    text = "from your_module import arrange as put\n\ndef test_a():\n    assert put([1]) == [1]\n"
    assert left(text) == text.replace("your_module", "shop.ordering")
