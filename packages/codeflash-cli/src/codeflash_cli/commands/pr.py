"""``codeflash pr``: pull requests of recorded changes; nothing is sent without ``--send``."""

from __future__ import annotations

import argparse
import os
import sys

from codeflash_cli.case_opening import checkout_of, existing_place, read_program
from codeflash_cli.opening import run_until_done
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.git.merging import borrowed_objects
from codeflash_core.git.remote_branches import tracked
from codeflash_core.git.repository import Repository
from codeflash_core.github.access import read_access
from codeflash_core.github.api import GitHub
from codeflash_core.github.values import Call
from codeflash_core.pulls.choosing import STACK
from codeflash_core.pulls.drafts import Draft, steps
from codeflash_core.pulls.opening import Asked, draft_of
from codeflash_core.pulls.remotes import default_branch, find_ends
from codeflash_core.pulls.sending import Sent, replaced_tip, send
from codeflash_core.pulls.stack_page import stack_draft
from codeflash_core.pulls.stacking import Stack, build, measuring, stack_base, write_branch
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.pulls_tsv import read_pulls


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    place = existing_place(options.project)
    repository = checkout_of(options.project, options.checkout or "")
    if options.action == "open":
        return _finish(draft_of(place, repository, _asked(options)), place, repository, options, {})
    return _stack(place, repository, options)


def _stack(place: CasePlace, repository: Repository, options: argparse.Namespace) -> int:
    if options.build and options.send:
        raise UsageError("a stack is measured between --build and --send", "Leave out one of them.")
    ends = find_ends(repository, options.upstream or "", options.fork or "")
    base = stack_base(repository, ends, options.on or "")
    if options.build or options.send:
        found = build(place, repository, base)
    else:
        with borrowed_objects(repository) as environment:
            found = build(place, repository, base, environment)
    if options.build:
        write_branch(repository, found.commit)
    elif options.send and repository.commit_of(f"refs/heads/{STACK}") != found.commit:
        raise UsageError(
            f"{STACK} is not what the kept changes give now",
            f"Make it: codeflash pr stack {options.project} --build",
        )
    told = _stack_told(found, repository, options.project)
    if options.build or (found.together is None and not options.send):
        return _show(told, options)
    draft = stack_draft(repository, ends, found, _asked(options), read_pulls(place.pulls), options.project)
    return _finish(draft, place, repository, options, told)


def _asked(options: argparse.Namespace) -> Asked:
    return Asked(
        upstream=options.upstream or "",
        fork=options.fork or "",
        into_fork=options.into == "fork",
        base=options.base or "",
        branch=getattr(options, "branch", None) or "",
        number=getattr(options, "row", None) or 0,
        title=options.title or "",
        why=getattr(options, "why", None) or "",
        program=read_program(options.bench or ""),
        draft=bool(getattr(options, "draft", False)),
    )


def _finish(
    draft: Draft,
    place: CasePlace,
    repository: Repository,
    options: argparse.Namespace,
    told: dict[str, object],
) -> int:
    if options.send:
        sent = run_until_done(_send(draft, place, repository, options))
        return _show(told | _sent_told(sent), options)
    recorded = read_pulls(place.pulls)
    replacing = replaced_tip(
        draft, repository, recorded, tracked(repository, draft.ends.fork.name, draft.branch)
    )
    done = steps(draft, default_branch(repository, draft.ends.upstream.name), replacing)
    document = {
        "sent": False,
        "title": draft.title,
        "body": draft.body,
        "steps": [{"told": each.told, "body": each.body, "condition": each.condition} for each in done],
    }
    if options.json:
        print_json(told | document)
        return 0
    _print(told)
    for each in done:
        print(each.text())
    print("nothing was sent; --send does it")
    return 0


async def _send(draft: Draft, place: CasePlace, repository: Repository, options: argparse.Namespace) -> Sent:
    def tell(line: str) -> None:
        print(f"codeflash: {line}", file=sys.stderr)

    def asked(call: Call) -> None:
        tell(f"{call.method} {call.path}")

    async with GitHub(read_access(os.environ), asked) as github:
        anyway = bool(getattr(options, "anyway", False))
        return await send(draft, place, repository, github, anyway=anyway, tell=tell)


def _stack_told(found: Stack, repository: Repository, project: str) -> dict[str, object]:
    there = repository.commit_of(f"refs/heads/{STACK}") == found.commit
    wanted: list[str] = []
    if not there:
        wanted = [f"codeflash pr stack {project} --build"]
    if found.together is None:
        wanted += measuring(found, project)
    return {
        "stack": {
            "base": found.base,
            "commit": found.commit,
            "branches": [{"branch": each.branch.name, "row": each.recording.number} for each in found.parts],
            "built": there,
            "measured": found.together.number if found.together else None,
        },
        "next": wanted,
    }


def _sent_told(sent: Sent) -> dict[str, object]:
    return {
        "sent": True,
        "created": sent.created,
        "pull": {"repository": sent.row.repository, "number": sent.row.number, "url": sent.row.url},
        "notes": list(sent.notes),
    }


def _show(told: dict[str, object], options: argparse.Namespace) -> int:
    if options.json:
        print_json({"sent": False} | told)
    else:
        _print(told)
    return 0


def _print(told: dict[str, object]) -> None:
    stack, pull = told.get("stack"), told.get("pull")
    if isinstance(stack, dict):
        print(f"{STACK}: {stack['commit'][:10]} on {stack['base'][:10]}")
        for each in stack["branches"]:
            print(f"  {each['branch']}  row {each['row']}")
    if isinstance(pull, dict):
        print(f"{'opened' if told['created'] else 'written anew'}: {pull['url']}")
    notes, wanted = told.get("notes"), told.get("next")
    for note in notes if isinstance(notes, list) else []:
        print(f"note: {note}")
    for command in wanted if isinstance(wanted, list) else []:
        print(f"next: {command}")
