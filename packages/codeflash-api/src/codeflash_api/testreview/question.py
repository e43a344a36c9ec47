"""What is asked when tests are to be reviewed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen
class ReviewedFile:
    """One file of tests and how it fared on the original code.

    Attributes:
        index: The client's number for it.
        source: Its text.
        failed: Names of the functions that failed.
        messages: What failing functions said, by name.
    """

    index: int
    source: str
    failed: tuple[str, ...] = ()
    messages: Mapping[str, str] = field(factory=dict)


@frozen
class FilesQuestion:
    """Which test functions should be replaced?

    Attributes:
        files: The tests.
        code: The whole module under test.
        function: The function's name.
        language: The language of code and tests.
        coverage: Share of the function that the tests reach, such as ``100.0%``; may be empty.
        unexecuted: Lines that no test reaches.
    """

    files: tuple[ReviewedFile, ...]
    code: str
    function: str
    language: str = "python"
    coverage: str = ""
    unexecuted: tuple[int, ...] = ()


@frozen
class Flaw:
    """A test function that should be replaced, and why."""

    function: str
    reason: str


@frozen
class FileVerdict:
    """What is wrong with one file; nothing when it is fine."""

    index: int
    flaws: tuple[Flaw, ...] = ()
