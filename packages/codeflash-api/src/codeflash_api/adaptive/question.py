"""What a request for a further step asks."""

from __future__ import annotations

from attrs import frozen

from codeflash_api.code.markdown import Block


@frozen
class Step:
    """One candidate on the way.

    Attributes:
        optimization_id: The candidate.
        files: All files with it.
        explanation: Why it is faster.
        source: How it came about, such as ``OPTIMIZE`` or ``REFINE``.
        speedup: What was measured, as a sentence.
    """

    optimization_id: str
    files: tuple[Block, ...]
    explanation: str = ""
    source: str = ""
    speedup: str = ""


@frozen
class AdaptQuestion:
    """Candidates that build on each other, and are to be taken further.

    Attributes:
        original: The files before all of them.
        steps: The candidates, the root first; never empty.
        language: Their language.
    """

    original: tuple[Block, ...]
    steps: tuple[Step, ...]
    language: str = "python"

    @property
    def last(self) -> Step:
        """The candidate to build on."""
        return self.steps[-1]
