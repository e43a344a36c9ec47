from __future__ import annotations

from codeflash_api.testreview.question import FilesQuestion, FileVerdict, Flaw, ReviewedFile
from codeflash_api.testreview.rules import review


def test_failed_functions_are_flagged_with_what_was_raised():
    message = "def test_a():\n>   assert f() == 2\nE   assert 1 == 2\nE    +  where 1 = f()\n"
    files = (
        ReviewedFile(0, "", ("test_a",), {"test_a": message, "test_b": "boom"}),
        ReviewedFile(1, ""),
        ReviewedFile(7, "", ("test_c", "test_c", "")),
    )
    assert review(FilesQuestion(files, "", "f")) == (
        FileVerdict(
            0,
            (
                Flaw("test_a", "Fails on the original code: assert 1 == 2 +  where 1 = f()"),
                Flaw("test_b", "Fails on the original code: boom"),
            ),
        ),
        FileVerdict(1),
        FileVerdict(7, (Flaw("test_c", "Fails on the original code."),)),
    )


def test_long_messages_are_shortened():
    (found,) = review(FilesQuestion((ReviewedFile(0, "", (), {"test_a": "x" * 9_000}),), "", "f"))
    assert len(found.flaws[0].reason) < 600


def test_no_files_are_no_reviews():
    assert review(FilesQuestion((), "", "f")) == ()
