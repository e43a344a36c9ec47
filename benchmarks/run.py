"""Run the benchmarks, store their figures, and write ``docs/reference/benchmarks.md``.

python benchmarks/run.py                    everything; decisions made earlier are kept, the rest is measured anew
python benchmarks/run.py --only startup     startup, recording, optimizing, editor, service, webhook, techniques,
                                            versions, commands, disturbed, same, gain
python benchmarks/run.py --only service -- --minutes 1
                                            what stands behind -- goes to the one benchmark named; its figures are
                                            stored with it, as those of a run that was not the usual one
python benchmarks/run.py --page             only write the page from the stored figures
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from page import page

from codeflash_core.pipeline.machine import describe_machine

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PAGE = HERE.parent / "docs" / "reference" / "benchmarks.md"
BENCHMARKS: dict[str, list[str]] = {
    "startup": ["startup.py"],
    "recording": ["recording.py"],
    "optimizing": ["optimizing.py"],
    "editor": ["editor.py"],
    "service": ["service.py", "--minutes", "5", "--warm-up", "2"],
    "webhook": ["webhook.py"],
    "techniques": ["techniques.py"],
    "versions": ["versions.py"],
    "commands": ["commands.py"],
    "disturbed": ["disturbed.py"],
    "gain": ["self_test.py", "--kind", "gain", "--decisions", "100"],
    "same": ["self_test.py", "--kind", "same", "--decisions", "500"],
}


def measure(name: str, more: list[str]) -> bool:
    """Run one benchmark and store its figures; whether all limits were kept."""
    script, *words = BENCHMARKS[name]
    words += more
    begun = os.getloadavg()[0]
    # As for anyone who runs the program: its bytecode is kept.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, str(HERE / script), *words],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(done.stdout, end="", flush=True)
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    if figures:
        store(name, figures, begun, words)
    return done.returncode == 0


def store(name: str, figures: list[dict[str, Any]], load: float, options: list[str]) -> None:
    """Keep the figures with the benchmark's options, the machine and the date."""
    machine = dict(describe_machine().facts)
    machine["load"] = f"{load:.2f} before, {machine['load'].split()[0]} after (1 minute)"
    value = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "python": sys.version.split()[0],
        "machine": machine,
        "options": options,
        "figures": figures,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(value, indent=2, sort_keys=True) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line described at the top of this file; return 1 when a limit was passed."""
    parser = argparse.ArgumentParser(description="Measure the engine.")
    parser.add_argument("--only", nargs="+", choices=sorted(BENCHMARKS), default=list(BENCHMARKS))
    parser.add_argument("--page", action="store_true", help="only write the page")
    parser.add_argument("more", nargs="*", metavar="OPTION", help="of the one benchmark named, behind --")
    options = parser.parse_args(arguments)
    if options.more and len(options.only) != 1:
        parser.error("options of a benchmark need --only with its name")
    kept = [measure(name, options.more) for name in ([] if options.page else options.only)]
    stored = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))
    }
    PAGE.write_text(page(stored), encoding="utf-8")
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
