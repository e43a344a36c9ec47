"""``discover``: which functions can be worked on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from codeflash_core.pipeline.opening import relative_names
from codeflash_mcp.answers import Discovery, Place
from codeflash_mcp.fields import ProjectFolder, Targets, asked_with
from codeflash_mcp.house import House, open_inside
from codeflash_mcp.refusals import CarefulTool, careful
from codeflash_mcp.roots import Roots

MOST = 200


def tool(house: House) -> CarefulTool:
    """The tool."""

    async def discover(
        roots: Roots,
        targets: Targets = [],  # noqa: B006 - pydantic copies it
        project: ProjectFolder = "",
        most: Annotated[int, Field(ge=1, le=1000, description="Most targets to list.")] = MOST,
    ) -> Discovery:
        """Lists functions and methods of a project that the engine can optimize, with the names other tools take.

        Use it first in an unknown project, or to find the exact name of a target. Runs nothing of the project; quick.
        To learn which of them are worth the effort, call rank next.
        """
        places = house.places_for(roots)
        opened = open_inside(places, asked_with(places, project, targets))
        names = relative_names(opened)
        found = opened.projects.targets(opened.project, names, everything=not names)
        return Discovery(
            project=str(opened.project.root),
            language=opened.project.language,
            tests=list(opened.project.tests),
            targets=[
                Place(
                    target=each.id,
                    line=each.line,
                    end_line=each.end_line,
                    kind=each.kind,
                    is_async=each.is_async,
                    is_generator=each.is_generator,
                )
                for each in found[:most]
            ],
            left_out=max(0, len(found) - most),
            next="Call rank to see where the time goes, then evaluate_candidate or optimize on what matters."
            if found
            else "There is nothing here that can be optimized: name another folder.",
        )

    return careful(discover, "List what can be optimized")
