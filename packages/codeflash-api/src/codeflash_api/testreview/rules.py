"""Flags the tests that failed on the original code: they expect what it does not do."""

from __future__ import annotations

from codeflash_api.testreview.question import FilesQuestion, FileVerdict, Flaw, ReviewedFile

_LONGEST = 500


def review(question: FilesQuestion) -> tuple[FileVerdict, ...]:
    """One review for each file, in their order.

    Args:
        question: The tests, and which of them failed.
    """
    return tuple(FileVerdict(each.index, failures(each)) for each in question.files)


def failures(file: ReviewedFile) -> tuple[Flaw, ...]:
    """The functions of a file that failed, each once.

    Args:
        file: The tests and how they fared.
    """
    names = dict.fromkeys([*file.failed, *file.messages])
    return tuple(Flaw(name, _reason(file.messages.get(name, ""))) for name in names if name)


def _reason(message: str) -> str:
    told = [line.strip() for line in message.splitlines() if line.strip()]
    # pytest marks what was raised with an E.
    raised = [line.removeprefix("E").strip() for line in told if line.startswith("E ")]
    text = " ".join(raised or told)
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return f"Fails on the original code: {short}" if short else "Fails on the original code."
