import random
from pathlib import Path

import pytest

import codeflash_rewrites
from codeflash_lsp.findings.analysis import Analyst
from codeflash_rewrites.catalogue import by_slug
from codeflash_rewrites.rules import counting_loop

MODULE = """import re

NAMES = ["a", "b", "c", "d", "e", "f"]


def pure(x):
    return x * 2


def slow(xs, ys):
    return [x for x in xs if x in NAMES]


def loop(xs, y):
    found = []
    for x in xs:
        found.append(x + pure(y))
    return found


def untouched(text):
    return re.sub("[a-z]+", "x", text)
"""


@pytest.fixture
def analyst():
    return Analyst()


def told(analysis):
    return [
        (each.rule, each.function, each.forms, each.start, each.end, each.why) for each in analysis.findings
    ]


def test_findings_point_at_the_slow_code(analyst) -> None:
    text = "def f(xs, ys):\n    return [x for x in xs if x in list(ys)]\n\n\ndef g(xs):\n    seen = []\n    for x in xs:\n        if x not in seen:\n            seen.append(x)\n    return seen\n"
    found = analyst.look(text).findings
    (growing,) = [each for each in found if each.rule == "membership-in-growing-list"]
    assert growing.function == "g"
    assert text.count("\n", 0, growing.start) in range(4, 10)
    assert "\n" not in text[growing.start : growing.end]


@pytest.mark.parametrize("rule", ["membership-in-growing-list", "membership-in-sequence"])
def test_forms_for_one_loop_are_one_finding(analyst, rule) -> None:
    for example in by_slug(rule).examples:
        found = [each for each in analyst.look(example.before).findings if each.rule == rule]
        for each in found:
            assert len(set(each.variants)) == len(each.variants)
        if example.before.count(" in ") == 2:  # one loop, one test
            assert len(found) <= 1


def test_an_edit_asks_again_only_about_what_it_may_have_changed(analyst) -> None:
    first = analyst.look(MODULE)
    assert first.asked == 4
    assert analyst.look(MODULE).asked == 0
    assert analyst.look(MODULE.replace("[a-z]", "[a-y]")).asked == 1
    assert analyst.look("# a remark\n\n" + MODULE).asked == 0
    assert analyst.look(MODULE.replace("x * 2", "x * 3")).asked == 2  # itself, and the one that calls it
    assert analyst.look(MODULE.replace("import re", "import re as regex")).asked == 4


def test_a_constant_that_is_changed_somewhere_is_no_constant_any_more(analyst) -> None:
    assert any(each.rule == "membership-in-constant-list" for each in analyst.look(MODULE).findings)
    changed = MODULE.replace('re.sub("[a-z]+", "x", text)', "NAMES.append(text)")
    assert not any(each.rule == "membership-in-constant-list" for each in analyst.look(changed).findings)


def test_remembered_findings_are_those_of_a_fresh_look(analyst) -> None:
    chance = random.Random(3)
    text = Path(counting_loop.__file__).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    for _ in range(12):
        place = chance.randrange(len(lines))
        match chance.randrange(3):
            case 0:
                lines.insert(place, "\n")
            case 1:
                lines[place] = lines[place].replace("name", "other")
            case _:
                lines.insert(place, lines[chance.randrange(len(lines))])
        edited = "".join(lines)
        assert told(analyst.look(edited)) == told(Analyst().look(edited))


def test_a_text_that_does_not_parse_has_a_problem_and_no_findings(analyst) -> None:
    found = analyst.look(MODULE + "def (")
    assert found.problem
    assert (found.findings, found.functions) == ((), ())


@pytest.mark.parametrize("text", ["", "\x00", "x = 1", "\tif x:\n", "# nothing", "(" * 5000])
def test_odd_texts_are_survived(analyst, text) -> None:
    assert analyst.look(text).findings == ()


def test_functions_are_told_with_their_names_and_spans(analyst) -> None:
    text = "@cached\n@other\ndef f():\n    def inner():\n        pass\n    return inner\n\n\nclass A:\n    async def m(self):\n        pass\n"
    found = analyst.look(text)
    assert tuple(each.name for each in found.functions) == ("f", "A.m")
    assert text[found.functions[0].start : found.functions[0].end] == "f"
    assert found.at(0).name == "f"
    assert found.at(text.index("inner()")).name == "f"
    assert found.at(text.index("class")) is None
    assert found.function("A.m").name == "A.m"


def test_of_several_definitions_the_one_that_holds_is_looked_at(analyst) -> None:
    text = "def f(xs):\n    return 1\n\n\ndef f(xs):\n    return 2\n"
    assert len(analyst.look(text).functions) == 1
    assert analyst.look(text).functions[0].first == text.rindex("def f")


def test_line_ends_and_form_feeds_leave_findings_in_their_places(analyst) -> None:
    plain = MODULE.replace("def untouched", "\x0cdef untouched")
    returned = plain.replace("\n", "\r\n")
    places = [plain[each.start : each.end] for each in analyst.look(plain).findings]
    assert [returned[each.start : each.end] for each in analyst.look(returned).findings] == places


def test_every_module_of_the_catalogue_is_survived(analyst) -> None:
    folder = Path(codeflash_rewrites.__file__).parent
    for path in sorted(folder.glob("analysis/n*.py")):
        text = path.read_text(encoding="utf-8")
        for each in analyst.look(text).findings:
            assert 0 <= each.start <= each.end <= len(text)
