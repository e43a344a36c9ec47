from __future__ import annotations

import pytest

from codeflash_api.code.candidates import NO_REASON, Sieve
from codeflash_api.code.markdown import Block, Draft, read_code

TEXT = '''LIMIT = 3


class Basket:
    """Holds."""

    def total(self, prices, tax=0):
        """Adds.

   Oddly indented.
        """
        total = 0
        for price in prices:
            total += price
        return total


def _helper(x):
    return x


async def fetch(*names, **more):
    return names
'''
ONE = (Block(TEXT, "shop/basket.py"),)
LOOP = TEXT[TEXT.index("        total = 0") : TEXT.index("        return total")]
FAST = TEXT.replace(LOOP, "        total = sum(prices)\n")


def _drafts(*texts: str, path: str = "shop/basket.py") -> list[Draft]:
    return [Draft((Block(text, path),), "Why.") for text in texts]


def test_a_faster_version_passes_with_a_new_id():
    one, two = Sieve(ONE).candidates(
        _drafts(FAST, FAST.replace("sum(", "sum(0, ")), 5, model="m", parent_id="p"
    )
    assert read_code(one.source_code)[0].path == "shop/basket.py"
    assert (one.explanation, one.model, one.parent_id) == ("Why.", "m", "p")
    assert one.optimization_id != two.optimization_id


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("# ", "") + "\n# a comment\n",
        TEXT.replace("total", "amount").replace("def amount", "def total"),
    ],
    ids=["the original", "a comment more", "another local name"],
)
def test_what_is_the_original_but_for_layout_does_not_pass(text):
    assert Sieve(ONE).candidates(_drafts(text), 5, model="m") == ()


def test_the_same_version_passes_once():
    assert len(Sieve(ONE).candidates(_drafts(FAST, FAST + "\n\n"), 5, model="m")) == 1


def test_known_versions_do_not_pass():
    known = [(Block(FAST, "shop/basket.py"),)]
    assert Sieve(ONE, known=known).candidates(_drafts(FAST), 5, model="m") == ()


@pytest.mark.parametrize(
    "text",
    [
        FAST.replace("tax=0", "tax=1"),
        FAST.replace("(self, prices, tax=0)", "(self, prices)"),
        FAST.replace("async def fetch", "def fetch"),
        FAST.replace("return names", "yield names"),
        FAST.replace("def total", "@staticmethod\n    def total").replace(
            "async def fetch(*names", "async def fetch(*name"
        ),
        FAST.replace("fetch", "fetched"),
        FAST.replace("Basket", "Bag"),
        FAST.replace("LIMIT", "MOST"),
        FAST.replace("_helper(x)", "_helper(x, y)"),
        FAST + "\nreturn 1\n",
        FAST[:-30],
        "def (",
        FAST + "\x00",
        FAST + "x = '\ud800'\n",
        "",
        "(" * 500 + ")" * 500,
        "x = " + "+".join("1" * 20_000),
    ],
)
def test_what_is_not_whole_or_changes_the_interface_does_not_pass(text):
    assert Sieve(ONE).candidates(_drafts(text), 5, model="m") == ()


def test_a_private_function_may_go_where_there_are_public_ones():
    text = FAST.replace("def _helper(x):\n    return x\n\n\n", "")
    assert len(Sieve(ONE).candidates(_drafts(text), 5, model="m")) == 1


def test_a_private_function_that_is_all_there_is_stays():
    sieve = Sieve((Block("def _f(x):\n    return x\n", "a.py"),))
    assert sieve.candidates(_drafts("def _g(x):\n    return 0 + x\n", path="a.py"), 5, model="m") == ()


def test_annotations_may_be_added():
    assert (
        len(Sieve(ONE).candidates(_drafts(FAST.replace("prices, tax", "prices: list, tax")), 5, model="m"))
        == 1
    )


def test_a_decorator_may_come_but_not_go():
    text = "@staticmethod\ndef f(x):\n    return x + 0\n"
    sieve = Sieve((Block(text, "a.py"),))
    more = _drafts(
        "@cache\n@staticmethod\ndef f(x):\n    return x\n", "def f(x):\n    return x\n", path="a.py"
    )
    assert len(sieve.candidates(more, 5, model="m")) == 1


def test_docstrings_that_were_lost_come_back():
    docstring = TEXT[TEXT.index('        """Adds.') : TEXT.index("        total = 0")]
    (one,) = Sieve(ONE).candidates(_drafts(FAST.replace(docstring, "")), 5, model="m")
    assert docstring in one.source_code


def test_line_ends_of_windows_come_back():
    original = (Block(TEXT.replace("\n", "\r\n"), "a.py"),)
    (one,) = Sieve(original).candidates(_drafts(FAST, path="a.py"), 5, model="m")
    assert "total = sum(prices)\r\n" in one.source_code


@pytest.mark.parametrize("path", ["", "basket.py", "/elsewhere/basket.py", "src\\shop\\basket.py"])
def test_a_path_with_the_same_base_name_will_do(path):
    (one,) = Sieve(ONE).candidates(_drafts(FAST, path=path), 5, model="m")
    assert one.source_code.startswith("```python:shop/basket.py\n")


TWO = (Block("def f():\n    return 1 + 0\n", "a/x.py"), Block("def g():\n    return 2\n", "b/x.py"))


@pytest.mark.parametrize("path", ["", "x.py", "c.py"])
def test_a_block_that_fits_no_single_file_does_not_pass(path):
    assert Sieve(TWO).candidates(_drafts("def f():\n    return 1\n", path=path), 5, model="m") == ()


def test_a_file_that_is_not_named_comes_unchanged():
    (one,) = Sieve(TWO).candidates(_drafts("def f():\n    return 1\n", path="a/x.py"), 5, model="m")
    assert [block.path for block in read_code(one.source_code)] == ["a/x.py", "b/x.py"]


def test_no_more_than_wanted_pass():
    texts = [f"{FAST}\n_N = {number}\n" for number in range(5)]
    assert len(Sieve(ONE).candidates(_drafts(*texts), 3, model="m")) == 3


@pytest.mark.parametrize("reason", ["", " \n", "\x00"])
def test_an_explanation_is_never_empty(reason):
    (one,) = Sieve(ONE).candidates([Draft((Block(FAST),), reason)], 1, model="m")
    assert one.explanation == NO_REASON


def test_other_languages_are_compared_by_their_words():
    original = (Block("let x = 1", "a.ts", "typescript"),)
    sieve = Sieve(original, "typescript")
    drafts = [
        Draft((Block("let  x = 1\n", "a.ts", "ts"),)),
        Draft((Block("let x = 2", "a.ts", "ts"),)),
        Draft((Block("let x = 3", "a.ts", "ts", closed=False),)),
    ]
    (one,) = sieve.candidates(drafts, 5, model="m")
    assert one.source_code == "```typescript:a.ts\nlet x = 2\n```"
