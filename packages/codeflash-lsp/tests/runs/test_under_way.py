from concurrent.futures import Future

import pytest

from codeflash_core.errors import UsageError
from codeflash_lsp.runs.under_way import UnderWay
from codeflash_lsp.texts.documents import Document


@pytest.fixture
def document(ordering):
    return Document("file:///tmp/ordering.py", 1, "python", ordering)


@pytest.fixture
def begun(document):
    runs = UnderWay()
    run = runs.begin(document, "distinct")
    run.work = Future()
    return runs, run


def edited(document, old, new):
    from attrs import evolve

    return evolve(document, held=document.held.replace(old, new, 1), version=2)


async def test_an_edit_of_the_function_stops_its_run(begun, document) -> None:
    runs, run = begun
    await runs.edited(edited(document, "seen = []", "seen = list()"))
    assert run.work.cancelled()
    assert (run.why, run.by_edit) == ("distinct was edited", True)


async def test_an_edit_elsewhere_lets_it_go_on(begun, document) -> None:
    runs, run = begun
    await runs.edited(edited(document, "sum(prices)", "sum(prices) + 0"))
    await runs.edited(
        edited(document, "def total", "def (total")
    )  # it does not parse now, which says nothing
    assert not run.work.cancelled()


async def test_edits_of_other_documents_do_not_matter_here(begun, document) -> None:
    runs, run = begun
    await runs.edited(Document("file:///tmp/other.py", 2, "python", ""))
    assert not run.work.cancelled()


def test_a_function_is_optimized_once_at_a_time(begun, document) -> None:
    runs, run = begun
    with pytest.raises(UsageError, match="already"):
        runs.begin(document, "distinct")
    assert runs.functions(document.uri) == {"distinct"}
    runs.end(run)
    assert runs.functions(document.uri) == frozenset()


def test_a_run_that_is_being_stopped_is_under_way_still(begun, document) -> None:
    runs, run = begun
    run.stop("it was cancelled")
    assert runs.functions(document.uri) == {"distinct"}
    with pytest.raises(UsageError, match="is still being stopped"):
        runs.begin(document, "distinct")
    runs.end(run)
    assert runs.begin(document, "distinct") is not run


def test_a_client_cancels_by_the_progress_it_sees(begun) -> None:
    runs, run = begun
    run.token = "t"
    runs.cancel("other")
    assert not run.work.cancelled()
    runs.cancel("t")
    assert run.work.cancelled()
    assert not run.by_edit
