"""What a client wants to have delivered."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Kind = Literal["pull-request", "suggestion", "staging", "workflow"]


@frozen
class Order:
    """A change on its way to a repository.

    Attributes:
        kind: What it is to become.
        body: The request, as JSON text.
        owner: Owner of the repository; empty for stagings.
        repo: Its name.
        trace_id: The client's name for the function.
        file_path: The function's file.
        function_name: The function.
        pr_number: The pull request that it belongs to.
    """

    kind: Kind
    body: str
    owner: str = ""
    repo: str = ""
    trace_id: str = ""
    file_path: str = ""
    function_name: str = ""
    pr_number: int | None = None


@frozen
class Receipt:
    """What the GitHub app made of an order.

    Attributes:
        pr_number: The pull request, or None where there is none.
        pr_url: Its address.
    """

    pr_number: int | None = None
    pr_url: str = ""
