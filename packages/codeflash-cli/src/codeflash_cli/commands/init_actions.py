"""``codeflash init-actions``: a workflow for GitHub Actions that runs this on pull requests."""

from __future__ import annotations

import argparse
from pathlib import Path

from attrs import evolve

from codeflash_cli import __version__
from codeflash_core.errors import UsageError
from codeflash_core.pipeline.opening import backends
from codeflash_core.workflows.detecting import detect
from codeflash_core.workflows.placing import Placed, find_place, place, refuse_odd_branch
from codeflash_core.workflows.values import BUDGET, Choices
from codeflash_core.workflows.writing import render

EXAMPLE = f"pipx install --index-url https://packages.example.test/simple codeflash-cli=={__version__}"
"""What the reference shows. There is no default: a name that nobody holds in a public index can be taken by anybody, and would then
run in every repository that has this workflow."""


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.show and options.force:
        raise UsageError("--print writes nothing, so there is nothing to force", "Leave out one of them.")
    if options.install is None:
        raise UsageError(
            "nothing says where codeflash is installed from",
            f"Name a command that takes it from a place you trust: --install '{EXAMPLE}'.",
        )
    root = backends()["python"].root_of(Path.cwd())
    where = find_place(root)
    if options.base is not None:
        refuse_odd_branch(root, options.base)
    setup = detect(root)
    choices = Choices(
        setup=evolve(setup, python=setup.python if options.python is None else options.python),
        install=options.install,
        folder=where.folder,
        base=options.base or "",
        budget=BUDGET if options.budget is None else options.budget,
        comment=options.comment,
    )
    text = render(choices)
    if options.show:
        print(text, end="")
        return 0
    placed = place(where, text, force=options.force)
    print(f"{placed.value}: {where.name}")
    if placed is not Placed.UNCHANGED:
        print(f"  Python {choices.setup.python}; the project is installed from {setup.told or 'nothing'}")
        print(f"  codeflash is installed by: {choices.install}")
        print("Look it over, commit it, and open a pull request that changes Python code.")
    return 0
