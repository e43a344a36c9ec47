"""``/ai/testgen`` and ``/ai/testgen_repair`` on the wire."""

from __future__ import annotations

import re
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from codeflash_api.code.languages import Language
from codeflash_api.code.markdown import Block, read_code
from codeflash_api.errors import invalid
from codeflash_api.http.schemas import Answer, Part, Request
from codeflash_api.testgen.question import BrokenTest, RepairQuestion, WantedTests
from codeflash_api.testgen.target import GeneratedTests, Target

_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
# The marker's own separators.
_UNMARKABLE = re.compile(r"[:#\s\"'\\{}]")


class Parent(Part):
    """A class or function around a function."""

    name: str
    type: str = "ClassDef"


class FunctionToOptimize(Part):
    """The function under test, as the client knows it."""

    function_name: str
    file_path: str = ""
    parents: list[Parent] = Field(default_factory=list, max_length=50)
    starting_line: int | None = None
    ending_line: int | None = None
    starting_col: int | None = None
    ending_col: int | None = None
    is_async: bool = False
    is_method: bool = False
    language: str = "python"
    doc_start_line: int | None = None

    @property
    def qualified(self) -> str:
        """Its name with those of what is around it."""
        return ".".join([*(each.name for each in self.parents), self.function_name])


class _AboutTests(Request):
    """What both requests say of the function and of the test module."""

    function_to_optimize: FunctionToOptimize
    helper_function_names: list[str] = Field(default_factory=list, max_length=10_000)
    module_path: str = Field(description="The module that tests import from.", examples=["shop.ordering"])
    test_module_path: str = Field(
        description="Name of the test module; stands in every marker.",
        examples=["tests.test_arrange__unit_test_0"],
    )
    test_framework: str = "pytest"
    test_timeout: float = Field(15, description="Longest that one test may run, in seconds.")
    trace_id: str = ""
    language: Language = "python"
    language_version: str = ""
    codeflash_version: str = ""
    call_sequence: int = 0
    module_system: str = ""

    @model_validator(mode="after")
    def _names(self) -> Self:
        if _UNMARKABLE.search(self.test_module_path) or not self.test_module_path:
            raise ValueError("test_module_path is no name of a module")
        if self.language == "python" and not _DOTTED.fullmatch(self.module_path):
            raise ValueError("module_path is no name of a module")
        return self

    def about(self, files: tuple[Block, ...], qualified: str, **more: Any) -> WantedTests:
        """The request in the service's own terms.

        Args:
            files: The code.
            qualified: The function's name.
            more: Further attributes of the question.

        Raises:
            ApiError: The function's name is none (422).
        """
        if self.language == "python" and not _DOTTED.fullmatch(qualified):
            raise invalid("function_to_optimize has no usable name")
        told_async = more.pop("is_async", False)
        return WantedTests(
            Target(self.module_path, qualified, self.function_to_optimize.is_async or told_async),
            files,
            self.test_module_path,
            language=self.language,
            framework=self.test_framework,
            helpers=tuple(self.helper_function_names),
            seconds=self.test_timeout,
            **more,
        )


