"""The script with which anybody repeats a measurement: git, hyperfine and a Python, nothing else.

Both versions are checked out beside each other, one program runs the benchmark in each and sees that it is that
version which was loaded, and hyperfine times it.
"""

from __future__ import annotations

import re
import shlex
from enum import StrEnum

from attrs import evolve, frozen

from codeflash_core.cases.benches import END, BenchProgram, bench_of, given_bench
from codeflash_core.cases.results import Result
from codeflash_core.errors import UsageError

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
"""What stands in the script unquoted, and may come from somebody else's file."""
SECONDS = 1.0
"""About how long one timed run of the slower version takes."""


class PythonWords(StrEnum):
    """How the script runs Python in a version's folder, unless ``RUNNER`` says otherwise."""

    MAINTAINERS = "uv run python"
    MACHINE = ".venv/bin/python"


@frozen
class Reproducer:
    """What is repeated.

    Attributes:
        base: The first version's commit.
        head: The second version's commit.
        bench: What is run in each.
        changed: Python files that the change touches, as git names them; one has to be loaded from the version's folder.
        folder: The project's folder in the repository, POSIX style; empty at the top.
        loops: Calls in one run.
        source: Where the commits are fetched from where they are missing; empty when that is not known.
        runner: How Python is run.
    """

    base: str
    head: str
    bench: BenchProgram
    changed: tuple[str, ...] = ()
    folder: str = ""
    loops: int = 1
    source: str = ""
    runner: PythonWords = PythonWords.MAINTAINERS


def reproducer_of(result: Result, program: str = "") -> Reproducer:
    """What repeats a result; changed files, folder and source are to be added.

    Args:
        result: What was measured.
        program: A Python program to time in the place of the result's own benchmark.

    Raises:
        UsageError: The result names no two commits, or nothing that can be run again.
    """
    if not all(_COMMIT.fullmatch(each) for each in (result.base, result.head)):
        raise UsageError(
            f"the result of {result.target} names no commits to repeat it with",
            "Measure the two versions: codeflash compare BASE HEAD --json, and record that.",
        )
    bench = given_bench(program) if program else bench_of(result.target)
    made = Reproducer(result.base, result.head, bench)
    if bench.loops and result.before and result.unit == "ns/call":
        made = evolve(made, loops=max(1, round(SECONDS * 1e9 / result.before)))
    return made


def script(what: Reproducer) -> str:
    """The script, for a POSIX shell.

    Args:
        what: What is repeated.

    Raises:
        UsageError: The program can't stand in a here-document.
    """
    if END in what.bench.given.splitlines():
        raise UsageError(f"the program has a line {END}, which ends it in the script", "Change that line.")
    program = what.bench.program(what.changed)
    given = f"cat >\"$WORK/given.py\" <<'{END}'\n{what.bench.given}{END}\n" if what.bench.given else ""
    command = (
        f'cd "$WORK/{{side}}/$FOLDER" && PYTHONPATH="$PWD/src:$PWD" $RUNNER {what.bench.words}'
        if what.bench.words
        else 'cd "$WORK/{side}/$FOLDER" && PYTHONPATH="$PWD/src:$PWD" $RUNNER "$WORK/bench.py"'
    )
    timed = " \\\n".join(
        f"    --command-name {side} '{command.format(side=side)}'" for side in ("base", "head")
    )
    return _SCRIPT.format(
        runner=what.runner.value,
        loops=what.loops,
        source=shlex.quote(what.source),
        base=what.base,
        head=what.head,
        folder=shlex.quote(what.folder or "."),
        end=END,
        program=program,
        given=given,
        timed=timed,
    )


_SCRIPT = """\
#!/bin/sh
# Times one benchmark before and after a change with hyperfine, each version in a worktree of its own:
#
#     cd CLONE-OF-THE-PROJECT && sh reproduce.sh [OPTIONS OF HYPERFINE]
#
# RUNNER is how Python is run in a version's folder, LOOPS how many calls one run makes, SOURCE where the two commits
# are fetched from when this clone lacks them. The clone's files, index, stash and branches stay as they are.
set -eu

RUNNER="${{RUNNER:-{runner}}}"
LOOPS="${{LOOPS:-{loops}}}"
DEFAULT_SOURCE={source}
SOURCE="${{SOURCE:-$DEFAULT_SOURCE}}"
BASE={base}
HEAD={head}
FOLDER={folder}

stop() {{
    printf 'reproduce: %s\\n' "$*" >&2
    exit 2
}}

command -v git >/dev/null || stop "git is missing"
command -v hyperfine >/dev/null || stop "hyperfine is missing"
top=$(git rev-parse --show-toplevel) || stop "this is no clone of the project"
cd "$top"
for commit in "$BASE" "$HEAD"; do
    git cat-file -e "$commit^{{commit}}" 2>/dev/null && continue
    [ -n "$SOURCE" ] || stop "the commit $commit is not here; set SOURCE to a repository that has it"
    git fetch --quiet --no-tags --no-write-fetch-head "$SOURCE" "$commit" ||
        stop "the commit $commit can't be fetched from $SOURCE"
done

# A runner that is named by a relative path is this clone's own.
program=${{RUNNER%% *}}
case $program in
    /*) ;;
    */*)
        [ -x "$top/$program" ] || stop "there is no $top/$program"
        PATH="$top/${{program%/*}}:$PATH"
        RUNNER="${{program##*/}}${{RUNNER#"$program"}}"
        ;;
esac

WORK=$(mktemp -d)
export PATH RUNNER LOOPS WORK FOLDER
tidy() {{
    cd "$top"
    for side in base head; do
        git worktree remove --force "$WORK/$side" 2>/dev/null || true
    done
    rm -rf "$WORK"
}}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
git -c core.hooksPath=/dev/null worktree add --quiet --detach "$WORK/base" "$BASE"
git -c core.hooksPath=/dev/null worktree add --quiet --detach "$WORK/head" "$HEAD"

cat >"$WORK/bench.py" <<'{end}'
{program}{end}
{given}
# Once untimed: it has to run in both, on the code of that version.
for side in base head; do
    # shellcheck disable=SC2086 # RUNNER may be several words
    (cd "$WORK/$side/$FOLDER" && PYTHONPATH="$PWD/src:$PWD" $RUNNER "$WORK/bench.py" >/dev/null) ||
        stop "the benchmark does not run on $side"
done

# shellcheck disable=SC2016 # the shell that hyperfine starts expands them
hyperfine --warmup 1 "$@" \\
{timed}
"""
