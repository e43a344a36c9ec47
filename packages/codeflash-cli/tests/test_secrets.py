"""Values that foreign code is let see are in no journal, report, message or command line."""

import json
import subprocess
import threading
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow
TOKEN = "tok-5f3759df-magic"
TARGET = "src/shop/access.py::tagged"
SOURCE = '''"""Access."""


def tagged(names, token):
    """The names without repetitions, each with the token."""
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return [token + name for name in seen]
'''
TESTS = """import os

from shop.access import tagged

TOKEN = os.environ["SHOP_TOKEN"]


def test_with_the_token():
    assert tagged(["a", "b", "a"], TOKEN) == [TOKEN + "a", TOKEN + "b"]
    print(TOKEN)


def test_without():
    names = ["name%d" % (n % 150) for n in range(300)]
    assert tagged(names, "") == names[:150]


def test_that_fails_and_shows_it():
    assert tagged(["a"], "x") == [TOKEN]
"""


def command_lines(process: subprocess.Popen, ended: threading.Event, found: set[str]) -> None:
    """Collect the words of every process below one until it has ended."""
    parent = psutil.Process(process.pid)
    while not ended.is_set():
        try:
            for each in [parent, *parent.children(recursive=True)]:
                found.update(each.cmdline())
        except psutil.Error:
            continue


@pytest.mark.parametrize("sandbox", ["auto", "off"])
def test_a_value_let_through_is_nowhere(shop, tmp_path, sandbox) -> None:
    shop.change("src/shop/access.py", lambda _: SOURCE)
    shop.change("tests/test_access.py", lambda _: TESTS)
    report = tmp_path / "report.html"
    words = ["optimize", TARGET, "--env", "SHOP_TOKEN", "--json", "--verbose", "--report", str(report)]
    process = subprocess.Popen(
        shop.command(*words, "--sandbox", sandbox, "--tests", "tests/test_access.py", "--budget", "120s"),
        cwd=shop.root,
        env={**shop.environment, "SHOP_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ended, seen = threading.Event(), set[str]()
    watcher = threading.Thread(target=command_lines, args=(process, ended, seen))
    watcher.start()
    out, err = process.communicate(timeout=280)
    ended.set()
    watcher.join()
    assert process.returncode == 0, err
    (result,) = json.loads(out)["results"]
    # The value reached the code: without it the tests could not have been collected.
    assert result["evidence"]["grades"]["test"] >= 1
    assert any("hold the value of a variable" in note for note in result["notes"])
    assert any("test_that_fails_and_shows_it fails on the original" in note for note in result["notes"])
    assert seen
    assert not [word for word in seen if TOKEN in word]
    assert TOKEN not in out
    assert TOKEN not in err
    files = [path for path in (*shop.state.rglob("*"), report) if path.is_file()]
    assert len(files) > 3
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []


def test_a_value_in_the_place_of_a_name_is_refused_and_not_repeated(codeflash, shop: Path) -> None:
    said = codeflash("optimize", TARGET, "--env", f"SHOP_TOKEN={TOKEN}")
    assert (said.code, said.out) == (2, "")
    assert "without their values" in said.err
    assert TOKEN not in said.err
    assert not shop.state.exists()
