"""Adequacy: would the checks notice a fault in the changed lines?"""

from __future__ import annotations

from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Fault
from codeflash_core.ports.language import CheckRequest
from codeflash_python.stages.bench import Bench


async def seed_faults(
    bench: Bench, project: Project, request: CheckRequest
) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    return (), ()
