"""``rank``: where the time goes."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import evolve
from mcp.server.mcpserver import Context
from pydantic import Field

from codeflash_core.pipeline.opening import relative_names, request_of
from codeflash_core.pipeline.run import rank_in
from codeflash_core.pipeline.session import Session
from codeflash_core.ports.language import Profile
from codeflash_core.reports.document import profile_document
from codeflash_mcp import __version__
from codeflash_mcp.answers import Ranking
from codeflash_mcp.fields import (
    ProjectFolder,
    Sandbox,
    Script,
    Targets,
    Tests,
    WorkloadFile,
    asked_with,
    words_of,
)
from codeflash_mcp.house import House, open_inside
from codeflash_mcp.refusals import CarefulTool, careful
from codeflash_mcp.roots import Roots


def tool(house: House) -> CarefulTool:
    """The tool."""

    async def rank(
        ctx: Context[Any, Any],
        roots: Roots,
        targets: Targets = [],  # noqa: B006 - pydantic copies it
        tests: Tests = [],  # noqa: B006
        workload: WorkloadFile = "",
        script: Script = "",
        project: ProjectFolder = "",
        top: Annotated[int, Field(ge=1, le=100, description="Rows to answer.")] = 20,
        sandbox: Sandbox = "auto",
    ) -> Ranking:
        """Profiles a workload of the project (its tests, or a script) and orders functions by the time a fix could win.

        Use it before proposing any change: work on what has a large share, leave what has not. A function with a small
        share is not worth a candidate, however slow it looks. Runs the project's code confined on a private copy; no file
        is changed. If nothing has a share worth having, name a workload that does what users wait for.
        """
        places = house.places_for(roots)
        asked = asked_with(
            places,
            project,
            targets,
            tests=tests,
            workload=workload,
            script=script,
            settings={"sandbox": sandbox},
        )
        opened = open_inside(places, asked)
        request, query = request_of(
            opened, relative_names(opened), words=words_of("rank", asked), version=__version__
        )
        if not query.names:
            query = evolve(query, everything=True)

        async def work(session: Session) -> tuple[str, Profile]:
            return session.folder.name, await rank_in(session.engine, query)

        run, profile = await house.engine(ctx, request, work)
        ranked = [each for each in profile.ranked if each.calls][:top]
        document = profile_document(profile, ranked)
        return Ranking(
            run=run,
            next="Take the target with the largest share; see rules_for on its source, then evaluate_candidate."
            if ranked
            else "The workload calls none of the targets: name tests or a workload that do.",
            **document,
        )

    return careful(rank, "Where the time goes")
