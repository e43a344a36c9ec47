"""What an optimization request asks."""

from __future__ import annotations

from attrs import frozen

from codeflash_api.code.markdown import Block


@frozen
class OptimizeQuestion:
    """Code that is to become faster.

    Attributes:
        files: The files to work on.
        dependencies: Code that they use; it is not to be changed.
        language: Their language.
        version: The language's version, or an empty string.
        most: How many candidates are wanted.
        profile: A line profile as text, or an empty string.
        is_async: Whether the function that is meant is a coroutine function.
        is_numerical: Whether the code works on arrays.
        function: Qualified name of the function that is meant, or an empty string when the client did not say.
    """

    files: tuple[Block, ...]
    dependencies: tuple[Block, ...] = ()
    language: str = "python"
    version: str = ""
    most: int = 5
    profile: str = ""
    is_async: bool = False
    is_numerical: bool = False
    function: str = ""
