"""The Python backend behind the engine's language port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Block
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.side import Prepared
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Verdict
from codeflash_core.ports.hosts import Host
from codeflash_core.ports.language import BlockRequest, CheckRequest, Description, Profile, Query
from codeflash_python.discovery.changes import changed_targets
from codeflash_python.discovery.targets import list_targets
from codeflash_python.stages.bench import Bench
from codeflash_python.stages.checking import check
from codeflash_python.stages.describing import describe
from codeflash_python.stages.measuring import measure_block
from codeflash_python.stages.observing import grow_and_steady, observe
from codeflash_python.stages.preparing import prepare
from codeflash_python.stages.profiling import profile


class PythonLanguage:
    """Python, run by the project's own interpreter from 3.9 on."""

    def __init__(self, *, host: Host, environment: Mapping[str, str], scratch: Path) -> None:
        """Make the backend.

        Args:
            host: Runs foreign code.
            environment: Variables that foreign code may see.
            scratch: A folder for the worker's files.
        """
        self._bench = Bench(host, environment, scratch)

    async def describe(self, project: Project) -> Description:
        """Say what runs the project's code, and what is missing."""
        return await describe(self._bench, project)

    async def discover(self, project: Project, query: Query) -> tuple[Target, ...]:
        """List targets.

        Raises:
            UsageError: There is no such target; the hint names the nearest.
        """
        if query.changed_since:
            found = changed_targets(project, query.changed_since)
        else:
            found = list_targets(project, query.names, everything=query.everything).targets
        return tuple(target for target in found if not query.leaves_out(target.path))

    async def profile(self, project: Project, targets: Sequence[Target], workload: Workload) -> Profile:
        """Order targets by the time that a fix could win on the workload."""
        return await profile(self._bench, project, targets, workload)

    async def observe(
        self, project: Project, targets: Sequence[Target], workload: Workload, seed: int
    ) -> tuple[Corpus, ...]:
        """Run the workload once with the targets' calls recorded."""
        return await observe(self._bench, project, targets, workload, seed)

    async def grow(self, project: Project, target: Target, corpus: Corpus, seed: int) -> Corpus:
        """Grow the inputs, and replay the original against itself."""
        return await grow_and_steady(self._bench, project, target, corpus, seed)

    async def prepare(self, project: Project, target: Target, candidate: Candidate) -> Prepared:
        """Turn a candidate into files that can run, or say why it is refused unread."""
        return await prepare(self._bench, project, target, candidate)

    async def check(self, project: Project, request: CheckRequest) -> Verdict:
        """Is the candidate's behaviour the original's?"""
        return await check(self._bench, project, request)

    async def block(self, project: Project, request: BlockRequest) -> Block:
        """Time both sides in fresh processes."""
        return await measure_block(self._bench, project, request)
