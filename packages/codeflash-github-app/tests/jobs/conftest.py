"""A loopback GitHub with a small project and a pull request that slows it down, and a machine that carries jobs out."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TOOLS = str(Path(__file__).resolve().parents[4] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback import app_github, forked  # noqa: E402 (found through the path above)

from codeflash_github_app.jobs.engine import Engine  # noqa: E402
from codeflash_github_app.jobs.host import Host, Job, Limits  # noqa: E402
from codeflash_github_app.jobs.running import run  # noqa: E402
from codeflash_github_app.orders import OptimizePull, Repository  # noqa: E402
from codeflash_github_app.patience import Patience  # noqa: E402
from codeflash_github_app.posts.publisher import Posted  # noqa: E402
from codeflash_github_app.tokens.installations import InstallationTokens  # noqa: E402

NAME = "acme/shop"
APP = 7
FAKE = Path(__file__).with_name("fake_engine.py")
SLOW = (
    "    return sorted(prices)[0]\n",
    "    for price in prices:\n        if all(price <= other for other in prices):\n            return price\n"
    '    raise IndexError("no prices")\n',
)
"""What the pull request does to ``cheapest``."""


@pytest.fixture(scope="session")
def app_keys():
    """The app's key, private and public, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public


class Books:
    """Jobs and posts in files of one folder, so that they outlive a process that is killed."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "posts").mkdir(parents=True, exist_ok=True)
        self.order = None
        self.stop = None
        self.ensured = []

    async def find(self, key):
        if isinstance(key, int):
            return Job(key, self.order, open=not (self.folder / f"ended-{key}.json").exists())
        place = self._place(key)
        return Posted(**json.loads(place.read_text())) if place.exists() else None

    async def asked_to_end(self, job):
        return self.stop

    async def finish(self, job, ended):
        told = {"state": ended.state, "outcome": ended.outcome, "message": ended.message}
        (self.folder / f"ended-{job}.json").write_text(json.dumps({**told, "result": ended.result}))

    async def ensure(self, work):
        self.ensured.append(work)

    async def intend(self, posted):
        if await self.find(posted.key) is None:
            await self.keep(posted)

    async def keep(self, posted):
        told = {name: getattr(posted, name) for name in ("key", "kind", "place", "number", "url")}
        place = self._place(posted.key)
        place.with_suffix(".part").write_text(json.dumps(told))
        place.with_suffix(".part").replace(place)

    def _place(self, key):
        return self.folder / "posts" / f"{key.replace('/', '_')}.json"

    def ended(self, job=1):
        return json.loads((self.folder / f"ended-{job}.json").read_text())


def comparison(outcome="slower", low=0.4, high=0.5, *, problem="", lost=False):
    """What ``codeflash compare --json`` prints of one benchmark, but for the base."""
    speedup = {
        "point": (low + high) / 2,
        "low": low,
        "high": high,
        "level": 0.999,
        "blocks": 6,
        "clock": "cpu",
    }
    row = {
        "benchmark": "tests/test_bench.py::test_cheapest",
        "outcome": outcome,
        "speedup": None if problem else speedup,
        "before_ns": None if problem else 100.0,
        "after_ns": None if problem else 220.0,
        "problem": problem,
        "lost": lost,
        "notes": [],
        "functions": [],
        "memory": {},
        "imports": None,
        "samples": [],
    }
    return {
        "schema": 1,
        "head": {"name": "head", "commit": "b" * 40, "subject": ""},
        "rows": [row],
        "delta": 0.02,
        "noise_floor": 0.004,
        "machine": {"cores": "2"},
        "seconds": 1.0,
        "inside_seconds": 0.5,
        "notes": [],
        "health": None,
    }


def make_host(url, key, folder, books, engine=None, **limits):
    """A machine whose GitHub is at an address."""
    many = {"watch_seconds": 0.1, "look_seconds": 0.5, "extra_seconds": 60.0, **limits}
    return Host(
        url=url,
        site=url,
        app=APP,
        bot="codeflash[bot]",
        folder=folder,
        interpreter=Path(sys.executable),
        tokens=InstallationTokens(url, APP, lambda: key),
        jobs=books,
        posts=lambda repository, job: books,
        engine=engine or Engine(folder, (sys.executable, "-I", str(FAKE))),
        patience=Patience(tries=4, first=0.01, longest=2.0),
        limits=Limits(**many),
    )


@pytest.fixture(scope="session")
def hub(tmp_path_factory):
    """The project's three repositories, made once; each test has a copy."""
    place = tmp_path_factory.mktemp("hub")
    forked.Forked(place)
    return place


