"""A session as JSON and as rows."""

import json

from codeflash_core.experiments import transitions
from codeflash_core.experiments.document import log_document, session_document
from codeflash_core.experiments.rows import baseline_row, closed_row
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.results_tsv import RowStatus


def test_a_document_says_where_it_stands_and_what_comes_next(make, tmp_path):
    place = CasePlace(tmp_path, "ada", "acme", "shop")
    for session, state, may_keep in [
        (make.based(), "ready", False),
        (make.on_trial(), "experiment", False),
        (make.on_trial(make.evaluation()), "experiment", True),
        (transitions.finished(make.based(), make.now), "finished", False),
    ]:
        document = json.loads(json.dumps(session_document(session, place)))
        assert (document["state"], document["may_keep"]) == (state, may_keep)
        assert document["next_step"] == transitions.next_step(session)
        assert document["folder"] == ".codeflash/ada/acme/shop"


def test_rows_hold_the_figures_of_the_measurement(make):
    session = make.on_trial(make.evaluation())
    after = transitions.kept(session, 1, make.closed(session))
    row = closed_row(after, after.closed[0])
    assert (row.before, row.after, row.speedup, row.low, row.high) == (1500.0, 789.5, 1.9, 1.8, 2.0)
    assert (row.status, row.unit, row.iteration) == (RowStatus.KEEP, "ns/call", 1)
    base = baseline_row(after, make.baseline(), "c0ffee")
    assert (base.status, base.iteration, base.before, base.after) == (RowStatus.BASELINE, 0, 1500.0, None)
    assert log_document((base, row))["rows"][1]["status"] == "keep"


def test_a_row_without_a_measurement_has_no_figures(make):
    session = transitions.discarded(make.on_trial(), 1, "wrong idea", make.now)
    row = closed_row(session, session.closed[0])
    assert (row.before, row.low, row.unit, row.metric) == (None, None, "", "")
    assert row.description == "wrong idea"
