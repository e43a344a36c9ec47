"""What a repair request asks."""

from __future__ import annotations

from attrs import frozen

from codeflash_api.code.markdown import Block


@frozen
class Difference:
    """One test in which original and candidate differ.

    Attributes:
        scope: ``return_value``, ``stdout`` or ``did_pass``.
        original_passes: Whether the test passes on the original.
        candidate_passes: Whether it passes on the candidate.
        original_value: What the original gave, as text.
        candidate_value: What the candidate gave, as text.
        test: The test's source.
        candidate_error: What pytest said of the candidate.
        original_error: What pytest said of the original.
    """

    scope: str
    original_passes: bool = True
    candidate_passes: bool = False
    original_value: str = ""
    candidate_value: str = ""
    test: str = ""
    candidate_error: str = ""
    original_error: str = ""


@frozen
class RepairQuestion:
    """A candidate that does not behave like the original.

    Attributes:
        optimization_id: The candidate.
        original: The files before it.
        modified: The files with it.
        differences: Where they differ.
        language: Their language.
    """

    optimization_id: str
    original: tuple[Block, ...]
    modified: tuple[Block, ...]
    differences: tuple[Difference, ...] = ()
    language: str = "python"