def copied(hub, place):
    """A copy of the three repositories that knows where it is."""
    shutil.copytree(hub, place)
    config = place / "shop/.git/config"
    config.write_text(config.read_text().replace(str(hub), str(place)))
    made = forked.Forked.__new__(forked.Forked)
    made.root, made.checkout = place, place / "shop"
    made.start = made.git("rev-parse", "main")
    made.upstream, made.fork = place / "hub/acme/shop.git", place / "hub/ada/shop.git"
    return made


class World:
    """The project, its GitHub, and a machine for the app."""

    def __init__(self, tmp_path, keys, hub):
        self.key = keys[0]
        self.project = copied(hub, tmp_path / "hub")
        self.github = app_github.AppGitHub(
            app=APP,
            public_key=keys[1],
            repositories={NAME: self.project.upstream, "ada/shop": self.project.fork},
            ids={NAME: 11, "ada/shop": 12},
            forks={"ada/shop": NAME},
        )
        self.folder = tmp_path / "machine"
        self.books = Books(self.folder / "books")
        self.repository = Repository(1, 11, NAME, "main")

    def write_base(self, path, text):
        """Somebody commits a file to the branch that pull requests are for."""
        self.project.write(path, text)
        self.project.commit(f"Write {path}")
        self.project.git("push", "-q", "upstream", "main")

    def propose(self, edit=SLOW, branch="slow", remote="upstream"):
        """Somebody proposes a change; the number of the pull request."""
        self.project.change(branch, edit, "Change it")
        self.project.git("push", "-q", remote, branch)
        owner = "acme" if remote == "upstream" else "ada"
        return self.github.open(NAME, f"{owner}:{branch}", "Change it")

    def order(self, number=1, again="", author=""):
        """The order that a delivery about a pull request becomes."""
        head = self.github.pull(NAME, number)["head"]["sha"]
        return OptimizePull(self.repository, number, head, again, author)

    def host(self, engine=None, **limits):
        """The machine."""
        return make_host(self.github.url, self.key, self.folder, self.books, engine, **limits)

    async def run(self, order, job=1, host=None):
        """Carry an order out; how it ended."""
        self.books.order = order
        await run(job, host or self.host())
        return self.books.ended(job)

    def told(self, number=1):
        """The comments of a pull request that are ours."""
        found = self.github.comments.get((NAME, number), [])
        return [each["body"] for each in found if each["performed_via_github_app"]]

    def branches(self):
        """Branches of the repository."""
        told = self.project.git(
            "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", at=self.project.upstream
        )
        return told.split()


@pytest.fixture
def world(tmp_path, app_keys, hub):
    """A project on a loopback GitHub, and a machine for the app."""
    made = World(tmp_path, app_keys, hub)
    with app_github.app_github(made.github):
        yield made


@pytest.fixture
def compared():
    """``compared(outcome, low, high)``: what the engine prints of a comparison."""
    return comparison


@pytest.fixture
def plan(world):
    """``plan(...)`` tells the fake engine what to answer."""

    def write(**what):
        (world.folder / "plan.json").parent.mkdir(parents=True, exist_ok=True)
        (world.folder / "plan.json").write_text(json.dumps(what))

    return write


@pytest.fixture
def attempts():
    """``attempts(told)`` starts an attempt; the process's id, and a call that waits for its exit code."""
    program = Path(__file__).with_name("worker.py")
    process = subprocess.Popen(
        [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"

    def start(told):
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline()), lambda: int(process.stdout.readline())

    yield start
    process.stdin.close()
    process.wait(timeout=30)
    process.stdout.close()
