"""The page on hosting the GitHub app says what the code does."""

import re
import shlex

import pytest

from codeflash_github_app.cli.arguments import parse
from codeflash_github_app.doctor.checks import EVENTS, NEEDED
from codeflash_github_app.variables import VARIABLES


@pytest.fixture
def text(root):
    return (root / "docs/how-to/host-the-github-app.md").read_text(encoding="utf-8")


def test_the_systemd_unit_starts_the_app(text):
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    program, *words = shlex.split(line)
    assert program.endswith("/codeflash-github-app")
    assert parse(words).command == "serve"


def test_variables_on_the_page_exist(text):
    named = set(re.findall(r"CODEFLASH_APP_[A-Z_]+", text))
    assert named <= {each.name for each in VARIABLES}


def test_permissions_on_the_page_are_those_that_the_doctor_wants(text):
    table = dict(re.findall(r"^\| ([A-Z][a-z ]+) \| (read and write|read-only) \|", text, re.MULTILINE))
    levels = {"read and write": "write", "read-only": "read"}
    assert {name.lower().replace(" ", "_"): levels[level] for name, level in table.items()} == dict(NEEDED)


def test_events_on_the_page_are_those_that_the_doctor_wants(text):
    (line,) = re.findall(r"^Subscribe to the events (.*?)\. Events", text, re.MULTILINE | re.DOTALL)
    assert sorted(each.lower().replace(" ", "_") for each in re.findall(r"\*([^*]+)\*", line)) == sorted(
        EVENTS
    )


def test_no_command_on_the_page_is_left_out(text):
    assert "not run:" not in text
