"""The parts of the HTML report that tell of one target."""

from __future__ import annotations

import math
from collections.abc import Sequence

from codeflash_core.model.comparison import Comparison
from codeflash_core.model.decision import Attempt, DecisionWord, TargetResult
from codeflash_core.model.verdict import Counterexample, Different, Undecided
from codeflash_core.reports import evidence, figures, lineage_html, plots, side_by_side
from codeflash_core.reports.text import escape
from codeflash_core.stats.blocks import estimate_block

_SAMPLES = 20_000
"""Raw samples that a report carries for one target; the journal has them all."""

WORDS = {
    DecisionWord.ACCEPTED: "accepted",
    DecisionWord.REJECTED: "rejected",
    DecisionWord.INCONCLUSIVE: "inconclusive",
    DecisionWord.NEEDS_EVIDENCE: "needs evidence",
}


def badge(word: DecisionWord) -> str:
    """Renders a decision.

    Args:
        word: The decision.
    """
    return f'<span class="badge {word.value}">{WORDS[word]}</span>'


def table(rows: Sequence[evidence.Row]) -> str:
    """Renders rows of name and value.

    Args:
        rows: The rows; none give nothing.
    """
    if not rows:
        return ""
    body = "".join(f'<tr><th scope="row">{escape(r.name)}</th><td>{escape(r.value)}</td></tr>' for r in rows)
    return f'<div class="scroll"><table class="list"><tbody>{body}</tbody></table></div>'


def bullets(items: Sequence[str], style: str = "") -> str:
    """Renders sentences as a list.

    Args:
        items: The sentences; none give nothing.
        style: A class of the style sheet.
    """
    if not items:
        return ""
    return f"<ul{f' class={style}' if style else ''}>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def target(result: TargetResult, anchor: str) -> str:
    """Renders all that is known of one target.

    Args:
        result: The end of its search.
        anchor: Id of the section in the page.
    """
    best = result.best
    parts = [
        f'<section class="card" id="{escape(anchor)}"><div class="head"><h2>{escape(result.target)}</h2>'
        f"{badge(result.decision.word)}</div>",
        _headline(result),
        bullets(result.decision.reasons),
    ]
    if best is not None:
        parts.append(_change(result, best))
    parts.append(_tried(result))
    parts.append(_growth(result))
    if best is not None:
        parts.append(_evidence(result, best))
    parts.append(_attempts(result))
    parts.append(lineage_html.story(result))
    if result.notes:
        parts.append(f"<h3>Notes</h3>{bullets(result.notes, 'cautions')}")
    parts.append("</section>")
    return "".join(parts)


def _headline(result: TargetResult) -> str:
    comparison = evidence.figure_of(result.best) if result.best is not None else None
    interval = comparison.interval if comparison is not None else None
    if interval is None:
        return ""
    claim = (
        f"at least {figures.ratio(interval.low)} times as fast on the inputs timed"
        if result.decision.word is DecisionWord.ACCEPTED
        else "the best candidate's speedup"
    )
    return (
        f'<p class="headline">{figures.interval(interval)} <small>{claim}, at {figures.level(interval.level)}, '
        f"{figures.count(interval.blocks, 'block')} of fresh processes</small></p>"
    )


def _change(result: TargetResult, best: Attempt) -> str:
    accepted = result.decision.word is DecisionWord.ACCEPTED
    parts = [f"<h3>{'The change' if accepted else 'The best candidate, not accepted'}</h3>"]
    if best.candidate.why:
        parts.append(f"<p>{escape(best.candidate.why)}</p>")
    parts.append(
        f'<p class="muted">Proposed by <code>{escape(best.candidate.source)}</code>{_steps(best)}</p>'
    )
    parts.append(bullets(best.candidate.cautions, "cautions"))
    known = bool(result.original) and bool(best.candidate.files)
    parts.append(
        side_by_side.file_diffs(result.original, best.candidate.files)
        if known
        else side_by_side.unified(best.diff)
    )
    return "".join(parts)


def _steps(attempt: Attempt) -> str:
    steps = attempt.candidate.steps
    return f", in {len(steps)} steps: {escape(', '.join(steps))}" if len(steps) > 1 else ""


