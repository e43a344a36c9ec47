"""What a refinement request asks."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from codeflash_api.code.markdown import Block


@frozen
class RefineQuestion:
    """A candidate that is correct and faster, and is to become smaller.

    Attributes:
        optimization_id: The candidate.
        original: The files before it.
        optimized: The files with it.
        explanation: Why it is faster.
        read_only: Code that they use.
        original_profile: Line profile of the original, as text.
        optimized_profile: Line profile of the candidate, as text.
        original_runtime: The original's time, for people.
        optimized_runtime: The candidate's time, for people.
        speedup: The gain, for people.
        references: Callers, in markdown.
        language: Their language.
        version: The language's version, or an empty string.
        others: Text of other files of the project, by path.
    """

    optimization_id: str
    original: tuple[Block, ...]
    optimized: tuple[Block, ...]
    explanation: str = ""
    read_only: tuple[Block, ...] = ()
    original_profile: str = ""
    optimized_profile: str = ""
    original_runtime: str = ""
    optimized_runtime: str = ""
    speedup: str = ""
    references: str = ""
    language: str = "python"
    version: str = ""
    others: Mapping[str, str] = field(factory=dict)
