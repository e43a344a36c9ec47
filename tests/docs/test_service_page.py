"""The page on hosting the service says what the code does."""

import re
import shlex

import pytest

from codeflash_api.cli.arguments import parse
from codeflash_api.settings import PROVIDERS
from codeflash_api.variables import every


@pytest.fixture
def text(root):
    return (root / "docs/how-to/host-the-service.md").read_text(encoding="utf-8")


def test_the_systemd_unit_starts_the_service(text):
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    program, *words = shlex.split(line)
    assert program.endswith("/codeflash-api")
    assert parse(words).command == "serve"


def test_variables_on_the_page_exist(text):
    known = "|".join(re.escape(each.name).replace("<FEATURE>", "[A-Z_]+") for each in every())
    named = set(re.findall(r"CODEFLASH_API_[A-Z_]+", text)) - {"CODEFLASH_API_KEY", "CODEFLASH_API_URL"}
    assert [name for name in sorted(named) if not re.fullmatch(known, name)] == []


def test_every_provider_is_configured_on_the_page(text):
    chosen = {"rules", *re.findall(r"^\$ export CODEFLASH_API_PROVIDERS=(\w+)$", text, re.MULTILINE)}
    assert chosen == set(PROVIDERS)


def test_no_command_on_the_page_is_left_out(text):
    assert "not run:" not in text
