import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_lsp.edits.unproven import Wanted, rewrite_of
from codeflash_lsp.findings.analysis import Analyst
from codeflash_syntax.edits import apply

TWO = """def f(xs, ys, wanted):
    first = 0
    for x in xs:
        if x in wanted:
            first += 1
    second = 0
    for y in ys:
        if y in wanted:
            second += 1
    return first, second
"""


@pytest.fixture
def wanted():
    """``wanted(text)``: every form that is shown of a text, with its finding."""

    def made(text):
        return [
            (finding, Wanted(finding.rule, form.variant, finding.function, form.spot))
            for finding in Analyst().look(text).findings
            for form in finding.forms
        ]

    return made


def test_a_rewrite_is_made_of_the_text_as_it_is(wanted, ordering) -> None:
    shown = wanted(ordering)
    assert shown
    for _, each in shown:
        for text in (ordering, "# above\n" + ordering):
            rewrite = rewrite_of(text, each)
            assert apply(text, rewrite.edits) == rewrite.source


def test_of_several_places_the_one_that_was_shown_is_rewritten(wanted) -> None:
    shown = [(finding, each) for finding, each in wanted(TWO) if finding.rule == "membership-in-sequence"]
    assert len({finding.start for finding, _ in shown}) == 2
    assert len({each.variant for _, each in shown}) > 1
    for finding, each in shown:
        loop = "for x in xs" if finding.start < TWO.index("second") else "for y in ys"
        other = "x in wanted" if loop == "for y in ys" else "y in wanted"
        rewrite = rewrite_of(TWO, each)
        assert other in rewrite.source
        assert rewrite.source.count("in wanted:") == 1


def test_a_place_whose_code_was_edited_is_refused_and_no_other_one_taken(wanted) -> None:
    for finding, each in wanted(TWO):
        if finding.start < TWO.index("second"):
            with pytest.raises(UsageError, match="does not fit"):
                rewrite_of(TWO.replace("if x in wanted", "if x"), each)


@pytest.mark.parametrize(
    "change",
    [{"rule": "no-such-rule"}, {"rule": "fill-loop"}, {"function": "gone"}, {"spot": ((0, "def"),)}],
)
def test_a_rewrite_that_does_not_fit_is_refused(wanted, ordering, change) -> None:
    (_, each), *_ = wanted(ordering)
    with pytest.raises(UsageError, match="does not fit"):
        rewrite_of(ordering, evolve(each, **change))
