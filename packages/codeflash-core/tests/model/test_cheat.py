import json
from pathlib import Path

import pytest

from codeflash_core.model.cheat import SENTENCES, Cheat, CheatKind
from codeflash_core.model.decision import Decision, DecisionWord
from codeflash_core.model.side import Prepared, Side
from codeflash_core.model.verdict import Evidence, Same, Verdict
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter

CHEAT = Cheat(CheatKind.TIMING_HOOK, "total newly reads time.perf_counter")


@pytest.mark.parametrize("kind", CheatKind)
def test_every_kind_is_told_in_plain_words(kind):
    assert SENTENCES[kind] in str(Cheat(kind, "a fact"))


def test_a_reason_begins_with_the_accusation_and_ends_with_the_fact():
    assert str(CHEAT).startswith("cheating: ")
    assert str(CHEAT).endswith(CHEAT.fact)


def test_a_refusal_for_cheating_carries_the_kind():
    decision = Decision.cheating(CHEAT, "and it is wrong")
    assert (decision.word, decision.cheat) == (DecisionWord.REJECTED, CHEAT.kind)
    assert decision.reasons == (str(CHEAT), "and it is wrong")


def test_a_change_with_more_cheats_is_refused_for_them_first():
    prepared = Prepared(Side(), "", refusals=("another reason",)).refused_as((CHEAT,))
    assert prepared.refusal.reasons == (str(CHEAT), "another reason")
    assert prepared.refusal.cheat is CHEAT.kind
    assert Prepared(Side(), "", refusals=("another reason",)).refusal.cheat is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Prepared(Side(), "", cheats=(CHEAT,)), Prepared),
        (Decision.cheating(CHEAT), Decision),
        (Same(Evidence(suspicion=CHEAT, only_recorded=True)), Verdict),
    ],
)
def test_a_journal_keeps_it(value, kind, tmp_path: Path):
    converter = make_converter(BlobStore(tmp_path))
    plain = json.loads(json.dumps(converter.unstructure(value, kind)))
    assert converter.structure(plain, kind) == value


def test_a_record_from_before_cheats_were_named_is_read(tmp_path: Path):
    converter = make_converter(BlobStore(tmp_path))
    plain = converter.unstructure(Decision(DecisionWord.REJECTED, ("slower",)), Decision)
    del plain["cheat"]
    assert converter.structure(plain, Decision).cheat is None
