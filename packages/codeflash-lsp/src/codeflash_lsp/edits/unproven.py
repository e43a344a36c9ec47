"""A rewrite of the catalogue as an edit: nobody has checked it."""

from __future__ import annotations

from attrs import frozen

from codeflash_core.errors import UsageError
from codeflash_rewrites.catalogue import by_slug, proposals
from codeflash_rewrites.rule import Rewrite, Subject
from codeflash_syntax.parse import FunctionNotFound, SyntaxProblem


@frozen
class Wanted:
    """A rewrite that was chosen.

    Attributes:
        rule: The rule's slug.
        variant: Its form.
        function: The function's dotted name.
        nth: Which of the places in the function, from 0.
    """

    rule: str
    variant: str
    function: str
    nth: int = 0


def rewrite_of(text: str, wanted: Wanted) -> Rewrite:
    """The rewrite as it fits a text. To be called in a thread.

    Args:
        text: The document's text, without byte order mark.
        wanted: What was chosen.

    Raises:
        UsageError: It does not fit any more.
    """
    try:
        rule = by_slug(wanted.rule)
        found = proposals(Subject(text, wanted.function), [rule])
    except (KeyError, SyntaxProblem, FunctionNotFound):
        found = ()
    fitting = [each for each in found if each.variant == wanted.variant]
    if not fitting:
        raise UsageError(
            f"{wanted.rule} does not fit {wanted.function} any more", "Look at the findings again."
        )
    return fitting[min(wanted.nth, len(fitting) - 1)]
