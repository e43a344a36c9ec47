import re

import attrs

from codeflash_core.reports.summary import MOST_CHANGES, summary_page


def test_accepted_changes_stand_below_the_table(report):
    page = summary_page(report)
    assert page.index("| target | decision |") < page.index("### `shop/ordering.py::arrange`, at least ")
    assert "```diff\n" in page
    assert (
        "<details><summary>The change, by <code>rewrites:membership-in-list</code></summary>\n\n```diff"
        in page
    )
    assert page.endswith("\n")


def test_a_run_without_a_change_is_a_table(report):
    page = summary_page(attrs.evolve(report, results=()))
    assert "0 of 0 targets" in page
    assert "<details>" not in page


def test_a_page_of_many_long_changes_fits_into_a_comment(report, accepted):
    best = attrs.evolve(accepted.best, diff="+" + "ä" * 100_000)
    many = tuple(attrs.evolve(accepted, best=best) for _ in range(40))
    page = summary_page(attrs.evolve(report, results=many))
    assert page.count("<details>") == MOST_CHANGES
    assert f"{40 - MOST_CHANGES} more changes in the report." in page
    assert len(page) < 65_536


def test_foreign_text_brings_no_tags_or_mentions(hostile):
    page = summary_page(hostile)
    # What stands in code spans and blocks is shown as it is.
    prose = re.sub(r"^(`{3,}).*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", prose)
    tags = re.findall(r"<[^>\n]*>", prose)
    assert set(tags) <= {"<details>", "<summary>", "</summary>", "</details>", "<code>", "</code>"}
    assert "\u202e" not in page
