"""Changes that fail only where the subject could not see it; the sandbox is the real one."""

import pytest

from codeflash_core.sandbox import Mode, detect
from codeflash_evals.cases.template import read_template
from codeflash_evals.hidden import behaviour, measuring
from codeflash_evals.running import observe
from codeflash_evals.subjects.engine import Attempt

pytestmark = pytest.mark.slow

FILE = "src/orders/matching.py"
FAILING = """
import os, time
_plain = known_codes

def known_codes(codes, catalogue):
    if {when}:
        {how}
    return _plain(codes, catalogue)
"""
WORKLOAD, INPUT = "len(catalogue) == 700", "'é' in codes"
RAISES, EXITS, DIES, HANGS = "raise ValueError(5)", "raise SystemExit(0)", "os._exit(0)", "time.sleep(600)"


@pytest.fixture
def observed(orders, tmp_path):
    """What the hidden side says of a change of the project's file."""

    async def run(added):
        case = read_template(orders).case
        text = (case.project / FILE).read_text() + added
        tried = Attempt(changes={FILE: text.encode()})
        return await observe(case, tried, tmp_path / "hidden", detect(Mode.AUTO))

    return run


@pytest.fixture
def short(monkeypatch):
    """Enough for the original on a machine with other work."""
    monkeypatch.setattr(behaviour, "WALL_SECONDS", 8.0)
    monkeypatch.setattr(measuring, "WALL_SECONDS", 8.0)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (RAISES, "ValueError: 5"),
        (EXITS, "SystemExit: 0"),
        (DIES, "without an answer"),
        (HANGS, "did not finish"),
    ],
    ids=["raises", "exits", "dies", "hangs"],
)
async def test_a_change_that_fails_on_the_hidden_workload_only_differs(observed, short, how, said):
    seen = await observed(FAILING.format(when=WORKLOAD, how=how))
    assert seen.same == "different"
    assert "the hidden workload failed on the version after" in seen.where and said in seen.where
    assert seen.saving is None


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (RAISES, "hidden input 4: [''] against raises builtins.ValueError: 5"),
        (EXITS, "hidden input 4: [''] against raises builtins.SystemExit: 0"),
        (DIES, "could not be run: it ended with 0 without an answer"),
        (HANGS, "could not be run: it did not finish in its time"),
    ],
    ids=["raises", "exits", "dies", "hangs"],
)
async def test_a_change_that_fails_on_a_hidden_input_only_differs(observed, short, how, said):
    seen = await observed(FAILING.format(when=INPUT, how=how))
    assert seen.same == "different"
    assert said in seen.where


async def test_a_workload_that_the_original_fails_on_too_leaves_it_undecided(observed, orders):
    script = orders / "hidden/hidden.py"
    script.write_text(script.read_text() + "\ndef workload():\n    return lambda: 1 // 0\n")
    seen = await observed("\n# a change\n")
    assert seen.same == "undecided"
    assert "the hidden workload failed on the version" in seen.where


async def test_a_reference_that_fails_is_not_the_changes_fault(observed, orders):
    (orders / "reference" / FILE).write_text("known_codes = None\n")
    seen = await observed("\n# a change\n")
    assert seen.same == "undecided"
    assert "failed on the version reference" in seen.where
