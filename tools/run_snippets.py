"""Run the techniques of some pages, or of all, and say what each counted.

    python tools/run_snippets.py [PAGE.md ...]

Exits with 1 when a check fails, with 2 when a page is not written as pages of techniques are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from snippets.languages import batches, missing, run
from snippets.techniques import PageError, pages, read

ROOT = Path(__file__).resolve().parent.parent


def main(words: list[str] | None = None) -> int:
    """Run the command line described at the top of this file."""
    parser = argparse.ArgumentParser(description="Run the techniques of the plugin's references.")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE.md", help="default: every page")
    options = parser.parse_args(words)
    try:
        techniques = [each for page in options.pages or pages(ROOT / "plugin") for each in read(page)]
    except (PageError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    failed = 0
    for batch in batches(techniques):
        if reason := missing(batch.techniques[0]):
            print(f"skipped  {batch.id}: {reason}")
            continue
        for outcome in run(batch):
            told = ", ".join(f"{each.what} {each.slow:g} -> {each.fast:g}" for each in outcome.counted)
            print(
                f"{'FAILED ' if outcome.error else 'passed '}  {outcome.technique.id}  {told}".rstrip(),
                flush=True,
            )
            if outcome.error:
                failed += 1
                print(outcome.error, file=sys.stderr)
    print(f"{len(techniques)} techniques, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
