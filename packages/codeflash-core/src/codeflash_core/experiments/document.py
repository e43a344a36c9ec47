"""A session as JSON, for agents and scripts. Keys are added, never renamed."""

from __future__ import annotations

from typing import Any

import cattrs

from codeflash_core.experiments.plateau import drought
from codeflash_core.experiments.transitions import has_earned_it, next_step
from codeflash_core.experiments.values import SCHEMA, Session
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.results_tsv import COLUMNS, Row

SPOTS = 20
"""Most functions of a profile in a document."""


def session_document(session: Session, place: CasePlace) -> dict[str, Any]:
    """Where a session stands, and what comes next."""
    told: dict[str, Any] = cattrs.unstructure(session)
    if told["profile"]:
        told["profile"]["hotspots"] = told["profile"]["hotspots"][:SPOTS]
    tried = drought(session)
    experiment = session.experiment
    evaluation = experiment.evaluation if experiment else None
    return {
        "schema": SCHEMA,
        "state": "finished" if session.finished else "experiment" if experiment else "ready",
        "next_step": next_step(session),
        "may_keep": bool(evaluation and has_earned_it(session, evaluation)),
        "plateau": {
            "experiments": tried.experiments,
            "techniques": list(tried.techniques),
            "limit": str(session.plateau),
            "reached": tried.reached,
        },
        "folder": place.relative,
        "session": told,
    }


def log_document(rows: tuple[Row, ...]) -> dict[str, Any]:
    """The rows as JSON."""
    return {"schema": SCHEMA, "columns": list(COLUMNS), "rows": [cattrs.unstructure(row) for row in rows]}
