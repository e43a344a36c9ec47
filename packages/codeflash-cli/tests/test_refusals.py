"""Requests that can't be carried out: a clear message, exit 2, the tree as it was, nothing left behind."""

import json
import os
import sys

import pytest

from codeflash_core.records.journal import JOURNAL_VERSION
from codeflash_core.records.runs import Runs

TARGET = "src/shop/ordering.py::distinct"


@pytest.fixture
def refused(codeflash, shop):
    """``refused(*words)`` is what is said on stderr when the command ends with 2 and touches nothing."""

    def run(*words: str) -> str:
        before = shop.digest()
        said = codeflash(*words)
        assert said.code == 2, said.err
        assert said.out == ""
        assert "Traceback" not in said.err
        assert shop.digest() == before
        assert shop.scratch() == []
        return said.err

    return run


def test_no_target_is_refused(refused) -> None:
    assert "no target was given" in refused("optimize")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "Set CODEFLASH_API_URL"),
        ({"CODEFLASH_API_URL": "http://localhost:1"}, "Set CODEFLASH_API_KEY"),
        ({"CODEFLASH_API_URL": "localhost", "CODEFLASH_API_KEY": "cf-x"}, "address can't be used"),
    ],
    ids=["nothing", "no key", "no address"],
)
def test_the_service_as_a_source_wants_an_address_and_a_key(refused, monkeypatch, variables, said) -> None:
    for name in ("CODEFLASH_API_URL", "CODEFLASH_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert said in refused("optimize", TARGET, "--source", "service")


def test_a_project_can_t_have_the_key_sent_anywhere(refused, shop, monkeypatch) -> None:
    monkeypatch.delenv("CODEFLASH_API_URL", raising=False)
    monkeypatch.setenv("CODEFLASH_API_KEY", "cf-secret")
    place = shop.root / "pyproject.toml"
    text = place.read_text() if place.exists() else ""
    place.write_text(text + '\n[tool.codeflash]\napi-url = "https://ai.example.com"\n')
    said = refused("optimize", TARGET, "--source", "service")
    assert "confirm it: set CODEFLASH_API_URL=https://ai.example.com" in said
    assert "cf-secret" not in said


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("optimize", "src/shop/ordering.py::distnct"), "Did you mean src/shop/ordering.py::distinct?"),
        (("optimize", "src/shop/orderng.py::distinct"), "src/shop/ordering.py"),
        (("optimize", "src/shop/ordering.py::Basket.total"), "has no function Basket.total"),
        (
            ("evaluate", "src/shop/ordering.py::totl", "--candidate", "src/shop/ordering.py"),
            "ordering.py::total",
        ),
    ],
)
def test_an_unknown_target_is_refused_with_the_nearest(refused, words, near) -> None:
    err = refused(*words)
    assert near in err
    # Going on with this run would end in the same place.
    assert "runs resume" not in err


def test_a_target_outside_the_project_is_refused(refused, tmp_path) -> None:
    (tmp_path / "elsewhere.py").write_text("def f():\n    return 1\n")
    assert "not in the project" in refused("optimize", TARGET, str(tmp_path / "elsewhere.py::f"))


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("nowhere", "there is no file or folder nowhere", "Paths are relative"),
        ("src/shp", "there is no file or folder src/shp", "Did you mean src/shop"),
        ("src/shop/orderin.py", "there is no file src/shop/orderin.py", "Did you mean src/shop/ordering.py?"),
        ("src/shop/ordering.py:total", "no file or folder src", "Write src/shop/ordering.py::total."),
        ("shop.ordering.total", "no file or folder shop", "Write src/shop/ordering.py::total."),
        ("shop.ordering", "no file or folder shop", "Write src/shop/ordering.py."),
    ],
)
@pytest.mark.parametrize("command", ["optimize", "rank"])
def test_a_file_or_folder_that_is_not_there_is_refused_before_a_run_begins(
    refused, codeflash, command, name, message, hint
) -> None:
    err = refused(command, name)
    assert message in err
    assert hint in err
    assert codeflash("runs", "list").out == ""


def test_a_file_that_does_not_parse_is_refused_with_its_line(refused, shop) -> None:
    shop.change("src/shop/ordering.py", lambda text: text + "\ndef broken(:\n")
    assert "does not parse: line 17" in refused("optimize", TARGET)


