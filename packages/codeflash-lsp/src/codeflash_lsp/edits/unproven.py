"""A rewrite of the catalogue as an edit: nobody has checked it."""

from __future__ import annotations

from attrs import frozen

from codeflash_core.errors import UsageError
from codeflash_lsp.findings.places import Spot, spot
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
        spot: What it replaces.
    """

    rule: str
    variant: str
    function: str
    spot: Spot


def rewrite_of(text: str, wanted: Wanted) -> Rewrite:
    """The rewrite as it fits a text. To be called in a thread.

    Args:
        text: The document's text, without byte order mark.
        wanted: What was chosen.

    Raises:
        UsageError: It does not fit any more.
    """
    try:
        subject = Subject(text, wanted.function)
        found = proposals(subject, [by_slug(wanted.rule)])
        fitting = [
            each for each in found if each.variant == wanted.variant and spot(subject, each) == wanted.spot
        ]
    except (KeyError, SyntaxProblem, FunctionNotFound):
        fitting = []
    if len(fitting) != 1:  # none, or nobody could tell which
        raise UsageError(
            f"{wanted.rule} does not fit {wanted.function} any more", "Look at the findings again."
        )
    return fitting[0]
