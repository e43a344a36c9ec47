"""Is the decision of ``codeflash compare BASE HEAD`` right, and what does it cost?

    python benchmarks/versions.py --kind same --decisions 20     the same code on a busy machine
    python benchmarks/versions.py --kind gain --decisions 20     a true gain of 5 % on a busy machine
    python benchmarks/versions.py --kind known                   idna 3.6 and 3.7, whose check of joiners became linear
    python benchmarks/versions.py --kind cost                    20 benchmarks: all of the time over that inside them

Each decision is the whole command on a fresh repository, and a line of ``results/versions-<kind>.jsonl``; a run goes on
where the file ends. The project that is measured has an environment of its own, for which pytest is downloaded; ``known``
downloads two source archives besides.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from attrs import evolve
from decided import RESULTS, add, missing, stored
from load import busy

from codeflash_core.model.comparison import Block
from codeflash_core.stats.blocks import ratios_of
from codeflash_core.versions.reading import comparison_of

MODULE = """\
def checksum(numbers):
    total = 0
    for _ in range({rounds}):
        for number in numbers:
            total = (total * 31 + number) % 1_000_003
    return total
"""
BENCHMARK = """\
from work import checksum

NUMBERS = list(range(1000))


def test_checksum_{number}(benchmark):
    benchmark(checksum, NUMBERS)
"""
ROUNDS = {"same": (20, 20), "gain": (21, 20), "cost": (20, 20)}
MANY = 20
KNOWN = ("idna==3.6", "idna==3.7")
JOINERS = """\
from idna.core import valid_contextj

# Each joiner stands far from the letters that would allow it: the older version looks for them all the way.
LABEL = "\\u0628" + "a\\u200c" * 300 + "a\\u0628"
PLACES = [place for place, letter in enumerate(LABEL) if letter == "\\u200c"]


def joiners():
    for place in PLACES:
        valid_contextj(LABEL, place)
"""
LIMITS = {"same": (20, "no-difference", 15), "gain": (20, "faster", 18), "known": (1, "faster", 1)}
"""Decisions, the outcome that is wanted, and how often at least."""
COST = 1.3


def git(place: Path, *words: str) -> None:
    """Run git as somebody."""
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.test", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=place, check=True, stdout=subprocess.DEVNULL)


def repository(place: Path, versions: Sequence[Mapping[str, str]]) -> Path:
    """A repository with one commit a version; each version is a whole tree of texts."""
    place.mkdir(parents=True)
    git(place, "init", "-q", "-b", "main")
    for number, files in enumerate(versions):
        for name, text in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        git(place, "add", "-A")
        git(place, "commit", "-q", "--allow-empty", "-m", f"Version {number}")
    return place


def trees(kind: str, place: Path) -> tuple[list[dict[str, str]], str]:
    """The texts of both versions, and what to measure."""
    if kind == "known":
        return [unpacked(requirement, place) for requirement in KNOWN], "joiners.py::joiners"
    benchmarks = {
        f"tests/test_{number}.py": BENCHMARK.format(number=number)
        for number in range(MANY if kind == "cost" else 1)
    }
    made = []
    for version, rounds in enumerate(ROUNDS[kind]):
        head = f"# Version {version}\n"
        made.append({"work.py": head + MODULE.format(rounds=rounds), "conftest.py": "", **benchmarks})
    return made, "tests"


def unpacked(requirement: str, place: Path) -> dict[str, str]:
    """The modules of a source archive, with the benchmark beside them."""
    folder = place / requirement.replace("==", "-")
    venv = place / "venv"  # the project's own environment has no pip
    if not venv.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    options = ["--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
    subprocess.run([str(venv / "bin/python"), "-m", "pip", "download", *options, requirement], check=True)
    (archive,) = folder.glob("*.tar.gz")
    found = {"joiners.py": JOINERS}
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            inside = member.name.partition("/")[2]
            if inside.startswith("idna/") and inside.endswith(".py"):
                content = opened.extractfile(member)
                assert content is not None
                found[inside] = content.read().decode()
    return found


def interpreter(place: Path) -> Path:
    """An environment that has pytest and no plugins, as a small project's has; ours take seconds to import."""
    program = place / "project/bin/python"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place / "project")], check=True)
        wanted = f"pytest=={metadata.version('pytest')}"
        subprocess.run([str(program), "-m", "pip", "install", "--quiet", wanted], check=True)
    return program


