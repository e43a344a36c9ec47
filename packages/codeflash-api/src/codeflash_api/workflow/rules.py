"""Steps for a continuous integration workflow: none is the best answer.

Clients indent the steps that they are given by eight spaces and append one of their own at six, which no YAML parser
takes. Given null they write a complete workflow of their own that works. So no model is asked either.
"""

from __future__ import annotations


def steps() -> str | None:
    """The steps to put into the client's workflow."""
    return None
