"""What a verdict and a measurement rest on, as rows of name and value: both kinds of report show them."""

from __future__ import annotations

import math

from attrs import frozen

from codeflash_core.model.comparison import Comparison, Control
from codeflash_core.model.decision import Attempt, TargetResult
from codeflash_core.model.verdict import Evidence, Fault, Undecided, verdict_word
from codeflash_core.reports import figures

MOST_PLACES = 5
"""Most places that are named in one line."""


@frozen
class Row:
    """One line of a table."""

    name: str
    value: str


def grades(counted: dict[str, int]) -> str:
    """Inputs by grade in one phrase: ``12 traced, 400 test``."""
    return ", ".join(f"{number:,} {grade}" for grade, number in counted.items())


def behaviour_rows(attempt: Attempt) -> tuple[Row, ...]:
    """Lists what says that the behaviour is the same (or not).

    Args:
        attempt: A candidate that was checked; one that was not gives no rows.
    """
    if attempt.verdict is None:
        return ()
    evidence = attempt.verdict.evidence
    word = {
        "same": "no difference found on what is counted below",
        "different": "different",
        "undecided": "undecided",
    }
    verdict = word[verdict_word(attempt.verdict)]
    if isinstance(attempt.verdict, Undecided):
        verdict += f": {attempt.verdict.why}"
    rows = [Row("Behaviour", verdict), Row("Inputs compared", _inputs(evidence))]
    if evidence.grades:
        rows.append(Row("Grades of inputs", grades(dict(evidence.grades))))
    if evidence.hash_seeds:
        rows.append(Row("Hash seeds", f"{evidence.hash_seeds}; these inputs were compared under each"))
    if evidence.fuzzed:
        rows.append(
            Row(
                "More inputs, made to find a difference",
                f"{evidence.fuzzed:,}, compared once, under one seed",
            )
        )
    if evidence.divergence_bound is not None:
        bound = figures.percent(evidence.divergence_bound, 3)
        rows.append(
            Row(
                "Inputs that could still differ",
                f"at most {bound} of inputs made as these were, were they drawn independently (95 %, rule 3/n); nothing is said "
                "of others",
            )
        )
    rows.append(Row("Project tests", _tests(evidence)))
    rows.append(Row("Seeded faults", _faults(evidence)))
    if evidence.unreached:
        rows.append(Row("Changed places that no input reaches", "; ".join(evidence.unreached[:MOST_PLACES])))
    return tuple(rows)


def _tests(evidence: Evidence) -> str:
    if not evidence.tests_passed and not evidence.tests_failed:
        return "none ran under the change"
    passed = f"{figures.count(evidence.tests_passed, 'test')} passed under the change"
    return f"{passed}, {len(evidence.tests_failed):,} failed" if evidence.tests_failed else passed


def _faults(evidence: Evidence) -> str:
    if not evidence.faults:
        return f"none seeded: {evidence.unseeded}" if evidence.unseeded else "none seeded"
    counting = [fault for fault in evidence.faults if fault.counts]
    caught = sum(fault.caught for fault in counting)
    score = evidence.mutation_score
    parts = [
        f"{caught} of {len(counting)} caught (mutation score {score:.2f})"
        if score is not None
        else "none counts"
    ]
    chosen = sum(fault.equivalent for fault in evidence.faults)
    if chosen:
        parts.append(f"{chosen} more in conditions whose paths all pass when they are forced")
    covered = sum(fault.fallback for fault in evidence.faults)
    if covered:
        parts.append(f"{covered} more only made the fallback answer, which was the same")
    return "; ".join(parts)


def _inputs(evidence: Evidence) -> str:
    if not evidence.calls:
        return "none: no call of the target could be kept"
    return f"{evidence.calls:,}: result, exception, arguments after the call, output, warnings, module data"


def surviving(attempt: Attempt) -> tuple[Fault, ...]:
    """Lists the seeded faults that no check caught and that count.

    Args:
        attempt: A candidate.
    """
    if attempt.verdict is None:
        return ()
    return tuple(fault for fault in attempt.verdict.evidence.faults if not fault.caught and fault.counts)


def speed_rows(comparison: Comparison) -> tuple[Row, ...]:
    """Lists what says that it is faster (or not).

    Args:
        comparison: A measurement.
    """
    rows = []
    if comparison.interval is not None:
        confidence, blocks = (
            figures.level(comparison.interval.level),
            figures.count(comparison.interval.blocks, "block"),
        )
        rows.append(Row("Speedup", f"{figures.interval(comparison.interval)} at {confidence}, {blocks}"))
    rows.append(Row("Outcome of the test", comparison.outcome.value.replace("-", " ")))
    rows.append(Row("Gain to exceed", figures.percent(comparison.delta)))
    clock = {"cpu": "CPU time of the thread", "wall": "wall time"}.get(comparison.metric, comparison.metric)
    rows.append(Row("Measured", clock))
    if comparison.interval is not None and math.isfinite(comparison.wall_mean):
        rows.append(
            Row(
                "Wall time",
                f"{figures.ratio(math.exp(min(comparison.wall_mean, 700)))}x, the geometric mean over the blocks",
            )
        )
    if comparison.cold is not None:
        rows.append(Row("On cold caches", figures.interval(comparison.cold)))
    if comparison.memory_ratio is not None:
        rows.append(Row("Peak memory", f"{figures.ratio(comparison.memory_ratio)} times the original's"))
    if comparison.problem:
        rows.append(Row("Problem", comparison.problem))
    return tuple(rows)


def control_row(control: Control) -> Row:
    """Says how noisy the machine was.

    Args:
        control: The original measured against itself.
    """
    floor = figures.percent(control.noise_floor, 2)
    state = "noisy, so more gain was asked for" if control.noisy else "quiet"
    return Row(
        "Noise floor (original against itself)",
        f"{floor}; mean {figures.percent(control.mean, 2)}, spread {figures.percent(control.spread, 2)}, "
        f"{figures.count(control.blocks, 'block')}: {state}",
    )


def figure_of(attempt: Attempt) -> Comparison | None:
    """The measurement to show for an attempt: the confirming one, else the screening."""
    return attempt.comparison if attempt.comparison is not None else attempt.screening


def growth_of(result: TargetResult) -> str:
    """Growth before and after in one phrase, empty when it was not fitted.

    Args:
        result: The end of one target's search.
    """
    comparison = result.best.comparison if result.best is not None else None
    growth = result.growth or (comparison.growth if comparison is not None else None)
    if growth is None:
        return ""
    return f"{figures.exponent(growth.a_exponent)} before, {figures.exponent(growth.b_exponent)} after"
