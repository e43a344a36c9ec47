from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from codeflash_api.auth.repository import list_keys
from codeflash_api.cli.arguments import parse
from codeflash_api.main import main
from codeflash_postgres.database import Database, open_database

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
        code = main([*words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return made


def keys_of(url: str) -> int:
    async def count() -> int:
        opened = open_database(url)
        try:
            return len(await list_keys(opened))
        finally:
            await opened.close()

    return asyncio.run(count())


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("codeflash-api ")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frobnicate"],
        ["serve", "--port", "many"],
        ["serve", "--port", "70000"],
        ["keys"],
        ["keys", "create", "--per-minute", "0"],
        ["usage", "--days", "²"],
    ],
)
def test_what_can_not_be_read_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("codeflash-api: ")
    assert "See: codeflash-api" in told.err


def test_with_json_an_error_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "list", "--json", "--dta", "x"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error == {
        "code": "usage",
        "message": "codeflash-api keys list has no option --dta",
        "hint": "Did you mean --data?",
        "where": None,
    }


def test_migrate_says_where_the_database_is(run: Run) -> None:
    code, out, _ = run("migrate")
    assert code == 0
    assert out.startswith("the database is at revision 0")


def test_a_key_is_made_listed_and_revoked(run: Run) -> None:
    code, key, _ = run("keys", "create", "--organization", "acme", "--user", "ada", "--name", "laptop")
    assert code == 0
    assert key.startswith("cf-")
    assert len(key.strip().split()) == 1
    code, listed, _ = run("keys", "list")
    assert key.strip() not in listed
    assert "acme" in listed
    assert "active" in listed
    (row,) = json.loads(run("keys", "list", "--json")[1])
    assert (row["organization"], row["user_id"], row["name"], row["scopes"]) == ("acme", "ada", "laptop", "*")
    code, told, _ = run("keys", "revoke", row["id"])
    assert (code, told) == (0, f"revoked {row['key']} of acme\n")
    assert json.loads(run("keys", "list", "--json")[1])[0]["state"] == "revoked"


