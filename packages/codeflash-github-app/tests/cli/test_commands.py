from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from codeflash_github_app import __version__
from codeflash_github_app.db.migrating import HEAD
from codeflash_github_app.main import main


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str, unused_port: int, tmp_path: Path) -> None:
    """The test's database, and a GitHub that is not there."""
    import os

    for name in [name for name in os.environ if name.startswith("CODEFLASH_APP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{unused_port}")
    monkeypatch.setenv("CODEFLASH_APP_DATA", str(tmp_path))


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return {each["what"]: each for each in json.loads(capsys.readouterr().out)["findings"]}


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"codeflash-github-app {__version__}\n"


def test_the_database_is_brought_up_to_date_and_stays_so(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["migrate"]) == 0
        assert capsys.readouterr().out == f"the database is at revision {HEAD}\n"


def test_the_doctor_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 1
    found = findings(capsys)
    assert found["app"]["state"] == found["private key"]["state"] == "wrong"
    assert found["database"] == {
        "what": "database",
        "state": "good",
        "told": f"at revision {HEAD}",
        "hint": "",
    }
    assert "GitHub" not in found
    assert main(["doctor"]) == 1
    assert "Set CODEFLASH_APP_ID" in capsys.readouterr().out


def test_the_doctor_asks_github_and_tells_no_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_bytes(pem)
    monkeypatch.setenv("CODEFLASH_APP_ID", "7")
    monkeypatch.setenv("CODEFLASH_APP_PRIVATE_KEY_FILE", str(file))
    monkeypatch.setenv("CODEFLASH_APP_WEBHOOK_SECRET", "canary-" * 4)
    assert main(["doctor", "--json"]) == 1
    told = capsys.readouterr().out
    found = {each["what"]: each for each in json.loads(told)["findings"]}
    assert found["private key"]["state"] == "good"
    assert (found["GitHub"]["state"], "can't be reached" in found["GitHub"]["told"]) == ("wrong", True)
    assert "canary" not in told
    file.write_text("no key at all")
    main(["doctor", "--json"])
    assert findings(capsys)["private key"]["state"] == "wrong"


def test_a_database_that_is_away_or_empty_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    assert main(["doctor", "--json"]) == 1
    found = findings(capsys)["database"]
    assert (found["state"], "hunter2" in str(found)) == ("wrong", False)
    monkeypatch.setenv("DATABASE_URL", database_url.replace("/app?", "/template1?"))
    main(["doctor", "--json"])
    assert "codeflash-github-app migrate" in findings(capsys)["database"]["hint"]


def test_without_an_address_the_embedded_database_is_meant(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    main(["doctor", "--json", "--data", str(tmp_path / "new")])
    assert "made at the first start" in findings(capsys)["database"]["told"]
    assert not (tmp_path / "new").exists()