def _tried(result: TargetResult) -> str:
    if not result.attempts:
        return ""
    rows = []
    for attempt in result.attempts:
        comparison = evidence.figure_of(attempt)
        rows.append(
            plots.IntervalRow(
                label=attempt.candidate.source,
                status=attempt.decision.word.value,
                note=_reason(attempt),
                interval=comparison.interval if comparison is not None else None,
                screening=attempt.comparison is None,
                cold=comparison.cold if comparison is not None else None,
            )
        )
    best = evidence.figure_of(result.best) if result.best is not None else None
    floor = result.control.noise_floor if result.control is not None else None
    plot = plots.interval_plot(rows, delta=best.delta if best is not None else 0.02, noise_floor=floor)
    return f'<h3>Everything that was tried</h3><div class="scroll">{plot}</div>'


def _reason(attempt: Attempt) -> str:
    if attempt.decision.reasons:
        return attempt.decision.reasons[0]
    if isinstance(attempt.verdict, Different):
        return f"different {attempt.verdict.counterexample.facet}"
    return attempt.verdict.why if isinstance(attempt.verdict, Undecided) else ""


def _growth(result: TargetResult) -> str:
    comparison = result.best.comparison if result.best is not None else None
    growth = result.growth or (comparison.growth if comparison is not None else None)
    plot = plots.growth_plot(growth) if growth is not None else ""
    blocks = _block_plot(comparison)
    parts = []
    if plot:
        parts.append(f"<div><h3>Growth with the size of the input</h3>{plot}</div>")
    if blocks:
        parts.append(f"<div><h3>Each block of the confirmation</h3>{blocks}</div>")
    return f'<div class="pair">{"".join(parts)}</div>' if parts else ""


def _ratios(comparison: Comparison) -> tuple[float, ...]:
    """The speedup that each sound block showed on the clock that decided."""
    ratios = []
    for block in comparison.blocks:
        try:
            ratios.append(math.exp(estimate_block(block).ratio(comparison.metric)))
        except (ValueError, OverflowError):
            continue  # a block that cannot be judged has no place in the plot; the comparison names the problem
    return tuple(ratios)