@pytest.mark.parametrize("name", ["nothing", "/nowhere/python", "pyproject.toml"])
def test_a_missing_interpreter_is_refused(refused, name) -> None:
    assert "there is no interpreter" in refused("optimize", TARGET, "--python", name)


def test_an_interpreter_that_is_too_old_is_refused(refused, tmp_path) -> None:
    old = tmp_path / "python3.8"
    old.write_text('#!/bin/sh\necho \'[[3, 8, 1], "/usr", "lib"]\'\n')
    old.chmod(0o755)
    err = refused("optimize", TARGET, "--python", str(old))
    assert "Python 3.8" in err
    assert "3.9" in err


def test_an_interpreter_that_does_not_answer_is_refused(refused, tmp_path) -> None:
    odd = tmp_path / "python"
    odd.write_text("#!/bin/sh\nexit 1\n")
    odd.chmod(0o755)
    assert "does not work" in refused("optimize", TARGET, "--python", str(odd))


def test_missing_tests_are_refused(refused) -> None:
    assert "there are no tests at test/nothing.py" in refused(
        "optimize", TARGET, "--tests", "test/nothing.py"
    )


def test_a_folder_without_functions_can_t_be_ranked(codeflash, tmp_path, monkeypatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    said = codeflash("rank", "--python", sys.executable)
    assert (said.code, said.out) == (2, "")
    assert f"there is no function to rank in {tmp_path / 'empty'}" in said.err


def test_a_missing_workload_is_refused(refused) -> None:
    err = refused("optimize", TARGET, "--workload", "nothing.py")
    assert err.startswith("codeflash: can't read the workload nothing.py: No such file or directory\n")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--budget", "soon"), "codeflash: --budget: not a duration: soon\n  Write it like 60s"),
        (("--budget", "-5s"), "codeflash: --budget: a duration above 0 is wanted, not -5s\n  Write it like"),
        (("--budget=-5s",), "--budget: a duration above 0 is wanted, not -5s"),
        (("--budget", "0"), "--budget: a duration above 0 is wanted, not 0"),
        (("--seed", "x"), "--seed: a whole number is wanted, not x"),
        (("--float-tolerance", "much"), "--float-tolerance: not a fraction: much"),
        (("--float-tolerance", "-1"), "--float-tolerance: a fraction from 0 to below 1 is wanted, not -1"),
        (
            ("--float-tolerance", "200%"),
            "--float-tolerance: a fraction from 0 to below 1 is wanted, not 200%",
        ),
        (("--source", "nobody"), "no such source: nobody"),
    ],
)
def test_settings_that_make_no_sense_are_refused(refused, words, text) -> None:
    assert text in refused("optimize", TARGET, *words)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--report", "src"), "can't write the report src: it is a folder"),
        (("--report", "pyproject.toml/report.html"), "pyproject.toml can't be written"),
        (("--patch", "pyproject.toml"), "can't write patches to pyproject.toml: it is a file"),
    ],
)
def test_a_result_that_could_not_be_written_is_refused_before_the_work(
    refused, codeflash, words, text
) -> None:
    assert text in refused("optimize", TARGET, *words)
    assert codeflash("runs", "list").out == ""


def test_a_target_that_the_tests_swallowed_is_explained(refused) -> None:
    assert "name the target before it" in refused("optimize", "--tests", "tests", TARGET)


def test_a_state_folder_that_can_t_be_written_is_refused(codeflash, shop, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "file"))
    before = shop.digest()
    said = codeflash("optimize", TARGET)
    assert (said.code, said.out) == (2, "")
    assert "CODEFLASH_STATE_DIR" in said.err
    assert shop.digest() == before


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_state_folder_is_refused(codeflash, shop, monkeypatch, tmp_path) -> None:
    (tmp_path / "sealed").mkdir(mode=0o500)
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "sealed" / "state"))
    said = codeflash("optimize", TARGET)
    assert (said.code, said.out) == (2, "")
    assert "CODEFLASH_STATE_DIR" in said.err


