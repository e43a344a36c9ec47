"""Resources: recorded runs and their reports."""

from __future__ import annotations

import json
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from codeflash_core.errors import UsageError
from codeflash_core.records.runs import RunSummary
from codeflash_core.reports.markdown import pull_request_body, summary
from codeflash_mcp.house import House
from codeflash_mcp.recorded import find_run, report_of, visible_runs

RUNS = "codeflash://runs"


def add(server: MCPServer[Any], house: House) -> None:
    """Add the resources."""

    @server.resource(RUNS, name="runs", title="Recorded runs", mime_type="application/json")
    def runs() -> str:
        """Every recorded run on projects in the server's folders, oldest first: id, state, command, project."""
        # A resource without variables is read without a context, so the client's own roots can't be asked for.
        return json.dumps([_document(each) for each in visible_runs(house.places)], indent=2)

    @server.resource(RUNS + "/{run}", name="run", title="A recorded run", mime_type="application/json")
    async def run(run: str, ctx: Context[Any, Any]) -> str:
        """One run with all that it found, as the command line's JSON document."""
        found = await _find(run, ctx)
        return json.dumps({**_document(found), "report": found.report}, indent=2)

    @server.resource(
        RUNS + "/{run}/report", name="report", title="Report of a run", mime_type="text/markdown"
    )
    async def report(run: str, ctx: Context[Any, Any]) -> str:
        """What a run found, in Markdown: the table of targets, and the evidence for each candidate."""
        found = await _find(run, ctx)
        told = report_of(found)
        if told is None:
            raise ResourceNotFoundError(
                f"run {found.id} keeps no report: it is {found.state.value}. {found.message}".strip()
            )
        bodies = [pull_request_body(each, told) for each in told.results if each.best is not None]
        return "\n\n".join([summary(told), *bodies])

    async def _find(name: str, ctx: Context[Any, Any]) -> RunSummary:
        try:
            return find_run(name, await house.places_for_reading(ctx))
        except UsageError as problem:
            raise ResourceNotFoundError(f"{problem.message}. {problem.hint}") from problem


def _document(summary: RunSummary) -> dict[str, object]:
    return {
        "run": summary.id,
        "state": summary.state.value,
        "started": summary.started,
        "project": summary.project,
        "arguments": list(summary.arguments),
        "message": summary.message,
    }
