"""What is asked when tests are to be made or mended."""

from __future__ import annotations

from attrs import field, frozen

from codeflash_api.testgen.target import Target
from codeflash_core.service.markdown import Block


@frozen
class WantedTests:
    """Make a file of tests.

    Attributes:
        target: The function under test.
        files: The code that defines it, and what it uses.
        test_module: Name of the test module that the client will write.
        index: Which of the client's two files this is: the first has small and odd inputs, the second large ones.
        language: The language of code and tests.
        framework: The test framework.
        helpers: Functions that the target calls, dotted.
        is_numerical: Whether the client takes the code for numerical.
        seconds: Longest that one test may run.
    """

    target: Target
    files: tuple[Block, ...]
    test_module: str
    index: int = 0
    language: str = "python"
    framework: str = "pytest"
    helpers: tuple[str, ...] = ()
    is_numerical: bool = False
    seconds: float = 15.0


@frozen
class BrokenTest:
    """A test function that has to be replaced.

    Attributes:
        name: Its name, without classes.
        reason: What is wrong with it.
        problem: What came of an earlier attempt to repair it; may be empty.
    """

    name: str
    reason: str = ""
    problem: str = ""


@frozen
class RepairQuestion:
    """Replace some functions of a file of tests and keep the others.

    Attributes:
        about: The function under test, and where the tests go.
        source: The readable tests.
        broken: What is to be replaced.
        unexecuted: Lines of the target that no test reaches.
    """

    about: WantedTests
    source: str
    broken: tuple[BrokenTest, ...]
    unexecuted: tuple[int, ...] = field(default=())
