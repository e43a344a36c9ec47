import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeflash_lsp.texts import edits as module
from codeflash_lsp.texts.edits import (
    Touched,
    Unreadable,
    Untouched,
    line_edits,
    newline_of,
    rebased,
    standing,
)
from codeflash_syntax.edits import apply

BEFORE = '''"""Things."""
import os
from math import *

LIMIT = 3
OTHER = [1]


def helper(x):
    return x + LIMIT


def target(xs):
    """Sums."""
    # a remark
    return [helper(x) for x in xs]


def unrelated():
    return OTHER


class Box:
    size = 1

    def __eq__(self, other):
        return True

    def weigh(self):
        return self.size
'''
AFTER = BEFORE.replace("[helper(x) for x in xs]", "list(map(helper, xs))").replace(
    "import os", "import os\nimport re"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return OTHER", "return OTHER or None"),
        ("return self.size", "return 2"),
        ("    return x + LIMIT", "    # why\n    return x + LIMIT"),
        ("    return x + LIMIT", '    """Adds."""\n    return x + LIMIT'),
        ("\n\ndef helper", "\n# above\n\ndef helper"),
        ('"""Things."""', '"""Other things."""'),
        ("import os\n", "import os\nimport json\n"),
        ("OTHER = [1]", "OTHER = [2]"),
        ("def unrelated", "def more():\n    pass\n\n\ndef unrelated"),
    ],
)
def test_what_the_function_does_not_rest_on_may_change(old, new) -> None:
    assert isinstance(standing(BEFORE, BEFORE.replace(old, new, 1), "target"), Untouched)


@pytest.mark.parametrize(
    ("old", "new", "itself"),
    [
        ("# a remark", "# another", True),
        ("def target(xs)", "def target(ys)", True),
        ("def target", "@cached\ndef target", True),
        ("def target", "def renamed", True),
        ("return x + LIMIT", "return x - LIMIT", False),
        ("LIMIT = 3", "LIMIT = 4", False),
        ("from math import *", "from cmath import *", False),
        ("return True", "return False", False),
        ("OTHER = [1]", "OTHER = [1]\nprint(1)", False),
        ("def helper(x):", "@decorated\ndef helper(x):", False),
        ("import os\n", "import os\nfrom other import helper\n", False),
    ],
)
def test_what_it_rests_on_may_not(old, new, itself) -> None:
    found = standing(BEFORE, BEFORE.replace(old, new, 1), "target")
    assert isinstance(found, Touched)
    assert found.itself == itself