def _block_plot(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    return plots.block_plot(_ratios(comparison), comparison.interval)


def _evidence(result: TargetResult, best: Attempt) -> str:
    parts = []
    behaviour = list(evidence.behaviour_rows(best))
    if result.calls and behaviour:
        kinds = evidence.grades(result.grades)
        behaviour.append(
            evidence.Row("Inputs in the corpus", f"{result.calls:,}{f': {kinds}' if kinds else ''}")
        )
    if behaviour:
        parts.append(f"<div><h3>What was compared</h3>{table(behaviour)}</div>")
    speed = list(evidence.speed_rows(best.comparison)) if best.comparison is not None else []
    if result.control is not None:
        speed.append(evidence.control_row(result.control))
    if speed:
        parts.append(f"<div><h3>What was timed</h3>{table(speed)}</div>")
    verdict = best.verdict
    return "".join(
        [
            f'<div class="pair">{"".join(parts)}</div>' if parts else "",
            _survivors(best),
            _named("Tests that fail", verdict.evidence.tests_failed) if verdict is not None else "",
            bullets(verdict.evidence.notes, "cautions") if verdict is not None else "",
            _slower(best.comparison),
            _samples(best.comparison),
        ]
    )


def _named(title: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    return f"<h3>{title}</h3><ul>{''.join(f'<li><code>{escape(name)}</code></li>' for name in names)}</ul>"


def _survivors(attempt: Attempt) -> str:
    faults = evidence.surviving(attempt)
    if not faults:
        return ""
    rows = "".join(
        f'<tr><td class="n">{fault.line}</td><td><code>{escape(fault.before)}</code></td>'
        f"<td><code>{escape(fault.after)}</code></td></tr>"
        for fault in faults
    )
    return (
        "<h3>Seeded faults that no check caught</h3>"
        '<div class="scroll"><table class="list fit"><thead><tr><th class="n" scope="col">line</th>'
        f'<th scope="col">code</th><th scope="col">fault</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _slower(comparison: Comparison | None) -> str:
    if comparison is None or not comparison.slower_inputs:
        return ""
    rows = "".join(
        f'<tr><td><code>{escape(each.input, 24)}</code></td><td class="n">{figures.percent(each.share)}</td>'
        f'<td class="n">{figures.nanoseconds(each.loss_ns)}</td>'
        f"<td>{'within the limit' if each.allowed else 'beyond the limit'}</td></tr>"
        for each in comparison.slower_inputs
    )
    return (
        "<h3>Inputs that get slower</h3>"
        '<div class="scroll"><table class="list fit"><thead><tr><th scope="col">input</th>'
        '<th class="n" scope="col">share of the time</th><th class="n" scope="col">loss a call</th>'
        f'<th scope="col">limit: under 5 %, and 500 ns (1 µs beside a large gain)</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _samples(comparison: Comparison | None) -> str:
    if comparison is None or not comparison.blocks:
        return ""
    clock = comparison.metric if comparison.metric in ("cpu", "wall") else "cpu"
    lines, left = [], _SAMPLES
    for number, block in enumerate(comparison.blocks, 1):
        lines.append(
            f"block {number}  mode {block.mode}  hash seed {block.hash_seed}  {block.problem}".rstrip()
        )
        for samples in block.inputs:
            a, b = (samples.a_wall, samples.b_wall) if clock == "wall" else (samples.a_cpu, samples.b_cpu)
            lines.append(
                f"  input {samples.input[:12]}  weight {samples.weight:g}  calls per sample {samples.loops}"
            )
            for name, values in (("original ", a), ("candidate", b)):
                lines.append(
                    f"    {name} {' '.join(f'{value:.0f}' for value in values[: max(left, 0)])}".rstrip()
                )
                left -= len(values)
    if left < 0:
        lines.append(f"{-left:,} more samples are in the run's journal")
    total = figures.count(len(comparison.blocks), "block")
    return (
        f"<details><summary>Raw samples of {total}, nanoseconds a call, {clock} time</summary>"
        f"<pre>{escape(chr(10).join(lines), 2_000_000)}</pre></details>"
    )


def _attempts(result: TargetResult) -> str:
    others = [attempt for attempt in result.attempts if attempt is not result.best]
    if not others:
        return ""
    return f"<h3>The other candidates</h3>{''.join(_attempt(attempt) for attempt in others)}"


def _attempt(attempt: Attempt) -> str:
    comparison = evidence.figure_of(attempt)
    timed = comparison.interval if comparison is not None else None
    figure = f" <span>{figures.interval(timed)}</span>" if timed is not None else ""
    parts = [
        f"<details><summary>{badge(attempt.decision.word)} <code>{escape(attempt.candidate.source)}</code>"
        f'{figure} <span class="muted">{escape(_reason(attempt), 160)}</span></summary>',
        bullets(attempt.decision.reasons),
        f"<p>{escape(attempt.candidate.why)}</p>" if attempt.candidate.why else "",
        bullets(attempt.candidate.cautions, "cautions"),
    ]
    if isinstance(attempt.verdict, Different):
        parts.append(counterexample(attempt.verdict.counterexample))
    elif isinstance(attempt.verdict, Undecided):
        detail = f"<pre>{escape(attempt.verdict.detail)}</pre>" if attempt.verdict.detail else ""
        parts.append(f"<p>Undecided: {escape(attempt.verdict.why)}</p>{detail}")
    parts.append(side_by_side.unified(attempt.diff) if attempt.diff else "")
    parts.append("</details>")
    return "".join(parts)


def counterexample(found: Counterexample) -> str:
    """Renders an input on which two versions differ.

    Args:
        found: The input and what both did.
    """
    where = f" at <code>{escape(found.where)}</code>" if found.where else ""
    origin = f'<p class="muted">From {escape(found.origin)}{", made smaller" if found.shrunk else ""}</p>'
    return (
        f"<p>The {escape(found.facet)} differs{where}:</p>"
        f'<div class="scroll"><table class="list counterexample"><tbody>'
        f'<tr><th scope="row">call</th><td><code>{escape(found.call)}</code></td></tr>'
        f'<tr><th scope="row">original</th><td><code>{escape(found.original)}</code></td></tr>'
        f'<tr><th scope="row">candidate</th><td><code>{escape(found.candidate)}</code></td></tr>'
        f"</tbody></table></div>{f'<p>{escape(found.note)}</p>' if found.note else ''}"
        f"{origin if found.origin else ''}"
    )
