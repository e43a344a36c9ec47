import io
import json
import sys
from collections.abc import Callable

import pytest

from codeflash_core.door import go_through, print_json
from codeflash_core.errors import CodeflashError, ContractViolation, Place, StageError, UsageError


def raising(problem: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise problem

    return command


def go(command: Callable[[], int], *, wants_json: bool = False) -> int:
    return go_through(
        "prog",
        command,
        json=lambda: wants_json,
        known=lambda problem: StageError("record", "disk full") if isinstance(problem, OSError) else None,
        bug=lambda problem: ContractViolation(f"a bug: {problem}", "one\ntwo"),
    )


@pytest.mark.parametrize("code", [0, 1])
def test_an_answer_is_passed_on(code: int) -> None:
    assert go(lambda: code) == code


@pytest.mark.parametrize(
    ("problem", "code", "told"),
    [
        (UsageError("no such thing", "Try another."), 2, "prog: no such thing\n  Try another.\n"),
        (StageError("record", "the disk is full"), 2, "prog: the disk is full\n"),
        (OSError("any"), 2, "prog: disk full\n"),
        (ValueError("odd"), 3, "prog: a bug: odd\n  one\n  two\n"),
        (ContractViolation("two steps"), 3, "prog: a bug: two steps\n  one\n  two\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["usage", "stage", "known", "bug", "broken promise", "interrupted"],
)
def test_an_error_has_its_exit_code_and_text(
    problem: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert go(raising(problem)) == code
    assert tuple(capsys.readouterr()) == ("", told)
    # With JSON the text is the same, and there is a document besides.
    assert go(raising(problem), wants_json=True) == code
    said = capsys.readouterr()
    assert said.err == told
    assert set(json.loads(said.out)["error"]) == {"code", "message", "hint", "where"}


def test_the_document_names_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    go(raising(UsageError("odd", "Mend it.", Place("a.py", 3, 7))), wants_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "error": {
            "code": "usage",
            "message": "odd",
            "hint": "Mend it.",
            "where": {"path": "a.py", "line": 3, "column": 7},
        }
    }


def test_the_document_of_an_interruption_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    problem = KeyboardInterrupt()
    problem.add_note("To go on: this")
    assert go(raising(problem), wants_json=True) == 130
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["hint"]) == ("interrupted", "To go on: this")


def test_an_end_of_the_process_is_let_through() -> None:
    with pytest.raises(SystemExit):
        go(raising(SystemExit(0)))


def test_a_reader_that_has_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go: list[bool] = []
    monkeypatch.setattr("codeflash_core.door._let_go_of_stdout", lambda: let_go.append(True))
    assert go(raising(BrokenPipeError())) == 0
    assert let_go == [True]


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("wants_json", [False, True])
def test_an_error_that_nobody_reads_keeps_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, wants_json: bool
) -> None:
    monkeypatch.setattr("codeflash_core.door._let_go_of_stdout", lambda: None)
    monkeypatch.setattr(sys, "stderr", Gone())
    monkeypatch.setattr(sys, "stdout", Gone())
    assert go(raising(UsageError("odd")), wants_json=wants_json) == 2


def narrow(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """A stdout that takes ASCII only."""
    taken = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(taken, encoding="ascii"))
    return taken


def test_letters_that_the_terminal_lacks_are_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = narrow(monkeypatch)

    def command() -> int:
        print("✓ ok")
        return 0

    assert go(command) == 0
    assert taken.getvalue() == b"\\u2713 ok\n"


def test_a_document_is_one_whatever_stdout_can_take(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = narrow(monkeypatch)
    print_json({"mark": "✓", "path": "odd\udce4"})
    assert json.loads(taken.getvalue()) == {"mark": "✓", "path": "odd\udce4"}


def test_every_kind_of_error_has_a_place_for_a_place() -> None:
    kinds: list[type[CodeflashError]] = [UsageError, ContractViolation]
    assert [kind("x").where for kind in kinds] == [None, None]
    assert StageError("record", "x").where is None
    assert [str(Place("a.py")), str(Place("a.py", 3)), str(Place("a.py", 3, 7))] == [
        "a.py",
        "a.py:3",
        "a.py:3:7",
    ]
