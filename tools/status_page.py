"""Write the status page of a job that found what a document says, for its picture: ``docs/images/status.png``.

codeflash optimize ... --json > RUN.json
python tools/status_page.py RUN.json PAGE.html
python tools/screenshot.py PAGE.html docs/images/status.png --size 1200x1500
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from codeflash_github_app.status.pages import job_page
from codeflash_github_app.status.values import JobDetail, JobLine

BEGUN = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def page_of(document: dict[str, Any]) -> str:
    """Return the page.

    Args:
        document: What ``codeflash optimize --json`` printed.
    """
    line = JobLine(
        id=1204,
        kind="optimize-pull",
        repository="acme/shop",
        number=31,
        head="7d3f2a9c51e8b04466f0c1d2a3b4c5d6e7f80912",
        state="done",
        created_at=BEGUN,
        started_at=BEGUN + timedelta(seconds=2),
        finished_at=BEGUN + timedelta(seconds=2 + document["seconds"]),
        outcome="neutral",
        attempts=1,
    )
    won = sum(each["decision"] == "accepted" for each in document["results"])
    detail = JobDetail(
        line, f"{won} of {len(document['results'])} functions can be faster", {"optimize": document}
    )
    return job_page("", detail)


def main(words: list[str] | None = None) -> int:
    """Run the command line described at the top of this file."""
    parser = argparse.ArgumentParser(description="Write the status page of a job, for its picture.")
    parser.add_argument("document", type=Path, metavar="RUN.json")
    parser.add_argument("page", type=Path, metavar="PAGE.html")
    options = parser.parse_args(words)
    document = json.loads(options.document.read_text(encoding="utf-8"))
    options.page.write_text(page_of(document), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
