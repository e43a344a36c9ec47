"""The companion with the real codex, whose model is scripted."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loopback.responses import responses_server
from loopback.script import Call, Model, Say
from loopback.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parents[2]
ENTRY = ROOT / "plugin/vendor/codex/second_opinion.py"
CONFIG = """
model = "scripted"
model_provider = "loopback"

[model_providers.loopback]
name = "loopback"
base_url = "{address}"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
request_max_retries = 0
stream_max_retries = 0
"""
OBJECTION = {
    "verdict": "objection",
    "summary": "Names come back in another order.",
    "findings": [
        {
            "severity": "high",
            "file": "src/shop/orders.py",
            "line": 14,
            "title": "A set loses the order",
            "why": "The docstring promises the order of the first purchase.",
            "check": "customers_in_order with two customers",
        }
    ],
}


@pytest.fixture
def companion(node_program, project, environment):
    """Run the companion on a changed project; its codex asks the model at an address."""
    source = project / "src/shop/orders.py"
    source.write_text(source.read_text().replace("if order.customer not in customers", "if True"))

    def run(address: str, *words: str) -> subprocess.CompletedProcess[str]:
        folder = Path(environment["HOME"]) / ".codex"
        folder.mkdir(exist_ok=True)
        (folder / "config.toml").write_text(CONFIG.format(address=address))
        settings = {
            "CODEX_HOME": str(folder),
            "LOOPBACK_KEY": "none",
            "CODEFLASH_CODEX": str(node_program("codex")),
        }
        return subprocess.run(
            [sys.executable, str(ENTRY), *words],
            cwd=project,
            env={**environment, **settings},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run


def reviewing(request):
    return "You give a second opinion" in request.said


def wait(companion, address: str, state: str) -> None:
    for _ in range(1200):
        (job,) = json.loads(companion(address, "status", "--json").stdout)
        if job["state"] != "running":
            break
        time.sleep(0.5)
    assert job["state"] == state, job


def test_codex_reviews_the_change(companion):
    asked = []

    def script():
        yield Say(json.dumps(OBJECTION))

    def accepts(request):
        asked.append(request.said)
        return reviewing(request)

    model = Model([(accepts, script)])
    with responses_server(model) as address:
        done = companion(address, "review")
    model.check()
    assert done.returncode == 1, done.stderr
    assert "high, src/shop/orders.py:14: A set loses the order" in done.stdout
    assert any("+        if True:" in said for said in asked)


def test_codex_reviews_in_the_background(companion):
    def script():
        yield Say(json.dumps({"verdict": "no-objection", "summary": "Equal.", "findings": []}))

    model = Model([(reviewing, script)])
    with responses_server(model) as address:
        assert companion(address, "start").returncode == 0
        wait(companion, address, "done")
        assert companion(address, "result").stdout == "no objection: Equal.\n"
    model.check()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_a_cancelled_review_leaves_no_process_of_codex(companion, environment):
    def script():
        yield Call("exec_command", {"cmd": "sleep 600", "yield_time_ms": 590000})

    model = Model([(reviewing, script)])
    mark = f"HOME={environment['HOME']}".encode()

    def processes() -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if int(path.name) != os.getpid() and mark in (path / "environ").read_bytes().split(b"\0"):
                    found.append(
                        (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    )
            except OSError:
                continue
        return found

    with responses_server(model) as address:
        assert companion(address, "start").returncode == 0
        for _ in range(600):
            if model.requests:
                break
            time.sleep(0.1)
        assert any("codex" in command for command in processes())
        assert companion(address, "cancel").stdout.endswith("is cancelled\n")
        assert processes() == []


def test_a_provider_that_refuses_is_one_line(companion):
    with serving(lambda path, body: None) as address:
        done = companion(f"{address}/v1", "review", "--seconds", "120")
    assert done.returncode == 2
    assert done.stderr.startswith("second opinion: none; codex ended with 1: ")
    assert len(done.stderr.splitlines()) == 1
