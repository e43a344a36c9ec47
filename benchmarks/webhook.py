"""How soon a delivery is answered, with everything that the answer promises: proven, stored, put into the queue.

    python benchmarks/webhook.py [--rounds N] [--at-once N]

The app runs as a process of its own with its embedded Postgres, as durable as in use, and without a worker. In each round
so many deliveries of new pull requests, signed and as large as GitHub's usually are, are sent in the same moment over as
many connections. Limit: 200 ms at p99, and no answer but 202.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from offering import Answer, Request, offer, percentile

from codeflash_github_app.webhook.verify import signature

SECRET = "only this benchmark knows it"
AT_ONCE, ROUNDS = 100, 30
LIMIT_P99 = 200.0
BODY_BYTES = 25_000
"""About as much as GitHub tells of a pull request."""


def delivery(number: int) -> Request:
    """A signed delivery of a pull request that no other delivery is about.

    Args:
        number: The pull request's number; each repository has ten.
    """
    pull = {"number": number + 1, "draft": False, "user": {"login": "ada"}, "head": {"sha": f"{number:040x}"}}
    repository = number // 10 + 1
    document = {
        "action": "opened",
        "installation": {"id": 7},
        "repository": {"id": repository, "full_name": f"acme/r{repository}", "default_branch": "main"},
        "pull_request": {**pull, "body": "x" * BODY_BYTES},
    }
    body = json.dumps(document).encode()
    head = (
        "POST /webhook HTTP/1.1",
        "Host: benchmark",
        "Content-Type: application/json",
        "X-GitHub-Event: pull_request",
        f"X-GitHub-Delivery: {uuid.uuid4()}",
        f"X-Hub-Signature-256: {signature(SECRET.encode(), body)}",
        f"Content-Length: {len(body)}",
    )
    return Request("/webhook", ("\r\n".join((*head, "", ""))).encode() + body)


@contextlib.contextmanager
def app(folder: Path) -> Iterator[int]:
    """The app, listening; its port.

    Args:
        folder: For its data and its log.
    """
    own = ("DATABASE_URL", "GITHUB_API_URL")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in own and not name.startswith("CODEFLASH_APP_")
    }
    words = ["serve", "--port=0", "--no-worker", f"--data={folder / 'data'}"]
    log = folder / "app.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "codeflash_github_app", *words],
            env={**environment, "CODEFLASH_APP_WEBHOOK_SECRET": SECRET},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdout is not None
        try:
            for told in process.stdout:
                if found := re.search(r"^listening on http://127\.0\.0\.1:(\d+)", told):
                    yield int(found[1])
                    break
            else:
                raise RuntimeError(f"the app did not start:\n{log.read_text()}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


async def burst(port: int, first: int, at_once: int) -> list[Answer]:
    """Deliveries in the same moment: each counts from then.

    Args:
        port: The app's port.
        first: Number of the first of them.
        at_once: How many.
    """
    rate = at_once * 1000.0
    return await offer(
        port, lambda n: delivery(first + n), rate=rate, connections=at_once, seconds=(at_once + 0.5) / rate
    )


async def measured(port: int, rounds: int, at_once: int) -> list[Answer]:
    """Answers of all rounds but the first, which warms everything up."""
    answers = [await burst(port, number * at_once, at_once) for number in range(rounds + 1)]
    return [each for kept in answers[1:] for each in kept]


def row(answers: Sequence[Answer], at_once: int) -> dict[str, Any]:
    """The figure.

    Args:
        answers: What became of the deliveries.
        at_once: How many were sent in the same moment.
    """
    times = [each.seconds * 1000 for each in answers]
    refused = sum(each.status != 202 for each in answers)
    p99 = percentile(times, 0.99)
    return {
        "benchmark": f"webhook: from a delivery to its 202, {at_once} at once",
        "requests": len(answers),
        "not_202": refused,
        "p50_ms": round(percentile(times, 0.5), 1),
        "p99_ms": round(p99, 1),
        "most_ms": round(max(times), 1),
        "limit_p99_ms": LIMIT_P99,
        "passed": p99 <= LIMIT_P99 and not refused,
    }


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line per figure; return 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description="Measure the GitHub app's webhook.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"(default: {ROUNDS})")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"deliveries (default: {AT_ONCE})")
    options = parser.parse_args(arguments)
    passed = True
    with tempfile.TemporaryDirectory(prefix="codeflash-") as place, app(Path(place)) as port:
        for at_once in dict.fromkeys((1, options.at_once)):
            rounds = options.rounds if at_once > 1 else options.rounds * 10
            figure = row(asyncio.run(measured(port, rounds, at_once)), at_once)
            passed &= figure["passed"]
            print(json.dumps(figure), flush=True)
    return int(not passed)


if __name__ == "__main__":
    sys.exit(main())