def test_scopes_limits_and_expiry_are_kept(run: Run) -> None:
    words = ["--scope", "optimize", "--scope", "companion", "--per-minute", "7", "--days", "3"]
    assert run("keys", "create", *words)[0] == 0
    (row,) = json.loads(run("keys", "list", "--json")[1])
    assert (row["scopes"], row["per_minute"], row["state"]) == ("optimize companion", 7, "active")
    assert row["expires_at"] > row["created_at"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["keys", "create", "--scope", "everything"], "there is no scope everything"),
        (["keys", "revoke", "cf-nothing-begins-so"], "no key"),
    ],
)
def test_what_can_not_be_done_ends_with_2_and_a_hint(run: Run, words: list[str], said: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("codeflash-api: ")
    assert said in err


def test_usage_of_nobody_is_an_empty_table(run: Run) -> None:
    code, out, _ = run("usage")
    assert code == 0
    assert out.split()[:2] == ["organization", "feature"]
    assert json.loads(run("usage", "--json")[1]) == []


def test_prices_have_a_date(run: Run) -> None:
    code, out, _ = run("prices")
    assert code == 0
    assert "as of 20" in out
    assert "model" in out
    prices = json.loads(run("prices", "--json")[1])
    assert all(price["cached"] <= price["input"] for price in prices["models"].values())


def test_the_openapi_document_is_printed_or_written(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("openapi")
    assert code == 0
    assert "/ai/rank" in json.loads(out)["paths"]
    file = tmp_path / "openapi.json"
    assert run("openapi", "-o", str(file)) == (0, "", "")
    assert file.read_text(encoding="utf-8") == out
    code, _, err = run("openapi", "-o", str(tmp_path / "none" / "openapi.json"))
    assert code == 2
    assert "can't be written" in err


def test_a_database_that_is_away_is_told(run: Run, monkeypatch: pytest.MonkeyPatch, unused_port: int) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ada:password@127.0.0.1:{unused_port}/x")
    code, out, err = run("keys", "list")
    assert (code, out) == (2, "")
    assert "database can't be reached" in err
    assert "password" not in err


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://ada:swordfish@host/x"), ("CODEFLASH_API_PROVIDERS", "oracle")],
)
def test_settings_that_can_not_be_used_are_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, _, err = run("migrate")
    assert code == 2
    assert name in err
    assert "swordfish" not in err


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Servers that end at once; what is given to them is kept."""
    kept: list[Any] = []
    turn, young = sys.getswitchinterval(), gc.get_threshold()

    async def serve(app: Any, sockets: Any, listens: Callable[[], None]) -> bool:
        kept.append(app)
        listens()
        return True

    monkeypatch.setattr("codeflash_api.cli.serve.serve", serve)
    monkeypatch.setattr("codeflash_web.logs.configure", lambda: None)
    yield kept
    sys.setswitchinterval(turn)
    gc.set_threshold(*young)


def test_a_service_lets_threads_and_the_event_loop_take_short_turns(run: Run, served: list[Any]) -> None:
    """Else whoever asks for little waits for those who ask for much, and all of them for the garbage collector."""
    sys.setswitchinterval(0.005)
    gc.set_threshold(700, 10, 10)
    assert run("serve", "--port", "0", "--no-companion-port")[0] == 0
    assert sys.getswitchinterval() == pytest.approx(0.001)
    assert gc.isenabled()
    assert gc.get_threshold() == (50_000, 10, 10)


def test_the_first_start_prints_a_key_and_further_ones_do_not(run: Run, served: list[Any]) -> None:
    code, out, _ = run("serve", "--port", "0", "--companion-port", "0")
    assert code == 0
    first, last = out.splitlines()
    assert first.startswith("first API key: cf-")
    assert last.count("http://127.0.0.1:") == 2
    code, out, _ = run("serve", "--port", "0", "--no-companion-port")
    assert code == 0
    assert out.startswith("listening on http://127.0.0.1:")
    assert out.count("http://") == 1
    assert len(served) == 2


def test_a_chosen_first_key_is_not_printed(
    run: Run, served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEFLASH_API_FIRST_KEY", "cf-chosen-by-hand")
    out = run("serve", "--port", "0", "--companion-port", "0")[1]
    assert "CODEFLASH_API_FIRST_KEY" in out
    assert "chosen" not in out


def test_a_service_that_does_not_start_ends_with_2(
    run: Run, served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def serve(*given: object) -> bool:
        return False

    monkeypatch.setattr("codeflash_api.cli.serve.serve", serve)
    code, _, err = run("serve", "--port", "0", "--companion-port", "0")
    assert code == 2
    assert "could not start" in err


@pytest.mark.slow
def test_without_an_address_the_embedded_postgres_is_used(
    served: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    data = f"--data={tmp_path}"
    assert main(["serve", "--port", "0", "--companion-port", "0", data]) == 0
    assert main(["keys", "list", "--json", data]) == 0
    out = capsys.readouterr().out
    assert '"name": "first"' in out


def test_a_reader_that_has_gone_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(options: object) -> int:
        raise BrokenPipeError

    let_go: list[bool] = []
    monkeypatch.setattr("codeflash_api.cli.prices.run", gone)
    monkeypatch.setattr("codeflash_core.door._let_go_of_stdout", lambda: let_go.append(True))
    assert run("prices")[0] == 0
    assert let_go == [True]


def test_the_data_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CODEFLASH_API_DATA", str(tmp_path))
    assert parse(["migrate"]).data == tmp_path


def test_a_bug_is_told_by_its_places(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(options: object) -> int:
        raise ZeroDivisionError("with cf-0123456789abcdef")

    monkeypatch.setattr("codeflash_api.cli.prices.run", broken)
    code, _, err = run("prices")
    assert code == 3
    assert "a bug of ours: ZeroDivisionError" in err
    assert "test_commands.py" in err
    assert "0123456789" not in err


def test_an_interruption_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("codeflash_api.cli.prices.run", interrupted)
    assert run("prices")[0] == 130
