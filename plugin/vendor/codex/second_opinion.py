#!/usr/bin/env python3
"""A second opinion on a change from OpenAI Codex: `review`, `start`, `status`, `result`, `cancel`, `gate`, `setup`.

Exit codes: 0 no objection (or it was done), 1 an objection, 2 there is no opinion and one line says why.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path

import gate
import jobs
import opinion as opinions
from changes import NoChange, change, repository
from program import LONGEST, Unavailable, ask, fetch, find, pinned

EXPECTED = (NoChange, Unavailable, opinions.Unreadable, jobs.NoJob, OSError)


def _opinion(words: argparse.Namespace, *held: int) -> dict:
    seen = change(Path.cwd(), words.base, tuple(words.paths))
    question = opinions.question(seen.diff, seen.base, seen.evidence)
    text, notes = ask(question, seen.root, opinions.SCHEMA, words.seconds, held)
    return {**opinions.read(text, seen.files), "base": seen.base, "files": list(seen.files), "notes": notes}


def _say(opinion: dict, as_json: bool) -> int:
    print(json.dumps(opinion, ensure_ascii=False) if as_json else opinions.shown(opinion))
    return int(opinion["verdict"] == "objection")


def review(words: argparse.Namespace) -> int:
    """Give an opinion now."""
    return _say(_opinion(words), words.json)


def work(words: argparse.Namespace) -> int:
    """Give an opinion into a job's folder; what `start` runs. It and codex hold the job's lock to their end."""
    folder = Path(words.folder)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # clean up on the way
    try:
        found = _opinion(words, words.lock)
    except EXPECTED as problem:
        jobs.write(folder / "failure.txt", f"{problem}\n")
        return 2
    jobs.write(folder / "result.json", json.dumps(found, ensure_ascii=False))
    return 0


def start(words: argparse.Namespace) -> int:
    """Begin a review in the background, once it is clear that there is something to review and someone to do it."""
    find()
    seen = change(Path.cwd(), words.base, tuple(words.paths))
    more = ["--base", seen.base, "--seconds", str(words.seconds), "--", *words.paths]
    job = jobs.start(repository(Path.cwd()), more)
    print(json.dumps({"job": job.id, "state": job.state}) if words.json else f"job {job.id} is running")
    return 0


def status(words: argparse.Namespace) -> int:
    """Say where one job stands, or all."""
    root = repository(Path.cwd())
    found = [jobs.find(root, words.job)] if words.job else jobs.every(root)
    told = [{"job": job.id, "state": job.state, "detail": job.detail} for job in found]
    if words.json:
        print(json.dumps(told))
    else:
        lines = [
            f"job {each['job']} is {each['state']}" + ": " * bool(each["detail"]) + each["detail"]
            for each in told
        ]
        print("\n".join(lines) or "no job was started here")
    return 0


def result(words: argparse.Namespace) -> int:
    """Give the opinion that a job came to."""
    return _say(jobs.result(jobs.find(repository(Path.cwd()), words.job)), words.json)


def cancel(words: argparse.Namespace) -> int:
    """End a job and every process of it."""
    job = jobs.find(repository(Path.cwd()), words.job)
    state = jobs.cancel(job)
    print(json.dumps({"job": job.id, "state": state}) if words.json else f"job {job.id} is {state}")
    return 0


def stop_gate(words: argparse.Namespace) -> int:
    """Switch the gate, or answer a Stop event; never an error then."""
    if words.state:
        print(f"the stop gate is {gate.switch(Path.cwd(), None if words.state == 'show' else words.state)}")
        return 0
    said, line = gate.answer(sys.stdin)
    if line:
        print(line, file=sys.stderr)
    if said:
        print(said)
    return 0


def setup(words: argparse.Namespace) -> int:
    """Fetch the pinned npm package."""
    del words
    made = fetch()
    print(f"codex {pinned()} is there" if made is None else f"codex {pinned()} was fetched")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="second_opinion.py", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, *, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what, description=what)
        made.set_defaults(run=run)
        return made

    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument(
        "--base", default="", help="compare with this commit (default: where the session or branch began)"
    )
    asking.add_argument(
        "--seconds", type=float, default=LONGEST, help="give up after so long (default: %(default)s)"
    )
    asking.add_argument("paths", nargs="*", help="only these files or folders")
    for name, run, what in (
        ("review", review, "give an opinion now"),
        ("start", start, "begin one in the background"),
    ):
        made = commands.add_parser(name, help=what, description=what, parents=[asking])
        made.add_argument("--json", action="store_true", help="print JSON")
        made.set_defaults(run=run)
    for name, run, what in (
        ("status", status, "say where jobs stand"),
        ("result", result, "print what a job came to"),
        ("cancel", cancel, "end a job"),
    ):
        made = command(name, run, what=what)
        made.add_argument("job", nargs="?", default="", help="default: the newest; status: all")
        made.add_argument("--json", action="store_true", help="print JSON")
    made = command("gate", stop_gate, what="switch the stop gate, or answer a Stop event on stdin")
    made.add_argument("state", nargs="?", choices=[gate.ON, gate.OFF, "show"])
    command("setup", setup, what="fetch the pinned codex")
    made = commands.add_parser("work", parents=[asking])
    made.add_argument("--folder", required=True)
    made.add_argument("--lock", type=int, required=True)
    made.set_defaults(run=work)
    return parser


def main() -> int:
    """Run one command; every expected problem is one line."""
    words = _arguments().parse_args()
    try:
        return words.run(words)
    except EXPECTED as problem:
        print(f"second opinion: none; {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
