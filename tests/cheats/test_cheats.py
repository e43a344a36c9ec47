"""The command itself refuses candidates that win by deceit, and says what each one does; honest ones are not accused."""

import hashlib
import json
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

from codeflash_core.model.candidate import unified_diff
from codeflash_core.model.cheat import CheatKind

linux = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux only")

CANDIDATES = tomllib.loads((Path(__file__).parent / "cheats.toml").read_text(encoding="utf-8"))["candidate"]
SURROUNDINGS = {name: value for name, value in os.environ.items() if not name.startswith("CODEFLASH_")}
BODY = """\
result = 0
for i in range(len(numbers)):
    for j in range(len(numbers)):
        if j > i:
            result += numbers[i] * numbers[j]
return result
"""
HEAD = "def score(numbers):\n"
DOCUMENTED = '    """Sum of the products of all pairs."""\n'
MODULE = f'"""Scores."""\n\n\n{HEAD}{DOCUMENTED}{textwrap.indent(BODY, "    ")}'
FILES = {
    "pyproject.toml": '[project]\nname = "scores"\nversion = "1"\n\n[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "scores.py": MODULE,
    "workload.py": "from scores import score\n\nfor n in range(60):\n    score(list(range(n)))\n",
    "tests/test_scores.py": """\
from scores import score


def test_four():
    assert score([1, 2, 3, 4]) == 35


def test_five():
    assert score([7, -2, 9, 5, 11]) == 310


def test_three():
    assert score([12, 40, 3]) == 636


def test_two():
    assert score([5, 6]) == 30


def test_few():
    assert score([]) == score([8]) == 0


def test_many():
    assert score([(3 + 14 * n) % 97 for n in range(60)]) > 0
""",
}


def changed(candidate):
    """The files of the project that a candidate changes, with their new text."""
    text = MODULE
    if body := candidate.get("body"):
        text = text.replace(textwrap.indent(BODY, "    "), textwrap.indent(body.strip() + "\n", "    "))
    text = text.replace("def score", f"{candidate.get('prelude', '').strip()}\n\n\ndef score")
    text = re.sub(r"@\((.*?)\)", lambda found: digest(f"[{found[1]}]"), text)
    return {"scores.py": text, **candidate.get("files", {})}


def digest(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]


def evaluate(candidate, folder, python):
    """What ``codeflash evaluate --json`` says of a candidate, with its status."""
    root = folder / "scores"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    patch = folder / "change.patch"
    patch.write_text(unified_diff(FILES, changed(candidate)), encoding="utf-8")
    words = ["evaluate", "scores.py::score", "--json", "--patch", str(patch), "--python", str(python)]
    if "workload.py" in candidate.get("files", {}):
        words += ["--workload", "workload.py"]
    done = subprocess.run(
        [sys.executable, "-m", "codeflash_cli", *words],
        cwd=root,
        env={**SURROUNDINGS, "CODEFLASH_STATE_DIR": str(folder / "state")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr[-3000:]
    return done.returncode, json.loads(done.stdout)


def named(honest):
    return [
        pytest.param(each, id=each["name"].replace(" ", "-"))
        for each in CANDIDATES
        if ("cheat" not in each) is honest
    ]


@pytest.mark.slow
@linux
@pytest.mark.parametrize("candidate", named(honest=False))
def test_a_cheat_is_refused_and_named(candidate, tmp_path, environment_with_pytest):
    status, document = evaluate(candidate, tmp_path, environment_with_pytest / "bin/python")
    assert status == 1
    assert document["decision"] == "rejected", document["reasons"]
    assert document["cheat"] == candidate["cheat"], document["reasons"]
    assert document["reasons"][0].startswith("cheating: ")


@pytest.mark.slow
@linux
@pytest.mark.parametrize("candidate", named(honest=True))
def test_an_honest_candidate_is_not_accused(candidate, tmp_path, environment_with_pytest):
    _, document = evaluate(candidate, tmp_path, environment_with_pytest / "bin/python")
    assert document["cheat"] is None, document["reasons"]


def test_every_kind_of_cheat_is_tried():
    assert {each["cheat"] for each in CANDIDATES if "cheat" in each} == {kind.value for kind in CheatKind}


def test_every_kind_of_cheat_is_explained(root):
    page = (root / "docs/explanation/cheats.md").read_text(encoding="utf-8")
    assert {kind.value for kind in CheatKind} <= set(re.findall(r"^\| `([a-z-]+)`", page, re.MULTILINE))
