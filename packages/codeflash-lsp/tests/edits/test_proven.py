import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_lsp.edits.proven import proven_edits
from codeflash_lsp.findings.analysis import Analysis
from codeflash_lsp.snapshot import Snapshot
from codeflash_lsp.texts.documents import Document
from codeflash_syntax.edits import apply


@pytest.fixture
def snapshot(known, ordering):
    def made(text=ordering, **more):
        found = more.pop("known", None) or known()
        document = Document("file:///tmp/ordering.py", 3, "python", text)
        return Snapshot(document, Analysis(text), known={"distinct": found}, **more)

    return made


def test_the_proven_text_is_what_the_edits_make(snapshot, known, ordering) -> None:
    found, edits = proven_edits(snapshot(), "distinct")
    assert apply(ordering, edits) == found.after
    assert len(edits) < 4


def test_edits_elsewhere_are_kept(snapshot, known, ordering) -> None:
    text = ordering.replace("sum(prices)", "sum(prices) + 0").replace("LIMIT = 3\n", "LIMIT = 3\n# more\n")
    found, edits = proven_edits(snapshot(text), "distinct")
    wanted = found.after.replace("sum(prices)", "sum(prices) + 0").replace(
        "LIMIT = 3\n", "LIMIT = 3\n# more\n"
    )
    assert apply(text, edits) == wanted


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stale": {"distinct": "distinct was edited"}}, "of an older text: distinct was edited"),
        ({"text": "def distinct(names):\n    return 1\n"}, "does not fit"),
    ],
)
def test_what_is_of_an_older_text_is_never_applied(snapshot, change, said) -> None:
    with pytest.raises(UsageError, match=said):
        proven_edits(snapshot(**change), "distinct")


def test_what_is_not_proven_is_not_applied(snapshot, known) -> None:
    with pytest.raises(UsageError, match="no faster version"):
        proven_edits(snapshot(known=known(word="rejected")), "distinct")
    with pytest.raises(UsageError, match="no faster version"):
        proven_edits(snapshot(), "total")


def test_changes_of_several_files_are_left_to_the_command_line(snapshot, known) -> None:
    found = known()
    best = evolve(found.result.best, candidate=evolve(found.result.best.candidate, files={"a": "", "b": ""}))
    with pytest.raises(UsageError, match="more than this file") as caught:
        proven_edits(snapshot(known=evolve(found, result=evolve(found.result, best=best))), "distinct")
    assert "--apply" in caught.value.hint
