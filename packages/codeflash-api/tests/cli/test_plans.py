from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from codeflash_api.main import main
from codeflash_postgres.database import Database

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    database: Database,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    """Runs the command on the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def made(*words: str) -> tuple[int, str, str]:
        code = main(["plans", *words, f"--data={tmp_path}"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return made


def test_a_plan_is_made_given_and_listed(run: Run) -> None:
    assert run("put", "small", "--per-minute", "60", "--per-month", "1000")[0] == 0
    code, out, _ = run("assign", "acme", "small")
    assert (code, out) == (0, "acme has the plan small\n")
    plans = json.loads(run("list", "--json")[1])
    assert {"name": "small", "per_minute": 60, "monthly_quota": 1000, "organizations": ["acme"]} in plans


def test_a_changed_plan_counts_for_those_who_have_it(run: Run) -> None:
    run("put", "small", "--per-minute", "60", "--per-month", "1000")
    run("assign", "acme", "small")
    code, out, _ = run("put", "small", "--per-minute", "90")
    assert (code, out) == (0, "small: 90 calls a minute, any number of a month\n")
    assert run("list")[1].splitlines()[-1].split() == ["small", "90", "any", "acme"]


def test_a_plan_that_nobody_has_is_listed_too(run: Run) -> None:
    run("put", "lonely", "--per-minute", "1")
    assert run("list")[1].splitlines()[-1].split() == ["lonely", "1", "any"]


def test_a_plan_that_does_not_exist_can_not_be_given(run: Run) -> None:
    code, _, err = run("assign", "acme", "golden")
    assert code == 2
    assert "there is no plan golden" in err