STATE = """import random
from shelf import ALLOWED

KINDS = ["a", "b"]
TOTAL = 0


def target(xs):
    return [x for x in xs if x in KINDS and x in ALLOWED and TOTAL]


def other(xs):
    found = []
    for x in xs:
        found.append(x)
    return found


def fill(things):
    return len(things)


def setup():
    fill(KINDS)
    return list(KINDS)


class Shelf:
    def has(self, x):
        return x in self.kinds

    def other(self):
        return len(self.kinds)

    @staticmethod
    def more(things):
        return things
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    found = []\n", "    found = []\n    KINDS.append('c')\n"),
        ("    found = []\n", "    found = []\n    ALLOWED.add('c')\n"),
        ("    found = []\n", "    found = []\n    KINDS[0] = 'c'\n"),
        ("    found = []\n", "    found = []\n    del KINDS[0]\n"),
        ("    found = []\n", "    found = KINDS\n"),
        ("    found = []\n", "    found = []\n    for found in [KINDS]:\n        found.clear()\n"),
        ("    found = []\n", "    found = []\n    if (more := KINDS):\n        more += xs\n"),
        ("    found = []\n", "    found = []\n    random.shuffle(KINDS)\n"),
        ("    found = []\n", "    found = []\n    def inner():\n        KINDS.pop()\n    inner()\n"),
        ("    found = []\n", "    found = []\n    (lambda: KINDS.pop())()\n"),
        ("    found = []\n", "    found = []\n    globals()['KINDS'] = ()\n"),
        ("    found = []\n", "    global TOTAL\n    found = []\n    TOTAL += 1\n"),
        ("    found = []\n", "    global target\n    found = []\n    target = len\n"),
        ("    found = []\n", "    found = []\n    target.__code__ = other.__code__\n"),
        ("return len(things)", "things.append('c')"),
        ("return len(things)", "return [things.pop()]"),
    ],
)
def test_what_writes_what_it_reads_may_not_change(old, new) -> None:
    after = STATE.replace(old, new, 1)
    compile(after, "after", "exec")
    for before, now in ((STATE, after), (after, STATE)):
        found = standing(before, now, "target")
        assert isinstance(found, Touched)
        assert not found.itself


def test_what_sets_an_attribute_that_a_method_reads_may_not_change() -> None:
    for new in (
        "self.kinds = frozenset()",
        "self.kinds.append(1)",
        "setattr(self, 'kinds', ())",
        "unknown(self.kinds)",
        "del self.kinds",
    ):
        now = STATE.replace("return len(self.kinds)", new)
        assert isinstance(standing(STATE, now, "Shelf.has"), Touched)
    now = STATE.replace("return len(self.kinds)", "self.other_kinds = 3")
    assert isinstance(standing(STATE, now, "Shelf.has"), Untouched)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    found = []\n", "    found = [len(KINDS), KINDS[0] + 'x', KINDS.index('a')]\n"),
        ("    found = []\n", "    found = []\n    TOTAL = 3\n"),
        ("    found = []\n", "    found = []\n    random.shuffle(found)\n"),
        ("return len(self.kinds)", "return sum(self.kinds)"),
        ("return things\n", "things.append(1)\n"),
    ],
)
def test_what_only_reads_the_same_may_change(old, new) -> None:
    assert standing(STATE, STATE.replace(old, new, 1), "target") == Untouched()


def test_a_change_is_not_brought_to_a_text_that_writes_what_it_reads() -> None:
    proven = STATE.replace("x in KINDS", "x in frozenset(KINDS)")
    now = STATE.replace("    found = []\n", "    found = []\n    KINDS.append('c')\n")
    assert rebased(STATE, proven, now, "target") is None


def test_a_file_that_does_not_parse_tells_nothing() -> None:
    assert isinstance(standing(BEFORE, BEFORE + "def (", "target"), Unreadable)


@pytest.mark.parametrize("terms", [900, 20_000])
def test_expressions_that_are_nested_too_deeply_tell_nothing(terms) -> None:
    deep = BEFORE + f"\nDEEP = {'+'.join(['LIMIT'] * terms)}\n"
    found = standing(deep, deep.replace("return OTHER", "return None"), "target")
    assert isinstance(found, Unreadable | Untouched)


def test_line_ends_are_no_edit() -> None:
    assert isinstance(standing(BEFORE, BEFORE.replace("\n", "\r\n"), "target"), Untouched)


def test_a_method_rests_on_its_class() -> None:
    assert isinstance(standing(BEFORE, BEFORE.replace("size = 1", "size = 2"), "Box.weigh"), Touched)
    assert isinstance(standing(BEFORE, BEFORE.replace("class Box", "class Box(Base)"), "Box.weigh"), Touched)


def test_a_change_is_brought_to_the_edited_text() -> None:
    now = BEFORE.replace("return OTHER", "return OTHER * 2").replace("import os\n", "\n\nimport os\n")
    found = rebased(BEFORE, AFTER, now, "target")
    assert found == AFTER.replace("return OTHER", "return OTHER * 2").replace(
        "import os\n", "\n\nimport os\n"
    )


def test_line_ends_of_the_edited_text_are_kept() -> None:
    now = BEFORE.replace("\n", "\r\n")
    assert rebased(BEFORE, AFTER, now, "target") == AFTER.replace("\n", "\r\n")


def test_line_ends_of_several_kinds_are_kept_where_nothing_was_edited() -> None:
    before, after = (text.replace("\n\ndef", "\r\n\ndef") for text in (BEFORE, AFTER))
    assert newline_of(before) is None
    assert rebased(before, after, before, "target") == after
    assert apply(before, line_edits(before, after)) == after


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# a remark", "# another"),
        ("    return [helper(x) for x in xs]", "    return []"),
        ("\n\ndef unrelated", "\r\n\ndef unrelated"),
    ],
)
def test_a_change_that_does_not_fit_any_more_is_given_up(old, new) -> None:
    assert rebased(BEFORE, AFTER, BEFORE.replace(old, new, 1), "target") is None


def test_the_kinds_of_line_ends_are_told() -> None:
    assert (newline_of("a\r\nb\r\n"), newline_of("a"), newline_of("a\nb\r\n")) == ("\r\n", "\n", None)


@given(st.text(alphabet="ab\r\n\x0c", max_size=30), st.text(alphabet="ab\r\n\x0c", max_size=30))
def test_edits_of_lines_make_the_wanted_text(now, wanted) -> None:
    assert apply(now, line_edits(now, wanted)) == wanted


def test_texts_are_outlined_once_for_all_functions_that_are_known(monkeypatch) -> None:
    made, outline = [], module.outline
    monkeypatch.setattr(module, "outline", lambda parsed: made.append(parsed) or outline(parsed))
    now = "".join(f"def known_{n}():\n    return {n}\n\n\n" for n in range(30))
    befores = [now.replace(f"return {n}\n", f"return {n} + 0\n") for n in range(30)]
    for _ in range(2):
        for n, before in enumerate(befores):
            assert isinstance(standing(before, now, f"known_{n}"), Touched)
    assert len(made) == 31
