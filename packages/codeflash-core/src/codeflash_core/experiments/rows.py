"""The rows of ``results.tsv`` that a session writes."""

from __future__ import annotations

from codeflash_core.experiments.method import machine_line
from codeflash_core.experiments.values import Baseline, Closed, Session
from codeflash_core.records.results_tsv import Row, RowStatus

UNIT = "ns/call"


def baseline_row(session: Session, baseline: Baseline, commit: str) -> Row:
    """The row of a baseline."""
    floor = f", noise floor {baseline.noise_floor:.2%}" if baseline.noise_floor is not None else ""
    return Row(
        iteration=0,
        commit=commit,
        target=baseline.target,
        domain=session.domain,
        technique="",
        metric=baseline.metric,
        unit=UNIT,
        before=baseline.nanoseconds,
        after=None,
        speedup=None,
        low=None,
        high=None,
        level=None,
        status=RowStatus.BASELINE,
        evidence=f"{baseline.calls} inputs{floor}",
        description=session.goal,
        recorded=baseline.recorded,
        run=baseline.run,
        machine=machine_line(baseline.method),
    )


def closed_row(session: Session, closed: Closed) -> Row:
    """The row of an experiment that has ended."""
    experiment = closed.experiment
    evaluation = experiment.evaluation
    measured = evaluation.measured if evaluation else None
    guard = evaluation.guard if evaluation else None
    evidence = [f"{measured.verdict}: {measured.evidence}"] if measured else []
    evidence += [evaluation.crash] if evaluation and evaluation.crash else []
    evidence += [f"guard {'passed' if guard.passed else 'failed'}"] if guard else []
    return Row(
        iteration=experiment.number,
        commit=closed.commit,
        target=experiment.target,
        domain=session.domain,
        technique=experiment.technique,
        metric=measured.metric if measured else "",
        unit=UNIT if measured and measured.before is not None else "",
        before=measured.before if measured else None,
        after=measured.after if measured else None,
        speedup=measured.point if measured else None,
        low=measured.low if measured else None,
        high=measured.high if measured else None,
        level=measured.level if measured else None,
        status=RowStatus(closed.status.value),
        evidence=", ".join(evidence),
        description=closed.description,
        recorded=closed.recorded,
        run=evaluation.run if evaluation else "",
        machine=machine_line(session.baseline.method) if session.baseline else "",
    )
