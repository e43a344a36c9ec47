"""The function that tests are for, and the texts that go to the client."""

from __future__ import annotations

from attrs import frozen


@frozen
class Target:
    """A function in the client's project.

    Attributes:
        module: The module that tests import it from, such as ``shop.ordering``.
        qualified: Its name within that module: ``arrange`` or ``Basket.total``.
        is_async: Whether it is a coroutine function.
    """

    module: str
    qualified: str
    is_async: bool = False

    @property
    def name(self) -> str:
        """The last part of the name."""
        return self.qualified.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The classes around it, dotted; empty for a plain function."""
        return self.qualified.rpartition(".")[0]

    @property
    def path(self) -> str:
        """Module and name, dotted."""
        return f"{self.module}.{self.qualified}"

    @property
    def imported(self) -> str:
        """What a test imports from the module: the function, or the outermost class."""
        return self.qualified.partition(".")[0]


@frozen
class GeneratedTests:
    """One file of tests in the three forms that a client needs.

    Attributes:
        readable: The tests as people read them.
        behavior: The same tests, recording what each call of the target returned.
        performance: The same tests, recording how long each call took.
    """

    readable: str
    behavior: str
    performance: str
