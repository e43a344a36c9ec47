"""Each switch acts in the engine itself: what is refused with a part of the proof is accepted without it."""

import re

import pytest
import pytest_asyncio

from codeflash_core.sandbox import Mode
from codeflash_evals.ablation.cases import CONFIGURATIONS, chosen, read_cases
from codeflash_evals.ablation.judging import open_court

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

UNSEEN = "wrong: figures.py::percentile: percentile in whole numbers"
UNREACHED = "unreached: amounts.py::fee: one amount without a fee"
WARM = "warm: contacts.py::host_of: host of by a function that remembers"
RECORDED = "recorded: text.py::slug: titles of the tests by heart"


@pytest.fixture(scope="module")
def cases():
    return {case.id: case for case in chosen(read_cases(), [UNSEEN, UNREACHED, WARM, RECORDED])}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def court(cases, tmp_path_factory):
    """A run for the cases of this module."""
    folder = tmp_path_factory.mktemp("court")
    async with open_court(list(cases.values()), folder, Mode.AUTO) as court:
        yield court


@pytest.mark.parametrize(
    ("name", "without", "reason"),
    [
        (UNSEEN, "without growth", "behaviour differs"),
        (UNREACHED, "without adequacy", "no input reaches"),
        (WARM, "without cold", "not faster cold|only answers kept from earlier calls"),
        (RECORDED, "without confirmation", ""),
    ],
)
async def test_a_candidate_is_refused_by_the_whole_proof_and_accepted_without_a_part(
    court, cases, name, without, reason
):
    configurations = {each.name: each for each in CONFIGURATIONS}
    whole = await court.judge(cases[name], configurations["everything on"])
    partial = await court.judge(cases[name], configurations[without])
    assert not whole.accepted
    assert re.search(reason, whole.reason), whole.reason
    assert partial.accepted, partial.reason