def test_a_full_disk_is_refused(codeflash, shop, monkeypatch) -> None:
    import errno

    def full(_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("codeflash_core.records.journal.os.fsync", full)
    said = codeflash("optimize", TARGET)
    assert said.code == 2
    assert "the disk is full" in said.err
    assert shop.scratch() == []


@pytest.mark.parametrize("command", ["evaluate", "verify"])
def test_a_candidate_that_can_t_be_read_is_refused(refused, command) -> None:
    assert "can't read the candidate" in refused(command, TARGET, "--candidate", "nothing.py")
    assert "can't read the patch" in refused(command, TARGET, "--patch", "nothing.patch")
    assert "a function is wanted" in refused(
        command, "src/shop/ordering.py", "--candidate", "src/shop/ordering.py"
    )


@pytest.fixture
def told_of_candidate(codeflash, shop, tmp_path):
    """``told_of_candidate(data)`` is the error that a candidate of these bytes ends with, before a run begins."""

    def judge(data: bytes, command: str = "verify"):
        given = tmp_path / "theirs.py"
        given.write_bytes(data)
        said = codeflash(command, TARGET, "--candidate", str(given), "--json")
        assert said.code == 2
        assert codeflash("runs", "list").out == ""
        error = said.document["error"]
        assert error["message"] in said.err
        assert error["where"]["path"] == str(given)
        return error

    return judge


@pytest.mark.parametrize("command", ["evaluate", "verify"])
def test_a_candidate_that_does_not_parse_is_named_with_line_and_column(told_of_candidate, command) -> None:
    error = told_of_candidate(b"import os\n\n\ndef distinct(names:\n    return names\n", command)
    assert "theirs.py:4:13: the candidate is no Python: '(' was never closed" in error["message"]
    assert (error["where"]["line"], error["where"]["column"]) == (4, 13)


def test_a_candidate_that_parses_and_does_not_compile_is_refused(told_of_candidate) -> None:
    error = told_of_candidate(b"def distinct(names):\n    pass\nreturn 1\n")
    assert "'return' outside function" in error["message"]
    assert error["where"]["line"] == 3


def test_a_candidate_that_is_no_text_is_refused(told_of_candidate) -> None:
    error = told_of_candidate(b"def distinct(names):\n    return 'caf\xe9'\n")
    assert "theirs.py:2:16: can't read the file as text: the byte 0xe9 is no utf-8" in error["message"]
    assert (error["where"]["line"], error["where"]["column"]) == (2, 16)


def test_a_candidate_without_the_target_is_refused(told_of_candidate) -> None:
    error = told_of_candidate(b"def distinkt(names):\n    return names\n")
    assert "has no function distinct" in error["message"]
    assert error["hint"] == "Did you mean distinkt?"
    assert "whole new text of ordering.py" in told_of_candidate(b"")["hint"]


def test_a_candidate_that_changes_nothing_is_refused(told_of_candidate, shop) -> None:
    assert "is what ordering.py is already" in told_of_candidate(shop.ordering.read_bytes())["message"]


def test_a_target_that_is_not_there_is_named_before_the_candidate(refused, tmp_path) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n")
    err = refused("evaluate", "src/shop/orderin.py::f", "--candidate", str(tmp_path / "broken.py"))
    assert "there is no file src/shop/orderin.py" in err


def test_a_patch_that_breaks_a_file_is_named_with_its_place(codeflash, tmp_path) -> None:
    patch = tmp_path / "broken.patch"
    patch.write_text(
        "--- a/src/shop/ordering.py\n+++ b/src/shop/ordering.py\n@@ -11,5 +11,5 @@\n \n \n"
        '-def total(prices):\n+def total(prices:\n     """The sum of all prices."""\n     return sum(prices)\n'
    )
    said = codeflash("verify", TARGET, "--patch", str(patch), "--json")
    assert said.code == 2, said.err
    error = said.document["error"]
    assert f"as the patch {patch} leaves it: '(' was never closed" in error["message"]
    assert error["where"] == {"path": "src/shop/ordering.py", "line": 13, "column": 10}


@pytest.mark.parametrize("name", ["missing.patch", "src"])
def test_a_patch_that_is_no_file_is_refused(refused, name) -> None:
    assert f"can't read the patch {name}" in refused("verify", TARGET, "--patch", name)


def test_a_patch_may_come_through_a_pipe_but_not_be_empty(refused) -> None:
    reading, writing = os.pipe()
    os.close(writing)
    assert "does not apply" in refused("verify", TARGET, "--patch", f"/dev/fd/{reading}")
    os.close(reading)


def test_a_patch_that_does_not_apply_is_refused(refused, tmp_path) -> None:
    patch = tmp_path / "odd.patch"
    patch.write_text(
        "--- a/src/shop/ordering.py\n+++ b/src/shop/ordering.py\n@@ -1 +1 @@\n-nothing like it\n+x = 1\n"
    )
    assert "does not apply" in refused("evaluate", TARGET, "--patch", str(patch))


def test_a_patch_without_git_is_refused(refused, tmp_path, monkeypatch) -> None:
    (tmp_path / "a.patch").write_text("")
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert "git is not installed" in refused("evaluate", TARGET, "--patch", str(tmp_path / "a.patch"))


def test_changes_since_a_revision_need_a_repository(refused) -> None:
    err = refused("optimize", "--diff", "HEAD")
    assert "is no git repository" in err
    assert "Name targets" in err


@pytest.mark.parametrize(
    "words", [("show", "nothing"), ("resume", "last"), ("clean", "nothing"), ("clean",), ("show", "last")]
)
def test_runs_that_do_not_exist_are_refused(refused, words) -> None:
    assert refused("runs", *words).startswith("codeflash: no ")


def test_a_refused_run_is_listed_as_refused_and_not_offered_again(codeflash, shop) -> None:
    assert codeflash("optimize", "--diff", "HEAD").code == 2
    (entry,) = codeflash("runs", "list", "--json").document["runs"]
    assert (entry["state"], entry["finished"], entry["resumable"]) == ("refused", False, False)
    assert "is no git repository" in entry["message"]
    said = codeflash("runs", "list")
    assert f"{entry['run']}  refused      my pröject  codeflash optimize --diff HEAD" in said.out
    assert "runs resume" not in said.err
    for action in ("show", "resume"):
        said = codeflash("runs", action, entry["run"])
        assert (said.code, said.out) == (2, "")
        assert f"was refused: {shop.root} is no git repository" in said.err
        assert "Start it anew: codeflash optimize" in said.err
    assert "no run was interrupted" in codeflash("runs", "resume", "last").err
    assert codeflash("runs", "clean", entry["run"]).out == f"deleted {entry['run']}\n"
    assert codeflash("runs", "list").out == ""


@pytest.fixture
def recorded(shop):
    """``recorded(words, *entries)`` is the name of a run with these lines in its journal."""

    def make(words, *entries, version: int = JOURNAL_VERSION) -> str:
        folder = Runs(shop.state).create()
        header = {
            "kind": "header",
            "project": str(shop.root),
            "cwd": str(shop.root),
            "arguments": list(words),
        }
        lines = [json.dumps({"v": version, **entry}) + "\n" for entry in (header, *entries)]
        (folder / "journal.jsonl").write_text("".join(lines))
        return folder.name

    return make


def test_an_interrupted_run_is_not_shown_but_offered_to_be_resumed(codeflash, recorded) -> None:
    run = recorded(["optimize", TARGET])
    said = codeflash("runs", "show", "last")
    assert (said.code, said.out) == (2, "")
    assert f"codeflash runs resume {run}" in said.err
    assert "interrupted" in codeflash("runs", "list").out
    assert "codeflash runs resume RUN" in codeflash("runs", "list").err
    assert codeflash("runs", "clean", "--all").out == f"deleted {run}\n"


def test_a_run_of_an_older_version_is_listed_and_refused_with_a_sentence(codeflash, recorded) -> None:
    run = recorded(["optimize", TARGET], {"kind": "end", "report": {}}, version=1)
    assert f"{run}  unreadable" in codeflash("runs", "list").out
    for action in ("show", "resume"):
        said = codeflash("runs", action, run)
        assert (said.code, said.out) == (2, "")
        assert "is recorded in format 1; this version of codeflash reads format 3" in said.err
    assert codeflash("runs", "clean", run).out == f"deleted {run}\n"


def test_a_report_of_another_shape_is_refused_with_a_sentence(codeflash, recorded) -> None:
    run = recorded(["optimize", TARGET], {"kind": "end", "how": "done", "report": {}, "value": {"run": 3}})
    said = codeflash("runs", "show", run)
    assert (said.code, said.out) == (2, "")
    assert f"the report of run {run} can't be read by this version" in said.err


def test_a_ranking_is_not_resumed(codeflash, recorded) -> None:
    run = recorded(["rank", "--top", "3"])
    said = codeflash("runs", "resume", run)
    assert (said.code, said.out) == (2, "")
    assert "is of rank" in said.err
    assert "codeflash rank --top 3" in said.err
    assert "keeps no report" in codeflash("runs", "show", run).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("optimize", "src/shop/ordering.py::total"), "targets can't be changed"),
        (("optimize", "--seed", "4"), "seed can't be changed"),
        (("verify", TARGET, "--candidate", "pyproject.toml"), "is of optimize, not of verify"),
    ],
)
def test_a_run_is_not_resumed_as_another_request(refused, recorded, words, said) -> None:
    run = recorded(["optimize", TARGET])
    assert said in refused(*words, "--resume", run)


