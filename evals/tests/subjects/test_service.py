import json
import os
import sys

import pytest

from codeflash_core.errors import PrerequisiteError
from codeflash_evals.subjects import service
from codeflash_evals.subjects.names import parse_subject
from codeflash_evals.subjects.service import serving

SCRIPT = """
import json, os, pathlib, sys, time
names = {{name: value for name, value in os.environ.items() if name.startswith(("CODEFLASH", "DATABASE"))}}
pathlib.Path({seen!r}).write_text(json.dumps([os.getpid(), sys.argv[1:], names]))
print("starting", flush=True)
if {works}:
    print("first API key: cf-1 (shown only now)", flush=True)
    print("listening on http://127.0.0.1:1", flush=True)
    print("x" * 1000000, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    seen = tmp_path / "seen.json"

    def put(*, works=True):
        script = tmp_path / "service.py"
        script.write_text(SCRIPT.format(seen=str(seen), works=works))
        monkeypatch.setattr(service, "PROGRAM", (sys.executable, str(script)))
        return lambda: json.loads(seen.read_text())

    return put


async def test_the_service_runs_as_long_as_it_is_needed(scripted, tmp_path, monkeypatch):
    seen = scripted()
    monkeypatch.setenv("CODEFLASH_API_PROVIDERS", "anthropic")
    monkeypatch.setenv("DATABASE_URL", "elsewhere")
    async with serving(parse_subject(f"service:recorded:{tmp_path}"), tmp_path / "data") as variables:
        number, words, names = seen()
        os.kill(number, 0)
        assert variables == {"CODEFLASH_API_KEY": "cf-1", "CODEFLASH_API_URL": "http://127.0.0.1:1"}
        assert words[0] == "serve" and str(tmp_path / "data") in words
        assert names == {
            "CODEFLASH_API_PROVIDERS": "recorded",
            "CODEFLASH_API_RECORDED_FOLDER": str(tmp_path),
        }
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


async def test_a_service_that_does_not_start_is_said(scripted, tmp_path):
    scripted(works=False)
    with pytest.raises(PrerequisiteError, match="did not start"):
        async with serving(parse_subject("service:rules"), tmp_path / "data"):
            pass


async def test_a_subject_without_a_service_starts_none(tmp_path, monkeypatch):
    monkeypatch.setattr(service, "PROGRAM", ("/nothing/there",))
    async with serving(parse_subject("rewrites"), tmp_path / "data") as variables:
        assert variables == {}
