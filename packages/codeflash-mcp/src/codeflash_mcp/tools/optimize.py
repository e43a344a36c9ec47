"""``optimize``: search for faster versions."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import Context

from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.opening import relative_names, request_of
from codeflash_core.pipeline.run import optimize_run
from codeflash_core.pipeline.session import Session
from codeflash_core.reports.document import run_document
from codeflash_mcp import __version__
from codeflash_mcp.answers import Judged, Optimization
from codeflash_mcp.fields import (
    BudgetSeconds,
    FloatTolerance,
    ProjectFolder,
    Sandbox,
    Script,
    Seed,
    Targets,
    Tests,
    WorkloadFile,
    asked_with,
    engine_settings,
    words_of,
)
from codeflash_mcp.house import House, open_inside
from codeflash_mcp.next_steps import after_search
from codeflash_mcp.refusals import CarefulTool, careful
from codeflash_mcp.roots import Roots


def tool(house: House) -> CarefulTool:
    """The tool."""

    async def optimize(
        ctx: Context[Any, Any],
        roots: Roots,
        targets: Targets = [],  # noqa: B006 - pydantic copies it
        tests: Tests = [],  # noqa: B006
        workload: WorkloadFile = "",
        script: Script = "",
        project: ProjectFolder = "",
        budget_seconds: BudgetSeconds = 60,
        seed: Seed = 0,
        float_tolerance: FloatTolerance = 0,
        sandbox: Sandbox = "auto",
    ) -> Optimization:
        """Lets the engine search for faster versions by itself, with its catalogue of rewrites, and proves each one.

        Use it for a first harvest: it finds what is mechanical, in up to budget_seconds a target. Name targets (best those
        that rank puts first); with none it works on all that the workload spends time in, which takes long. Then write
        candidates of your own for what is left and judge them with evaluate_candidate. Changes no file: accepted results
        carry a diff that you apply.
        """
        places = house.places_for(roots)
        asked = asked_with(
            places,
            project,
            targets,
            tests=tests,
            workload=workload,
            script=script,
            everything=not targets,
            settings=engine_settings(budget_seconds, seed, float_tolerance, sandbox),
        )
        opened = open_inside(places, asked)
        request, query = request_of(
            opened, relative_names(opened), words=words_of("optimize", asked), version=__version__
        )

        async def work(session: Session) -> RunReport:
            outcome = await optimize_run(session.engine, query, session.identity)
            report = session.conclude(outcome.report)
            session.finish(report)
            return report

        report = await house.engine(ctx, request, work)
        document = run_document(report)
        return Optimization(
            run=report.run,
            results=[Judged.model_validate(each) for each in document["results"]],
            noise_floor=document["noise_floor"],
            not_confined=document["unconfined"],
            command=document["command"],
            next=after_search(document["results"]),
        )

    return careful(optimize, "Search for faster versions")
