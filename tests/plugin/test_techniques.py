"""Every technique of every overlay is run: both versions, and the check that compares and counts them."""

from pathlib import Path

import pytest
from snippets.languages import batches, missing, run
from snippets.techniques import PageError, pages, read

PLUGIN = Path(__file__).resolve().parents[2] / "plugin"
PAGES = pages(PLUGIN)


def readable():
    """The techniques of the pages that can be read; the others fail in the test of their own."""
    for page in PAGES:
        try:
            yield from read(page)
        except PageError:
            continue


BATCHES = tuple(batches(tuple(readable())))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parts[-4]}-{page.stem}")
def test_a_page_is_written_as_pages_of_techniques_are(page):
    assert read(page)


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch.id)
def test_fast_does_what_slow_does_for_less(batch):
    if reason := missing(batch.techniques[0]):
        pytest.skip(reason)
    # A page that does not build says the same for all its techniques.
    failures = list(dict.fromkeys(outcome.error for outcome in run(batch) if outcome.error))
    assert not failures, "\n\n".join(failures)


@pytest.mark.parametrize("overlay", sorted((PLUGIN / "languages").glob("*/")), ids=lambda path: path.name)
def test_every_overlay_has_techniques(overlay):
    assert [page for page in PAGES if overlay in page.parents]
