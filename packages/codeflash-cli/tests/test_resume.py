"""Going on with a run: only while everything that it rests on is as it was."""

import json
import signal
import subprocess

import pytest

pytestmark = pytest.mark.slow
TOTAL = "src/shop/ordering.py::total"
DISTINCT = "src/shop/ordering.py::distinct"


@pytest.fixture
def interrupted(shop):
    """``interrupted("optimize", ...)`` begins a command and interrupts it when it observes the target."""

    def begin(*words: str) -> str:
        process = subprocess.Popen(
            shop.command(*words),
            cwd=shop.root,
            env=shop.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        for line in process.stderr:
            if "observe" in line:
                process.send_signal(signal.SIGINT)
                break
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        (entry,) = shop.run("runs", "list", "--json").document["runs"]
        assert (entry["state"], entry["resumable"]) == ("interrupted", True)
        return entry["run"]

    return begin


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("tests/test_ordering.py", "\n\ndef test_more():\n    assert total([]) == 0\n", "changed"),
        ("src/shop/__init__.py", "VERSION = 2\n", "changed"),
        ("tests/conftest.py", "import pytest\n", "is new"),
    ],
)
def test_a_change_of_any_file_of_the_project_stops_it_until_it_is_undone(
    shop, interrupted, path, text, said
) -> None:
    run = interrupted("optimize", TOTAL)
    place = shop.root / path
    before = place.read_bytes() if place.exists() else None
    shop.change(path, lambda old: old + text)
    digest = shop.digest()
    refused = shop.run("runs", "resume", run)
    assert (refused.code, refused.out) == (2, "")
    assert f"run {run} can't go on" in refused.err
    assert f"{path} {said}" in refused.err
    assert f"start a new run: codeflash optimize {TOTAL}" in refused.err
    assert shop.digest() == digest
    assert shop.scratch() == []
    if before is None:
        place.unlink()
    else:
        place.write_bytes(before)
    assert "no source proposed a change" in shop.run("runs", "resume", run).out


def test_another_candidate_or_budget_stops_it(shop, interrupted, tmp_path) -> None:
    candidate = tmp_path / "candidate.py"
    candidate.write_text(shop.ordering.read_text() + "\n\nMORE = 1\n")
    words = ("verify", TOTAL, "--candidate", str(candidate))
    run = interrupted(*words)
    refused = shop.run(*words, "--resume", run, environment={"CODEFLASH_BUDGET": "7s"})
    assert (refused.code, refused.out) == (2, "")
    assert "the setting budget_seconds was 60.0, is 7.0" in refused.err
    candidate.write_text(shop.ordering.read_text() + "\n\nMORE = 2\n")
    refused = shop.run("runs", "resume", run)
    assert refused.code == 2
    assert "the candidate was " in refused.err


def test_the_winners_of_an_earlier_run_are_delivered_later(shop, tmp_path) -> None:
    before = shop.digest()
    first = shop.run("optimize", DISTINCT, "--json", "--budget", "120s")
    assert first.code == 0, first.err
    journal = shop.state / "runs" / first.document["run"] / "journal.jsonl"
    steps = journal.read_text().count('"kind": "step"')
    patched = shop.run("optimize", "--resume", "last", "--patch", str(tmp_path / "patches"))
    assert patched.code == 0, patched.err
    assert len(list((tmp_path / "patches").iterdir())) == 1
    assert shop.digest() == before
    applied = shop.run("optimize", "--resume", "last", "--apply", "--json")
    assert applied.code == 0, applied.err
    assert applied.document["delivered"] == [{"how": "apply", "paths": [str(shop.ordering)]}]
    assert "dict.fromkeys" in shop.ordering.read_text()
    # All that was measured was taken from the record.
    added = [
        json.loads(line)["name"] for line in journal.read_text().splitlines() if '"kind": "step"' in line
    ][steps:]
    assert all(name.startswith("prepare-together") for name in added)
    refused = shop.run("optimize", "--resume", "last", "--apply")
    assert refused.code == 2
    assert "src/shop/ordering.py changed" in refused.err
    shown = shop.run("runs", "resume", "last")
    assert shown.code == 0
    assert shown.document["results"] == applied.document["results"]


def test_a_file_that_changed_while_it_was_measured_is_not_overwritten(shop) -> None:
    process = subprocess.Popen(
        shop.command("optimize", DISTINCT, "--apply", "--budget", "120s"),
        cwd=shop.root,
        env=shop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if "confirming" in line:
            shop.change("src/shop/ordering.py", lambda text: text + "\n# edited meanwhile\n")
            break
    out, err = process.communicate(timeout=280)
    assert process.returncode == 2, out + err
    assert "src/shop/ordering.py is not the file that was measured; nothing was changed" in err
    assert "dict.fromkeys" not in shop.ordering.read_text()
    assert shop.ordering.read_text().endswith("# edited meanwhile\n")
    assert list(shop.ordering.parent.glob(".*codeflash*")) == []
