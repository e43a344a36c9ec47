"""What the engine has to know of a coding agent's program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import field, frozen


@frozen
class Kind:
    """A coding agent.

    Attributes:
        name: Its name after ``agent:``.
        program: The program's name.
        override: The variable that names the program where it is not on the path.
        install: How it is installed.
        keys: Variables of which one has to hold a key.
        sign_in: How such a key is had.
        passed: Further variables that it needs where they are set.
        files: Those of them that name a file, which is shown to it.
        public: Those of them that are no secret, whatever their value.
        address: The variable that says where its model is.
        vendor: Where its model is otherwise.
    """

    name: str
    program: str
    override: str
    install: str
    keys: tuple[str, ...]
    sign_in: str
    passed: tuple[str, ...]
    files: tuple[str, ...]
    public: tuple[str, ...]
    address: str
    vendor: str


PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy")


@frozen
class Errand:
    """One piece of work for an agent.

    Attributes:
        program: The program's words: it may need an interpreter.
        model: The model to use, or an empty string for the agent's own choice.
        home: Its private home folder as it sees it.
        environment: The variables that are passed.
        judge: The words that start the engine's MCP server, empty where it is not offered.
        confined: Whether it runs in a sandbox, so that its own is not needed.
        seconds: How long it may work.
    """

    program: tuple[str, ...]
    model: str
    home: str
    environment: Mapping[str, str] = field(repr=False)
    judge: tuple[str, ...] = ()
    confined: bool = True
    seconds: float = 600.0


@frozen
class Told:
    """What an agent said at its end.

    Attributes:
        message: Its last words.
        money: Price in US dollars, or None where it does not tell.
        calls: Requests to its model; at least one.
        tokens: Tokens read and written, or None where it does not tell.
        failure: Why it did not do its work, or an empty string.
        refused: Whether the failure is that its key or its model is not accepted: another errand would fail as well.
    """

    message: str
    money: float | None = None
    calls: int = 1
    tokens: int | None = None
    failure: str = ""
    refused: bool = False


class Driver(Protocol):
    """How one agent is asked, and how its answer is read. The task comes on its standard input."""

    kind: Kind

    def words(self, errand: Errand) -> list[str]:
        """The command."""

    def files(self, errand: Errand) -> Mapping[str, str]:
        """Files in its private home, by relative path."""

    def variables(self, errand: Errand) -> Mapping[str, str]:
        """Its environment: what is passed and what steers it."""

    def read(self, output: bytes) -> Told:
        """What it said, from all of its standard output.

        Raises:
            ValueError: It is not of the agent's form.
        """


def words_refused(text: str) -> bool:
    """Whether an agent's error says that its key, its login or its account is not accepted."""
    lowered = text.lower()
    signs = (
        "api key",
        "api_key",
        "/login",
        "not logged in",
        "unauthorized",
        "401",
        "authentication",
        "credit balance",
    )
    return any(sign in lowered for sign in signs)
