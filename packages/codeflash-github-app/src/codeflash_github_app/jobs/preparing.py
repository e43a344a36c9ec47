"""The files of a job's commits, and what the repository asks for."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve, frozen

from codeflash_core.errors import GitHubError
from codeflash_core.github.branches import branch_commit, compare
from codeflash_core.github.values import PullRequest
from codeflash_github_app.jobs.case import Case
from codeflash_github_app.jobs.cloning import RAISE_SIZE, TooLarge, clone
from codeflash_github_app.jobs.configuration import FILE, LARGEST, Configuration, read_configuration
from codeflash_github_app.jobs.contents import blob

READING = {"contents": "read", "pull_requests": "read"}


@frozen
class Prepared:
    """What a job works on.

    Attributes:
        clone: The files, those of the newer commit checked out.
        base: The older commit.
        head: The newer one.
        wanted: What the repository asks for, within what this machine gives.
        interpreter: What runs its code.
    """

    clone: Path
    base: str
    head: str
    wanted: Configuration
    interpreter: Path


async def prepare_pull(case: Case, pull: PullRequest) -> Prepared:
    """A pull request's commit and the one that it goes back to.

    Raises:
        TooLarge: The repository is too large for this machine.
        PrerequisiteError: There is no interpreter for it.
        GitHubError: GitHub refuses, or does not answer.
        StageError: git fails.
    """
    name, asked = case.repository.name, case.host.patience.asked
    async with case.host.speaking(case.repository, READING) as github:
        # As it is now: the pull request knows the branch as it was when it was last pushed to.
        onto = await asked(lambda: branch_commit(github, name, pull.base)) or pull.base_commit
        try:
            base = (await asked(lambda: compare(github, name, onto, case.commit))).merge_base
        except GitHubError as problem:
            if problem.status != 404:
                raise
            base = onto  # the two have no commit in common
    return await _prepared(case, base)


async def prepare_push(case: Case, before: str) -> Prepared:
    """Two commits of the default branch.

    Raises:
        TooLarge: The repository is too large for this machine.
        PrerequisiteError: There is no interpreter for it.
        GitHubError: GitHub refuses, or does not answer.
        StageError: git fails.
    """
    return await _prepared(case, before)


async def _prepared(case: Case, base: str) -> Prepared:
    limits = case.host.limits
    interpreter = case.host.interpreter_for(case.repository)
    configured = await _default_commit(case)
    commits = tuple(dict.fromkeys((case.commit, base, configured)))

    async def fetched() -> Path:
        async with case.host.remote(case.repository, "read") as remote:
            place = case.folder / "clone"
            largest, seconds = limits.repository_bytes, limits.clone_seconds
            return await clone(remote, commits, place, largest=largest, seconds=seconds)

    place = await case.host.patience.asked(fetched)
    wanted = read_configuration(await blob(place, configured, FILE, LARGEST))
    within = evolve(
        wanted,
        budget_seconds=min(wanted.budget_seconds, limits.function_seconds),
        most_functions=min(wanted.most_functions, limits.functions),
    )
    return Prepared(place, base, case.commit, within, interpreter)


async def _default_commit(case: Case) -> str:
    """The tip of the default branch, whose configuration counts: who proposes a change chooses neither of them.

    A repository that is too large is refused before anything is fetched, by what GitHub says.
    """
    name, asked = case.repository.name, case.host.patience.asked
    async with case.host.speaking(case.repository, READING) as github:
        facts = await asked(lambda: github.repository(name))
        most = case.host.limits.repository_bytes
        if facts.kilobytes << 10 > most:
            raise TooLarge(
                f"the repository has {facts.kilobytes >> 10:,} MiB, and this machine takes {most >> 20:,} MiB at most",
                RAISE_SIZE,
            )
        return await asked(lambda: branch_commit(github, name, facts.default_branch)) or case.commit
