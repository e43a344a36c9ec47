"""What strangers wrote does not steer a terminal."""

from __future__ import annotations

import pytest

from codeflash_cli.rendering.progress import PlainProgress
from codeflash_cli.rendering.results import print_report
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, Opinion, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.spending import Spending
from codeflash_core.pipeline.events import Noted

TITLE = "\x1b]0;owned\x07"
BIDI = "\u202e"
CUT = "\ud800"


def test_words_and_code_of_a_model_are_spelled_out(capsys: pytest.CaptureFixture[str]) -> None:
    made = Candidate("aaa", "service", {"m.py": ""}, f"Why {TITLE}.")
    best = Attempt(made, f"+x = 1  # {BIDI}{TITLE}\n", Decision(DecisionWord.ACCEPTED, (f"because {TITLE}",)))
    result = TargetResult(
        "m.py::f",
        best.decision,
        best,
        (best,),
        requests=(Spending(1, "m.py::f", "service", "review", "aaa", "answered"),),
        opinions=(Opinion("service", "review", f"high: {TITLE}{CUT}"),),
    )
    print_report(RunReport("run", "shop", "codeflash", "now", 3.0, "1", 0, (result,)))
    said = capsys.readouterr().out
    assert not any(each in said for each in ("\x1b", "\x07", BIDI, CUT))
    assert said.count(r"\x1b]0;owned\x07") == 4


def test_a_note_on_a_failure_is_spelled_out(capsys: pytest.CaptureFixture[str]) -> None:
    PlainProgress()(Noted(f"agent:codex proposes nothing: {TITLE}{CUT}"))
    said = capsys.readouterr().err
    assert r"\x1b]0;owned\x07\ud800" in said
