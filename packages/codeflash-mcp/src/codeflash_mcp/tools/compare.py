"""``compare``: two commands measured against each other."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from codeflash_core.pipeline.commands import (
    CommandComparison,
    CommandPair,
    compare_commands,
    comparison_document,
    words_for,
)
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.turn import taking_turns
from codeflash_core.records.runs import state_dir
from codeflash_mcp.answers import Comparison
from codeflash_mcp.fields import ProjectFolder, Seed
from codeflash_mcp.house import House
from codeflash_mcp.refusals import CarefulTool, careful
from codeflash_mcp.roots import Roots

NEXT = {
    "faster": "B is faster by at least the lower bound. Equal output was not checked: show that before you claim anything.",
    "slower": "B is slower. Keep A, or try another idea.",
    "no-difference": "The two take the same time on this machine: the change is not worth it for speed.",
    "inconclusive": "Not decided, which is not a yes: read the reasons, raise budget_seconds or give the commands more work.",
}


def tool(house: House) -> CarefulTool:
    """The tool."""

    async def compare(
        ctx: Context[Any, Any],
        roots: Roots,
        command_a: Annotated[
            str, Field(description="The baseline, as typed in a terminal. Example: ./build/old sort data.csv")
        ],
        command_b: Annotated[str, Field(description="The other version. Example: ./build/new sort data.csv")],
        prepare: Annotated[
            str,
            Field(description="A command to run before each run, untimed, such as one that empties a cache."),
        ] = "",
        warmup: Annotated[int, Field(ge=1, le=100, description="Untimed runs of each command.")] = 1,
        shell: Annotated[
            bool, Field(description="Let a shell read the commands; without it they are split into words.")
        ] = False,
        project: ProjectFolder = "",
        budget_seconds: Annotated[float, Field(ge=1, le=3600, description="Seconds for all of it.")] = 60,
        seed: Seed = 0,
    ) -> Comparison:
        """Measures two commands of any language against each other: is B faster than A, by how much, or is there no difference?

        Use it where there is no backend for the language (Go, JavaScript, ...), or for whole programs. Build both versions
        first, for example in two git worktrees. Runs are interleaved in random order over fresh processes, and the answer
        is an interval. It compares exit codes, not output: check yourself that both do the same work.

        The commands run as they are, outside the sandbox, in the project's folder, many times: give only commands that are
        safe to repeat.
        """
        folder = house.places_for(roots).folder(project)
        pair = CommandPair(
            a=words_for(command_a, shell=shell),
            b=words_for(command_b, shell=shell),
            folder=folder,
            prepare=words_for(prepare, shell=shell) if prepare else (),
            warmup=warmup,
            budget_seconds=budget_seconds,
            seed=seed,
        )

        async def work(emit: Listener) -> CommandComparison:
            async with taking_turns(state_dir(), emit):
                return await compare_commands(pair, emit)

        document = comparison_document(await house.work(ctx, work))
        del document["schema"]
        return Comparison(next=NEXT[document["outcome"]], **document)

    return careful(compare, "Measure two commands", changes=True, destroys=True, reaches_out=True)
