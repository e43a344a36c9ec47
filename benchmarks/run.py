"""Run the benchmarks of the engine: what ``make bench`` runs.

    python benchmarks/run.py                 all of them; the self-test goes on where it was interrupted
    python benchmarks/run.py start-up        only these

Each figure is printed beside its limit; the exit code is 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHMARKS: dict[str, list[str]] = {
    "start-up": ["startup.py"],
    "recording": ["recording.py"],
    "optimizing": ["optimizing.py"],
    "self-test-gain": ["self_test.py", "--kind", "gain", "--decisions", "100"],
    "self-test-same": ["self_test.py", "--kind", "same", "--decisions", "500"],
}


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen benchmarks, one after the other: they would disturb each other."""
    parser = argparse.ArgumentParser(description="Run the benchmarks of the engine.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all by default"
    )
    chosen = parser.parse_args(arguments).names or list(BENCHMARKS)
    unknown = sorted(set(chosen) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    failed = []
    for name in chosen:
        print(f"== {name}", flush=True)
        script, *options = BENCHMARKS[name]
        if subprocess.run([sys.executable, str(HERE / script), *options], check=False).returncode:
            failed.append(name)
    print(f"limits passed or failed to run: {', '.join(failed)}" if failed else "all within their limits")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