def test_a_run_whose_folder_is_gone_is_not_resumed(codeflash, recorded, shop, tmp_path) -> None:
    run = recorded(["optimize", TARGET])
    journal = shop.state / "runs" / run / "journal.jsonl"
    text = journal.read_text()
    assert json.dumps(str(shop.root)) in text
    journal.write_text(text.replace(json.dumps(str(shop.root)), json.dumps(str(tmp_path / "gone"))))
    assert "the run's folder is gone" in codeflash("runs", "resume", run).err


def test_doctor_describes_machine_project_and_settings(codeflash, shop) -> None:
    said = codeflash("doctor", "--json", "--python", sys.executable)
    document = said.document
    assert said.code == 0, document["problems"]
    assert document["project"]["root"] == str(shop.root)
    assert document["project"]["import_roots"][0] == "src"
    assert document["project"]["tests"] == ["tests"]
    assert document["settings"]["python"]["from"] != "default"
    assert document["settings"]["seed"] == {"value": 0, "from": "default"}
    assert document["sandbox"]["mechanism"]
    assert document["state"] == str(shop.state)
    assert "rewrites" in document["sources"]
    text = codeflash("doctor").out
    assert "formatter = auto" in text
    assert "tests = found" in text
    for part in ("sandbox:", "interpreter:", "settings:", str(shop.root)):
        assert part in text


