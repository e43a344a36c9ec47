"""The pull request of one change, made of a recorded result; nothing is sent here."""

from __future__ import annotations

import re

from attrs import evolve, frozen

from codeflash_core.cases.reproducing import PythonWords, Reproducer, reproducer_of, script
from codeflash_core.errors import UsageError
from codeflash_core.git.program import ask_git
from codeflash_core.git.repository import Repository
from codeflash_core.pulls.change import changed_files, is_test, touched
from codeflash_core.pulls.choosing import Branch, Recording, choose
from codeflash_core.pulls.drafts import Draft
from codeflash_core.pulls.remotes import Remote, find_ends
from codeflash_core.pulls.upstream import places
from codeflash_core.pulls.writing import Change, body_of, refuse_unfounded, title_of, why_of
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.pulls_tsv import PullKind


@frozen
class Asked:
    """What somebody wants to open.

    Attributes:
        upstream: Upstream's ``OWNER/REPO`` where it was named.
        fork: The fork's ``OWNER/REPO`` where it was named.
        into_fork: Whether the pull request is opened in the fork.
        base: The branch that it is for where it was named.
        branch: The branch where it was named.
        number: The recording where it was named; 0 otherwise.
        title: The title where it was given.
        why: Why the change is faster, where it was given.
        program: A Python program that repeats the measurement, where it was given.
        draft: Whether it is opened as a draft.
    """

    upstream: str = ""
    fork: str = ""
    into_fork: bool = False
    base: str = ""
    branch: str = ""
    number: int = 0
    title: str = ""
    why: str = ""
    program: str = ""
    draft: bool = False


def draft_of(place: CasePlace, repository: Repository, asked: Asked) -> Draft:
    """The pull request of one change.

    Args:
        place: The case.
        repository: The checkout.
        asked: What is wanted.

    Raises:
        UsageError: Something is missing or does not fit; the message says what.
    """
    branch, recording = choose(place, repository, asked.branch, asked.number)
    ends = find_ends(repository, asked.upstream, asked.fork)
    target = ends.fork if asked.into_fork else ends.upstream
    what = reproducer_for(repository, recording, ends.fork, program=asked.program)
    change = _change(repository, branch, recording, asked.why, script(what))
    refuse_unfounded("the title", asked.title, recording.rows)
    return Draft(
        kind=PullKind.CHANGE,
        ends=ends,
        target=target,
        branch=branch.name,
        commit=branch.commit,
        compared=recording.base,
        base=asked.base,
        title=asked.title or title_of(change.description),
        body=body_of(change),
        titled=bool(asked.title),
        number=recording.number,
        change=places(touched(repository, recording.base, recording.head)),
        draft=asked.draft,
    )


def reproducer_for(
    repository: Repository,
    recording: Recording,
    fork: Remote | None,
    *,
    program: str = "",
    runner: PythonWords = PythonWords.MAINTAINERS,
) -> Reproducer:
    """What repeats a recording: its first gain, or its first row where it has none.

    Args:
        repository: The checkout.
        recording: What was measured.
        fork: Where the commits are; None where that is not known.
        program: A Python program to time in the place of the benchmark.
        runner: How the script runs Python.

    Raises:
        UsageError: Nothing in it can be run again.
    """
    wanted = (recording.kept or recording.rows)[0].target
    made = reproducer_of(next(each for each in recording.results if each.target == wanted), program)
    missing = [commit for commit in (recording.base, recording.head) if not repository.commit_of(commit)]
    if missing:
        raise UsageError(
            f"the checkout does not have the commit {missing[0][:10]} of row {recording.number}",
            "Fetch it: git fetch --all",
        )
    files = changed_files(repository, recording.base, recording.head)
    return evolve(
        made,
        changed=tuple(path for path in files if path.endswith(".py") and not is_test(path)),
        folder=repository.prefix.rstrip("/"),
        source=public_address(fork) if fork else "",
        runner=runner,
    )


def public_address(remote: Remote) -> str:
    """Where anybody finds a remote, without what its address may hold of a user or password; empty for a folder."""
    found = re.match(r"(?:[a-z+]+://)?(?:[^/@]*@)?([A-Za-z0-9][A-Za-z0-9.-]*)(?::\d+)?[:/]", remote.address)
    if found is None or remote.address.startswith(("/", ".", "~", "file:")):
        return ""
    # An alias of ssh's configuration for one of several accounts names no host; ssh.github.com is its ssh on the port of HTTPS.
    host = "github.com" if re.fullmatch(r"github\.com(-.*)?|ssh\.github\.com", found[1]) else found[1]
    return f"https://{host}/{remote.repository}" if "." in host else ""


def _change(repository: Repository, branch: Branch, recording: Recording, why: str, told: str) -> Change:
    message = ask_git(repository.top, "log", "-1", "--format=%B", branch.commit).text
    return Change(
        description=recording.kept[0].description,
        why=why or why_of(message),
        rows=recording.rows,
        base=recording.base,
        head=recording.head,
        files=changed_files(repository, recording.base, recording.head),
        script=told,
    )
