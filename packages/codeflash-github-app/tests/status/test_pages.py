import re
from html.parser import HTMLParser

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_github_app.status import pages
from codeflash_github_app.status.values import PAGE, Filter, JobDetail, RepositoryLine


def test_a_job_shows_what_it_found_with_a_plot_and_the_change(book):
    page = pages.job_page("t", book.details[201])
    assert "One function can be faster" in page
    assert page.count('<svg class="plot intervals"') == 1
    assert "1.83x [1.79, 1.88]" in page
    assert '<span class="come">+    return list(dict.fromkeys(names))</span>' in page
    assert "412 calls compared" in page
    assert 'href="https://github.com/acme/shop/runs/1"' in page
    assert "1 min 33 s" in page


def test_a_comparison_shows_its_rows_and_their_plot(book):
    page = pages.job_page("t", book.details[202])
    assert "tests/test_bench.py::test_many" in page
    assert "slower" in page
    assert page.count("<svg") == 1


def test_a_job_without_a_result_is_told_in_its_lines(book):
    page = pages.job_page("t", book.details[204])
    assert "waiting" in page
    assert "Took" not in page
    assert "<svg" not in page


@pytest.mark.parametrize(
    "result",
    [
        {"optimize": {"nothing": 1}},
        {"optimize": []},
        {"optimize": {"run": "a", "results": [{"target": "a", "decision": "b", "speedup": {"point": "x"}}]}},
        {"compare": "no"},
        {"compare": {"rows": None}},
        {"optimize": {"run": "a", "results": []}},
        {"other": {}},
    ],
)
def test_a_result_that_can_not_be_read_is_told_and_breaks_nothing(plain_job, result):
    page = pages.job_page("t", JobDetail(plain_job, "m", result))
    assert "acme/shop" in page


def test_foreign_text_stays_text_on_every_page(book, hostile):
    shown = (
        pages.job_page("t", book.details[203]),
        pages.jobs_page("t", [book.details[203].line], Filter(repository=hostile)),
        pages.repositories_page("t", book.lines),
        pages.problem_page(hostile, hostile),
        pages.login_page(hostile, problem=hostile),
    )
    for page in shown:
        assert "owned" in page
        assert not re.search(r"<(script|img)\b", page)
        # It ends no attribute: every quote of it is spelt out.
        assert 'onerror=document.title="' not in page
        assert "{{7*7}}" in page
        assert "\u202e" not in page
        assert 'href="javascript:' not in page


def test_pages_bring_nothing_from_elsewhere_and_run_nothing(book):
    page = pages.job_page("t", book.details[201])
    assert not re.search(r"<(script|iframe|object|embed|style [^>]*)\b|\bstyle=|\bon[a-z]+=|\bsrc=", page)
    assert "url(" not in page
    assert re.findall(r'<link rel="icon" href="data:,">', page)


def test_a_full_page_of_jobs_leads_to_older_ones_of_the_same_kind(plain_job):
    lines = [evolve(plain_job, id=number) for number in range(900, 900 - PAGE - 1, -1)]
    page = pages.jobs_page("t", lines, Filter(state="done", repository="a&b/c"))
    assert page.count("<tr><td") == PAGE
    assert f'href="/status/jobs?state=done&amp;repository=a%26b%2Fc&amp;before={900 - PAGE + 1}"' in page
    assert "Newest" not in page
    last = pages.jobs_page("t", lines[:3], Filter(before=4))
    assert "Older" not in last
    assert 'href="/status/jobs">Newest' in last


def test_a_list_without_jobs_says_so():
    assert "There are none." in pages.jobs_page("t", [], Filter())
    assert "installed nowhere" in pages.repositories_page("t", [])


def test_many_repositories_lead_further(plain_job):
    lines = [
        RepositoryLine(n, f"acme/{n:03d}", "acme", False, plain_job.created_at, 0, 0) for n in range(PAGE + 1)
    ]
    page = pages.repositories_page("t", lines)
    assert f"acme/{PAGE:03d}" not in page
    assert f"/status/repositories?after=acme%2F{PAGE - 1:03d}" in page


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, in order."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, [name for name, _ in attrs]))


def _tags(page):
    reader = Tags()
    reader.feed(page)
    return reader.found


@settings(max_examples=60, deadline=None)
# No database holds half of a surrogate pair.
@given(
    text=st.text(
        st.one_of(st.sampled_from("<>&\"'{}%/=- `svgscript"), st.characters(exclude_categories=["Cs"])),
        min_size=1,
    )
)
def test_no_text_changes_what_a_page_is_made_of(plain_job, documents, text):
    optimized, run_document, comparison_document = documents

    def made(foreign):
        line = evolve(plain_job, repository=foreign, outcome=foreign, head=foreign)
        found = optimized(foreign, "accepted", foreign, reasons=[foreign])
        result = {"optimize": run_document(found), "compare": comparison_document(foreign, foreign)}
        return pages.job_page(foreign, JobDetail(line, foreign, result, ((foreign, foreign),)))

    assert _tags(made(text)) == _tags(made("plain"))