def test_doctor_says_what_is_missing(codeflash, shop, tmp_path) -> None:
    odd = tmp_path / "python"
    odd.write_text("#!/bin/sh\nexit 1\n")
    odd.chmod(0o755)
    said = codeflash("doctor", "--python", str(odd), "--json")
    assert said.code == 1
    assert any("does not work" in problem for problem in said.document["problems"])


def test_doctor_says_which_settings_were_not_understood_or_change_nothing(
    codeflash, shop, monkeypatch
) -> None:
    table = '\n[tool.codeflash]\ntests-root = "tests"\nbudgett = "3s"\ndisable-telemetry = true\n'
    shop.change("pyproject.toml", lambda text: text + table)
    monkeypatch.setenv("CODEFLASH_SEED", "7")
    said = codeflash("doctor", "--json", "--python", sys.executable)
    document = said.document
    assert document["settings"]["seed"] == {"value": 7, "from": "CODEFLASH_SEED"}
    assert document["settings"]["tests"] == {"value": ["tests"], "from": "pyproject.toml, tests-root"}
    assert document["warnings"] == ["unknown key in [tool.codeflash]: budgett; did you mean budget?"]
    assert document["passed_over"] == {"disable-telemetry": "there is none"}
    assert "budgett; did you mean budget?" in said.err
    text = codeflash("doctor").out
    assert "tests = tests  (pyproject.toml, tests-root)" in text
    assert "seed = 7  (CODEFLASH_SEED)" in text
    assert "disable-telemetry is passed over: there is none" in text


@pytest.mark.parametrize(
    "command", [("optimize", TARGET), ("compare", "HEAD", "HEAD"), ("rank",)], ids=lambda words: words[0]
)
def test_a_program_of_the_project_is_not_started_where_the_sandbox_is_required(
    refused, shop, monkeypatch, tmp_path, command
) -> None:
    told = tmp_path / "told"
    own = shop.root / ".venv" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.write_text(f'#!/bin/sh\ntouch {told}\nexec {sys.executable} "$@"\n')
    own.chmod(0o755)
    assert "a file of the project" in refused(*command, "--sandbox", "require")
    monkeypatch.setenv("CODEFLASH_TRUSTED", "no")
    assert "not trusted" in refused(*command)
    assert not told.exists()
