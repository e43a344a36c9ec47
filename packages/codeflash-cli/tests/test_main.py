import subprocess
import sys

import pytest

from codeflash_cli import __version__
from codeflash_core.errors import ContractViolation, StageError, UsageError

HEAVY = (
    "rich",
    "libcst",
    "httpx",
    "pytest",
    "pydantic",
    "attr",
    "attrs",
    "cattrs",
    "asyncio",
    "psutil",
    "codeflash_python",
)


def test_the_version_goes_to_stdout(codeflash) -> None:
    for word in ("--version", "-V"):
        said = codeflash(word)
        assert (said.code, said.out, said.err) == (0, f"codeflash {__version__}\n", "")


@pytest.mark.parametrize("command", ["optimize", "evaluate", "verify", "rank", "runs", "rules", "doctor"])
def test_every_command_explains_itself(codeflash, command) -> None:
    assert command in codeflash("--help").out
    said = codeflash(command, "--help")
    assert said.code == 0
    assert said.out.startswith(f"usage: codeflash {command}")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("fly",),
        ("optimize", "--no-such-option"),
        ("optimize", "--sandbox", "maybe", "x.py"),
        ("evaluate", "x.py::f"),
        ("evaluate", "x.py::f", "--candidate", "a", "--patch", "b"),
        ("rank", "--top", "many"),
        ("runs",),
        ("rules", "show"),
    ],
)
def test_bad_usage_ends_with_2_and_a_message_on_stderr(codeflash, words) -> None:
    said = codeflash(*words)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("codeflash: ")
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            (),
            "a command is wanted: optimize, evaluate, verify, rank, compare, case, pr, runs, rules, session, vm, init-actions or doctor\n  See: codeflash --help",
        ),
        (
            ("rnk",),
            "rank, compare, case, pr, runs, rules, session, vm, init-actions or doctor is wanted, not rnk\n  Did you mean rank?",
        ),
        (("runs",), "a command is wanted: list, show, resume or clean\n  See: codeflash runs --help"),
        (("rank", "--budgett", "5s"), "codeflash rank has no option --budgett\n  Did you mean --budget?"),
        (("runs", "list", "now"), "nothing more was expected: now"),
        (("optimize", "--sandbox", "maybe", "x.py"), "--sandbox: auto, require or off is wanted, not maybe"),
        (("rank", "--top", "0"), "argument --top: a whole number from 1 up is wanted, not 0"),
        (("rank", "--top", "-3"), "argument --top: a whole number from 1 up is wanted, not -3"),
        (("optimize", "x.py", "--bud", "5s"), "codeflash optimize has no option --bud"),
    ],
)
def test_what_is_wrong_with_the_words_is_named(codeflash, words, message) -> None:
    said = codeflash(*words)
    assert said.code == 2
    assert message in said.err


@pytest.mark.parametrize(
    "words", [("rules", "show", "nonsense"), ("fly",), ("rules", "list", "--fast"), ("runs", "show", "last")]
)
def test_with_json_an_error_is_a_document_on_stdout_and_a_text_on_stderr(codeflash, words) -> None:
    said = codeflash(*words, "--json")
    assert said.code == 2
    error = said.document["error"]
    assert set(error) == {"code", "message", "hint", "where"}
    assert error["code"] == "usage"
    assert said.err == f"codeflash: {error['message']}\n  {error['hint']}\n"


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["optimize", "--help"]])
def test_version_and_help_import_nothing_heavy(words) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "codeflash_cli", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "codeflash_cli" in imported
    assert {name for name in imported if name.partition(".")[0] in HEAVY} == set()
    if words == ["--version"]:
        assert "argparse" not in imported


@pytest.mark.parametrize(
    ("problem", "code", "text"),
    [
        (UsageError("no such thing", "Try another."), 2, "codeflash: no such thing\n  Try another.\n"),
        (StageError("record", "the disk is full"), 2, "codeflash: the disk is full\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors_end_at_one_door(codeflash, monkeypatch, problem, code, text) -> None:
    def fail(_):
        raise problem

    monkeypatch.setattr("codeflash_cli.commands.rules.run", fail)
    said = codeflash("rules", "list")
    assert (said.code, said.out, said.err) == (code, "", text)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (ZeroDivisionError("by zero"), "ZeroDivisionError: by zero"),
        (ContractViolation("two steps"), "two steps"),
    ],
)
def test_a_bug_of_ours_is_said_and_its_details_are_kept_in_a_file(
    codeflash, monkeypatch, tmp_path, problem, told
) -> None:
    def fail(_):
        raise problem

    monkeypatch.setattr("codeflash_cli.commands.rules.run", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = codeflash("rules", "list")
    assert said.code == 3
    assert said.out == ""
    assert f"codeflash: a bug of ours: {told}\n" in said.err
    (details,) = tmp_path.glob("codeflash-bug-*.txt")
    assert str(details) in said.err
    assert "Traceback" in details.read_text()


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "codeflash_cli", "rules", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