class TestgenRequest(_AboutTests):
    """A function that needs tests."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source_code_being_tested": "```python:shop/ordering.py\ndef arrange(prices):\n"
                    "    return sorted(prices)\n```",
                    "function_to_optimize": {
                        "function_name": "arrange",
                        "file_path": "shop/ordering.py",
                        "parents": [],
                        "is_async": False,
                    },
                    "helper_function_names": [],
                    "module_path": "shop.ordering",
                    "test_module_path": "tests.test_arrange__unit_test_0",
                    "test_framework": "pytest",
                    "test_timeout": 15,
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "test_index": 0,
                    "language": "python",
                    "is_async": False,
                    "qualified_name": "arrange",
                }
            ]
        }
    )

    source_code_being_tested: str = Field(description="Markdown code.")
    test_index: int = Field(
        0, ge=0, le=1_000, description="0 for small and odd inputs, 1 for many and large ones."
    )
    is_async: bool = False
    is_numerical_code: bool = False
    class_name: str = ""
    qualified_name: str = ""
    rerun_trace_id: str | None = None

    def question(self) -> WantedTests:
        """The request in the service's own terms.

        Raises:
            ApiError: There is no code, or no usable name (422).
        """
        files = read_code(self.source_code_being_tested, self.language)
        if not any(block.text.strip() for block in files):
            raise invalid("source_code_being_tested has no code in it")
        name = self.function_to_optimize.function_name
        derived = (
            f"{self.class_name}.{name}" if self.class_name and not self.function_to_optimize.parents else ""
        )
        return self.about(
            files,
            self.qualified_name or derived or self.function_to_optimize.qualified,
            index=self.test_index,
            is_async=self.is_async,
            is_numerical=self.is_numerical_code,
        )


class FunctionToRepair(Part):
    """A test function and what is wrong with it."""

    function_name: str
    reason: str = ""


class TestgenRepairRequest(_AboutTests):
    """Tests of which some functions have to be replaced."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "test_source": "from shop.ordering import arrange\n\n\ndef test_order():\n"
                    "    assert arrange([2, 1]) == [2, 1]\n",
                    "functions_to_repair": [
                        {"function_name": "test_order", "reason": "expects the wrong order"}
                    ],
                    "function_source_code": "def arrange(prices):\n    return sorted(prices)\n",
                    "function_to_optimize": {"function_name": "arrange", "parents": []},
                    "helper_function_names": [],
                    "module_path": "shop.ordering",
                    "test_module_path": "tests.test_arrange__unit_test_0",
                    "test_framework": "pytest",
                    "test_timeout": 15,
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "language": "python",
                }
            ]
        }
    )

    test_source: str
    functions_to_repair: list[FunctionToRepair] = Field(max_length=1_000)
    function_source_code: str
    module_source_code: str = ""
    coverage_details: dict[str, Any] = Field(default_factory=dict)
    previous_repair_errors: dict[str, str] = Field(default_factory=dict)

    def question(self) -> RepairQuestion:
        """The request in the service's own terms.

        Raises:
            ApiError: There is no code, or no usable name (422).
        """
        files = read_code(self.function_source_code, self.language)
        if self.module_source_code.strip():
            files = (*files, *read_code(self.module_source_code, self.language))
        if not any(block.text.strip() for block in files):
            raise invalid("function_source_code has no code in it")
        broken = tuple(
            BrokenTest(
                each.function_name, each.reason, self.previous_repair_errors.get(each.function_name, "")
            )
            for each in self.functions_to_repair
        )
        about = self.about(files, self.function_to_optimize.qualified)
        return RepairQuestion(about, self.test_source, broken, self._unexecuted())

    def _unexecuted(self) -> tuple[int, ...]:
        main = self.coverage_details.get("main_function")
        lines = main.get("unexecuted_lines") if isinstance(main, dict) else None
        return tuple(line for line in lines if isinstance(line, int)) if isinstance(lines, list) else ()


class TestgenResponse(Answer):
    """A file of tests in the forms that a client needs."""

    generated_tests: str = Field(description="Readable tests.")
    instrumented_behavior_tests: str = Field(description="The same tests, recording what each call did.")
    instrumented_perf_tests: str = Field(description="The same tests, recording how long each call took.")
    raw_generated_tests: str | None = Field(
        None, description="The readable tests once more: what clients show, and send to be reviewed."
    )

    @staticmethod
    def of(tests: GeneratedTests) -> TestgenResponse:
        """The answer for some tests."""
        return TestgenResponse(
            generated_tests=tests.readable,
            instrumented_behavior_tests=tests.behavior,
            instrumented_perf_tests=tests.performance,
            raw_generated_tests=tests.readable,
        )
