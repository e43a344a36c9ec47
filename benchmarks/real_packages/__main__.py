"""Run ``codeflash optimize`` on functions of public packages and write the table of results.

    python benchmarks/real_packages                      every target without a stored result, then the page
    python benchmarks/real_packages --only docutils.uniq --again
    python benchmarks/real_packages --prepare            download, install, run the packages' own tests; no more
    python benchmarks/real_packages --page               only write the page from the stored results

A target's result is stored as soon as it is there, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import platformdirs
from attrs import asdict
from environment import Environment, PreparationFailed, own_tests, prepare
from table import accepted, page
from targets import Target, read_targets, workload_script

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = HERE / "results"
PAGE = ROOT / "docs" / "reference" / "real-packages.md"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line described at the top of this file; return 1 when a target could not be tried."""
    options = _parse(arguments)
    targets = read_targets(HERE / "targets.toml")
    known = {target.id for target in targets}
    unknown = set(options.only) - known
    if unknown:
        print(
            f"no such target: {', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}",
            file=sys.stderr,
        )
        return 2
    chosen = [target for target in targets if not options.only or target.id in options.only]
    failures = 0
    for target in [] if options.page else chosen:
        if (RESULTS / f"{target.id}.json").exists() and not options.again and not options.prepare:
            print(f"{target.id}: stored")
            continue
        try:
            failures += not _handle(target, options)
        except (PreparationFailed, subprocess.TimeoutExpired) as problem:
            failures += 1
            print(f"{target.id}: {problem}", file=sys.stderr)
    if not options.prepare:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(targets, stored(RESULTS)), encoding="utf-8")
    return bool(failures)


def stored(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the stored results by target."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/real_packages", description="Optimize real packages.")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="these targets")
    parser.add_argument("--again", action="store_true", help="also targets that have a stored result")
    parser.add_argument(
        "--prepare", action="store_true", help="download, install, run the packages' own tests"
    )
    parser.add_argument("--page", action="store_true", help="only write the page")
    parser.add_argument("--budget", default="120s", help="for one target (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=900, help="seconds after which a target is given up")
    parser.add_argument(
        "--cache",
        type=Path,
        default=platformdirs.user_cache_path("codeflash-agent") / "real-packages",
        help="where packages are kept (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def _handle(target: Target, options: argparse.Namespace) -> bool:
    environment = prepare(target, options.cache)
    reports = options.cache / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    before = own_tests(target, environment, reports / f"{target.id}-before.xml")
    print(
        f"{target.id}: own tests: {before.passed} passed, {len(before.failed)} failed. {before.note}",
        flush=True,
    )
    if options.prepare:
        return True
    result = _optimize(target, environment, options)
    after = own_tests(target, environment, reports / f"{target.id}-after.xml")
    result |= {"tests_before": asdict(before), "tests_after": asdict(after)}
    RESULTS.mkdir(exist_ok=True)
    if result["problem"] is None:
        text = json.dumps(result, indent=2, sort_keys=True) + "\n"
        (RESULTS / f"{target.id}.json").write_text(text, encoding="utf-8")
    verdict = "accepted" if accepted(result) else (result["outcome"] or {}).get("decision", result["problem"])
    print(f"{target.id}: {verdict} ({result['seconds']:.0f} s)", flush=True)
    return result["problem"] is None


def _optimize(target: Target, environment: Environment, options: argparse.Namespace) -> dict[str, Any]:
    """Run the command on the working copy with ``--apply`` and return what it said."""
    script = options.cache / "workloads" / f"{target.id}.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(workload_script(target), encoding="utf-8")
    command = [sys.executable, "-m", "codeflash_cli", "optimize", target.spec, "--workload", str(script)]
    command += ["--python", str(environment.python), "--budget", options.budget, "--json", "--apply"]
    command += ["--tests", *target.test_paths]
    started = time.monotonic()
    problem, outcome, code = None, None, None
    try:
        done = subprocess.run(
            command,
            cwd=environment.tree,
            env=os.environ | {"CODEFLASH_STATE_DIR": str(options.cache / "state")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=options.timeout,
        )
        code = done.returncode
        outcome = _outcome(done.stdout)
        if outcome is None:
            problem = f"exit code {code}: {done.stderr.strip()[-1500:]}"
    except subprocess.TimeoutExpired:
        problem = f"no answer within {options.timeout:.0f} s"
    return {
        "target": target.id,
        "package": target.package,
        "exit_code": code,
        "problem": problem,
        "outcome": outcome,
        "seconds": round(time.monotonic() - started, 1),
        "machine": _machine(environment.python),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _outcome(stdout: str) -> dict[str, Any] | None:
    """Return the one result of the JSON document, or None when there is no such document."""
    try:
        results = json.loads(stdout)["results"]
    except (ValueError, KeyError, TypeError):
        return None
    return results[0] if results else None


def _machine(python: Path) -> str:
    version = subprocess.run([str(python), "-V"], capture_output=True, text=True, check=False).stdout.strip()
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, {version}"


if __name__ == "__main__":
    sys.exit(main())