def decide(kind: str, number: int, place: Path, budget: str, busy_processes: int) -> dict[str, Any]:
    """One comparison by the whole command."""
    versions, what = trees(kind, place)
    root = repository(place / f"{kind}-{number}", versions)
    load = os.getloadavg()[0]
    words = [sys.executable, "-m", "codeflash_cli", "compare", "HEAD~1", "HEAD", "--benchmarks", what]
    words += ["--budget", budget, "--seed", str(number), "--python", str(interpreter(place.parent)), "--json"]
    environment = {**os.environ, "CODEFLASH_STATE_DIR": str(place / "state")}
    done = subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise SystemExit(f"compare failed: {done.stderr}")
    told = json.loads(done.stdout)
    blocks = [row.blocks for row in comparison_of(told).rows]
    rows = [
        {
            "outcome": row["outcome"],
            **{key: row["speedup"][key] for key in ("point", "low", "high", "blocks")},
            **spreads(each),
            "ratios": [round(ratio, 5) for ratio in ratios_of(each)],
        }
        for row, each in zip(told["rows"], blocks, strict=True)
    ]
    return {
        "number": number,
        "load": round(load, 2),
        "load_after": round(os.getloadavg()[0], 2),
        "busy": busy_processes,
        "rows": rows,
        "seconds": told["seconds"],
        "inside_seconds": told["inside_seconds"],
    }


def spreads(blocks: Sequence[Block]) -> dict[str, float]:
    """Standard deviation of the blocks' log ratio: as it is taken, and taken of quartiles of whole blocks."""
    whole = [evolve(each, inputs=tuple(evolve(one, turn=0) for one in each.inputs)) for each in blocks]
    return {
        name: round(statistics.stdev(ratios_of(each)), 5)
        for name, each in (("spread", blocks), ("spread_of_quartiles", whole))
        if len(each) > 1
    }


def summary(kind: str, decisions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was decided how often, or what it cost."""
    rows = [row for decision in decisions for row in decision["rows"]]
    figures: dict[str, Any] = {
        "benchmark": f"compare BASE HEAD: {kind}",
        "decisions": len(decisions),
        "load": _middle([decision["load"] for decision in decisions]),
        "seconds": _middle([decision["seconds"] for decision in decisions]),
    }
    for outcome in ("faster", "slower", "no-difference", "inconclusive"):
        figures[outcome] = sum(row["outcome"] == outcome for row in rows)
    for spread in ("spread", "spread_of_quartiles"):
        figures[spread] = _middle([row[spread] for row in rows if spread in row])
    if kind == "cost":
        ratio = _middle([decision["seconds"] / decision["inside_seconds"] for decision in decisions])
        return figures | {"ratio": round(ratio, 2), "limit": COST, "passed": ratio <= COST}
    total, wanted, least = LIMITS[kind]
    right = figures[wanted] >= least * len(rows) / total
    wrong = figures["slower"] + (figures["faster"] if kind == "same" else 0)
    if kind == "known":
        figures["speedup"] = rows[-1]
    return figures | {"limit": least, "passed": bool(rows) and right and not wrong}


def _middle(values: Sequence[float]) -> float:
    """The larger of the two in the middle where their number is even."""
    return sorted(values)[len(values) // 2] if values else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line for each kind; return 1 when a limit was passed."""
    parser = argparse.ArgumentParser(description="Test the comparison of two versions.")
    parser.add_argument("--kind", choices=("same", "gain", "known", "cost"), action="append")
    parser.add_argument("--decisions", type=int, default=20, help="of the kinds same and gain")
    parser.add_argument(
        "--busy", type=int, default=os.cpu_count() or 2, help="busy processes beside these kinds"
    )
    parser.add_argument("--budget", default="5m", help="of one comparison")
    parser.add_argument("--into", type=Path, default=RESULTS, help="folder for the decisions")
    options = parser.parse_args(arguments)
    passed = True
    for kind in options.kind or ("known", "cost", "same", "gain"):
        path = options.into / f"versions-{kind}.jsonl"
        many = kind in ROUNDS and kind != "cost"
        with contextlib.ExitStack() as held:
            place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="codeflash-versions-")))
            if many:
                held.enter_context(busy(options.busy))
            for number in missing(path, options.decisions if many else 1):
                add(path, decide(kind, number, place / str(number), options.budget, options.busy * many))
        figures = summary(kind, stored(path))
        print(json.dumps(figures), flush=True)
        passed = passed and figures["passed"]
    return int(not passed)


if __name__ == "__main__":
    sys.exit(main())
