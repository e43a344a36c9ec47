"""A machine on loopback, a project to measure on it, and commands that it is measured with."""

import subprocess
import sys
from pathlib import Path

import pytest

SSH = str(Path(__file__).parent / "ssh")
if SSH not in sys.path:
    sys.path.insert(0, SSH)

import loopback_sshd  # noqa: E402 - stands in the folder added above

from codeflash_core.runners.connection import Connection  # noqa: E402
from codeflash_core.runners.destination import parse_destination  # noqa: E402

SLOW = "    seen = []\n    for name in names:\n        if name not in seen:\n            seen.append(name)\n    return seen\n"
ORDERING = f'''"""Orders things."""


def distinct(names):
    """The names without repetitions."""
{SLOW}

def many():
    """A benchmark."""
    return distinct(["name%d" % (n % 100) for n in range(300)])
'''


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """No settings of whoever runs the tests, and a state folder of our own."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture
def machine(tmp_path):
    why = loopback_sshd.missing()
    if why:
        pytest.skip(why)
    with loopback_sshd.listening(tmp_path) as found:
        yield found


@pytest.fixture
def connection(machine):
    return Connection(parse_destination(machine.destination), machine.config)


@pytest.fixture
def agent(machine, tmp_path, monkeypatch):
    """An agent that has the machine's key."""
    sock = tmp_path / "agent"
    words = ["ssh-agent", "-a", str(sock), "-D"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        process.stdout.readline()  # It listens.
        monkeypatch.setenv("SSH_AUTH_SOCK", str(sock))
        subprocess.run(["ssh-add", "-q", str(machine.key)], check=True)
        yield sock
        process.kill()


class Project:
    """A repository with a slow commit and a fast one, in a path with a blank and a letter beyond ASCII."""

    def __init__(self, root):
        self.root = root
        (root / "src/shop").mkdir(parents=True)
        self.write("pyproject.toml", '[project]\nname = "shop"\nversion = "1"\n')
        self.write("src/shop/__init__.py", "")
        self.write("src/shop/ordering.py", ORDERING)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ada Lovelace")
        self.git("config", "user.email", "ada@example.test")
        self.commit("Slow")
        self.write("src/shop/ordering.py", ORDERING.replace(SLOW, "    return list(dict.fromkeys(names))\n"))
        self.commit("Fast")

    def git(self, *words):
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path, text):
        (self.root / path).write_text(text, encoding="utf-8")

    def commit(self, subject):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "my shöp")


@pytest.fixture
def heard():
    """Everything that was said of progress."""
    return []
