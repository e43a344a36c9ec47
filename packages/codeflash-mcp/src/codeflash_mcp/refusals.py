"""What a tool answers when it can't answer: a message, what to do, and the place at fault."""

from __future__ import annotations

import difflib
import inspect
import logging
from collections.abc import Callable, Iterable
from typing import Any

from mcp.server.mcpserver.context import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools.base import Tool
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from codeflash_core.door import error_document
from codeflash_core.errors import CodeflashError, ContractViolation, UsageError

_log = logging.getLogger(__name__)
META = "codeflash/error"
"""Where a result carries its error as a document."""


class CarefulTool(Tool):
    """A tool that refuses arguments it does not know, and tells errors as a command line would."""

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> Any:
        """Run the tool; what keeps it from answering is an answer too, marked as an error."""
        try:
            _refuse_unknown(self.name, arguments, self.parameters.get("properties", {}))
            return await super().run(arguments, context, convert_result)
        except CodeflashError as problem:
            return refused(problem)
        except ToolError as problem:
            return refused(_known(self.name, problem))


def careful(
    function: Callable[..., Any],
    title: str,
    *,
    changes: bool = False,
    destroys: bool = False,
    reaches_out: bool = False,
) -> CarefulTool:
    """A tool out of a function: its docstring and its annotations are what a model reads.

    Args:
        function: What it does.
        title: A name for people.
        changes: Whether it changes anything that its user sees.
        destroys: Whether it may change or delete what was there before.
        reaches_out: Whether it may reach beyond the project.
    """
    tool = CarefulTool.from_function(
        function,
        title=title,
        description=inspect.getdoc(function),
        annotations=ToolAnnotations(
            title=title,
            read_only_hint=not changes,
            destructive_hint=destroys,
            idempotent_hint=not changes,
            open_world_hint=reaches_out,
        ),
    )
    assert isinstance(tool, CarefulTool)
    tool.parameters["additionalProperties"] = False
    return tool


def refused(problem: CodeflashError) -> CallToolResult:
    """An error as a tool's result."""
    text = "\n".join(part for part in (problem.message, problem.hint) if part)
    document = error_document(problem.code, problem.message, problem.hint, problem.where)
    return CallToolResult(
        content=[TextContent(type="text", text=text)], is_error=True, _meta={META: document["error"]}
    )


def _known(tool: str, problem: ToolError) -> CodeflashError:
    cause = problem.__cause__
    if isinstance(cause, ContractViolation):
        _log.error("a bug of ours in %s", tool, exc_info=cause)
        return cause
    if isinstance(cause, CodeflashError):
        return cause
    if isinstance(cause, ValidationError):
        return UsageError(_invalid(tool, cause), f"See the schema of {tool}.")
    if cause is None:
        return UsageError(str(problem))
    return bug(tool, cause)


def bug(what: str, problem: BaseException, run: str = "") -> ContractViolation:
    """A bug of ours as an error for the client; its details go to the log.

    Args:
        what: What was being done.
        problem: What was met.
        run: The run that it stopped, or an empty string.
    """
    _log.error("a bug of ours in %s", what, exc_info=problem)
    where = f"run {run}" if run else what
    return ContractViolation(
        f"a bug of ours stopped {where}: {type(problem).__name__}: {problem}",
        "The server goes on; its log has the details. No file of the project was changed.",
    )


def _invalid(tool: str, problem: ValidationError) -> str:
    parts = []
    for each in problem.errors(include_url=False):
        name = ".".join(str(part) for part in each["loc"]) or "arguments"
        parts.append(f"{name}: {each['msg']}")
    return f"{tool} can't be called so: {'; '.join(parts)}"


def _refuse_unknown(tool: str, given: Iterable[str], known: Iterable[str]) -> None:
    names = list(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.5)
            raise UsageError(
                f"{tool} has no argument {name}",
                f"Did you mean {near[0]}?" if near else f"It has: {', '.join(names) or 'no arguments'}.",
            )
