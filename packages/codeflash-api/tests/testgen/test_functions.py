from __future__ import annotations

import pytest

from codeflash_api.testgen import functions
from codeflash_syntax.parse import SyntaxProblem

SOURCE = '''"""Doc."""
import pytest

LIMIT = 3

@pytest.mark.slow
def test_a():
    assert 1  # kept

class TestC:
    """Doc."""

    def test_b(self):
        assert 2

def test_last(): assert 3'''


def test_a_decorated_function_goes_with_its_decorators():
    found = functions.without(SOURCE, {"test_a"})
    assert "slow" not in found
    assert "test_b" in found


def test_a_class_goes_with_its_last_test():
    assert "TestC" not in functions.without(SOURCE, {"TestC.test_b"})
    assert "TestC" not in functions.without(SOURCE, {"test_b"})
    assert functions.without(SOURCE, {"TestX.test_b"}) == SOURCE
    assert functions.without(SOURCE, set()) == SOURCE


FRESH = '''from __future__ import annotations
import json
import pytest
SIZE: int = 2
def made():
    return LIMIT
LIMIT = 4
def test_a():
    assert json.loads("1")
def test_b():
    """One
    two."""
    assert made()
def test_new():
    pass
'''


def test_new_versions_stand_in_the_place_of_the_old_ones():
    text, taken = functions.put_in(SOURCE, FRESH, {"test_a", "test_b", "test_c"})
    assert taken == {"test_a", "test_b"}
    assert functions.names_of_tests(text) == ("test_a", "TestC.test_b", "test_last")
    assert "import json" in text
    assert text.count("import pytest") == 1
    assert text.count("LIMIT = ") == 1
    assert "__future__" not in text
    assert "def made" in text
    assert "SIZE: int = 2" in text
    assert 'class TestC:\n    """Doc."""\n\n    def test_b(self' not in text
    assert '        """One\n    two."""' in text
    compile(text, "t", "exec")


def test_a_function_that_shares_its_line_is_left_alone():
    source = "x = 1; y = 2\nif x: \n    def test_a(): pass\n"
    assert functions.without(source, {"test_a"}) == source


def test_tests_are_added_under_free_names():
    text = functions.added(SOURCE, FRESH, 1)
    assert functions.names_of_tests(text)[-1] == "test_new"
    assert functions.added(SOURCE, "def test_a(): pass", 3) == SOURCE
    assert functions.added(SOURCE, FRESH, 0) == SOURCE


def test_what_does_not_parse_is_told():
    for call in (
        lambda: functions.names_of_tests("("),
        lambda: functions.without("(", {"a"}),
        lambda: functions.put_in(SOURCE, "(", {"a"}),
        lambda: functions.added("(", FRESH, 1),
    ):
        with pytest.raises(SyntaxProblem):
            call()
