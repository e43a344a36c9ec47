import pytest

from codeflash_syntax.parse import FunctionNotFound, SyntaxProblem
from codeflash_syntax.splice import NotOneFunction, replace_function

MODULE = '''"""Doc."""
import functools


class Basket:
    @functools.cache  # kept
    def total(self, items):
        """Sum."""
        return sum(items)  # old


def plain(x):
    return x


AFTER = 1
'''


def test_only_the_function_changes() -> None:
    assert replace_function(MODULE, "plain", "def plain(x):\n    return x + 0\n") == MODULE.replace(
        "    return x\n", "    return x + 0\n"
    )


def test_a_method_is_brought_to_its_indentation_and_keeps_its_decorators() -> None:
    new = 'def total(self, items):\n    """A\nB"""\n    return 0\n'
    changed = replace_function(MODULE, "Basket.total", new)
    assert (
        '    @functools.cache  # kept\n    def total(self, items):\n        """A\nB"""\n        return 0'
        in changed
    )
    assert changed.endswith(MODULE[MODULE.index("\n\n\ndef plain") :].removeprefix(""))


def test_new_decorators_take_the_place_of_the_old_ones() -> None:
    changed = replace_function(MODULE, "Basket.total", "@staticmethod\ndef total(items):\n    return 1")
    assert "functools.cache" not in changed
    assert "    @staticmethod\n    def total(items):\n" in changed


def test_the_docstring_stays_where_the_new_source_has_none() -> None:
    changed = replace_function(MODULE, "Basket.total", "def total(self, items):\n    return 3")
    assert '    def total(self, items):\n        """Sum."""\n        return 3' in changed
    other = replace_function(
        MODULE, "Basket.total", 'def total(self, items):\n    """Other."""\n    return 3'
    )
    assert "Sum." not in other


def test_a_body_beside_its_head_is_taken_as_it_is() -> None:
    changed = replace_function(MODULE, "Basket.total", "def total(self, items): return 3")
    assert "    def total(self, items): return 3" in changed


def test_an_indented_source_is_taken_as_it_is_meant() -> None:
    changed = replace_function(MODULE, "plain", "\n    def plain(x):\n        return 2\n")
    assert "\ndef plain(x):\n    return 2\n\n\nAFTER" in changed


def test_line_ends_of_the_module_are_kept() -> None:
    module = MODULE.replace("\n", "\r\n")
    changed = replace_function(module, "plain", "def plain(x):\n    y = x\n    return y\n")
    assert "\n" not in changed.replace("\r\n", "")


def test_a_source_that_does_not_parse_is_located_in_the_given_text() -> None:
    with pytest.raises(SyntaxProblem) as caught:
        replace_function(MODULE, "plain", "\n  def plain(x):\n      return (\n")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "new",
    ["import os\ndef plain(x):\n    return x", "def other(x):\n    return x", "x = 1", ""],
    ids=["an import beside it", "another name", "no function", "nothing"],
)
def test_anything_but_the_one_function_is_refused(new: str) -> None:
    with pytest.raises(NotOneFunction):
        replace_function(MODULE, "plain", new)


def test_a_function_that_is_not_there_is_refused() -> None:
    with pytest.raises(FunctionNotFound):
        replace_function(MODULE, "missing", "def missing(): ...")
