"""The HTML report of a run: one file without scripts that opens anywhere and loads nothing."""

from __future__ import annotations

from codeflash_core.model.decision import DecisionWord, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.reports import evidence, figures, lineage, sections
from codeflash_core.reports.style import STYLE
from codeflash_core.reports.text import escape

# Even a hole in the escaping could neither run a script nor call home.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render_html(report: RunReport) -> str:
    """Renders a run as one self-contained HTML document, to be written as UTF-8.

    The same report gives the same text.

    Args:
        report: A run.
    """
    title = f"{report.project}: performance report"
    anchors = [f"target-{number}" for number in range(1, len(report.results) + 1)]
    paired = list(zip(report.results, anchors, strict=True))
    return "".join(
        [
            opening(title),
            _header(report),
            "<main>",
            _index(paired),
            *(sections.target(result, anchor) for result, anchor in paired),
            _conditions(report),
            "</main>",
            f"<footer>Run {escape(report.run)}, codeflash {escape(report.version)}</footer></body></html>\n",
        ]
    )


def opening(title: str) -> str:
    """The beginning of a page, up to its body: it loads nothing and runs nothing.

    Args:
        title: What the window is called.
    """
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
    )


def _header(report: RunReport) -> str:
    return (
        f'<header class="top"><h1>{escape(report.project)}</h1>'
        f'<p class="muted">Performance report, {escape(report.started)}</p>{_tiles(report)}'
        f"{sections.bullets(report.notes, 'cautions')}</header>"
    )


def _tiles(report: RunReport) -> str:
    accepted = [result for result in report.results if result.decision.word is DecisionWord.ACCEPTED]
    tried = sum(len(result.attempts) for result in report.results)
    tiles = [
        (f"{len(accepted)} of {len(report.results)}", f"targets {report.outcome}"),
        (f"{tried:,}", "candidate tried" if tried == 1 else "candidates tried"),
    ]
    lows = [low for result in accepted if (low := _low(result)) is not None]
    if lows:
        tiles.append(
            (f"{figures.ratio(max(lows))}x", "largest measured speedup of an accepted change (lower bound)")
        )
    floors = [result.control.noise_floor for result in report.results if result.control is not None]
    if floors:
        tiles.append((figures.percent(max(floors), 2), "noise floor of this machine"))
    bill = lineage.bill_of(report.results)
    if bill.calls:
        told = figures.money(bill.money) if not bill.unpriced else f"{figures.money(bill.money)} +"
        tiles.append(
            (
                told,
                f"for {figures.count(bill.calls, 'request')}{' (some not priced)' if bill.unpriced else ''}",
            )
        )
    tiles.append((figures.seconds(report.seconds), "for the whole run"))
    body = "".join(
        f'<div class="tile"><b>{escape(b)}</b><span>{escape(text)}</span></div>' for b, text in tiles
    )
    return f'<div class="tiles">{body}</div>'


def _low(result: TargetResult) -> float | None:
    comparison = evidence.figure_of(result.best) if result.best is not None else None
    return comparison.interval.low if comparison is not None and comparison.interval is not None else None


def _index(paired: list[tuple[TargetResult, str]]) -> str:
    if not paired:
        return '<section class="card"><p>No target was worked on.</p></section>'
    rows = []
    for result, anchor in paired:
        comparison = evidence.figure_of(result.best) if result.best is not None else None
        interval = comparison.interval if comparison is not None else None
        reason = result.decision.reasons[0] if result.decision.reasons else ""
        rows.append(
            f'<tr><td><a href="#{anchor}"><code>{escape(result.target)}</code></a></td>'
            f"<td>{sections.badge(result.decision.word)}</td>"
            f'<td class="n">{escape(figures.interval(interval)) if interval is not None else ""}</td>'
            f"<td>{escape(reason, 200)}</td></tr>"
        )
    return (
        '<section class="card"><div class="scroll"><table class="list"><thead><tr><th scope="col">target</th>'
        '<th scope="col">decision</th><th class="n" scope="col">speedup</th><th scope="col">reason</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _conditions(report: RunReport) -> str:
    rows = [evidence.Row(name, value) for name, value in report.machine.facts.items()]
    rows.append(evidence.Row("Seed", str(report.seed)))
    if report.sandbox:
        rows.append(evidence.Row("Sandbox", report.sandbox))
    unconfined = (
        f"<h3>Not confined</h3>{sections.bullets(report.unconfined, 'cautions')}" if report.unconfined else ""
    )
    return (
        '<section class="card" id="conditions"><h2>Machine and method</h2>'
        f"<h3>Where this was measured</h3>{sections.table(rows)}{unconfined}"
        f"<h3>Measure it again</h3><pre>{escape(report.command)}</pre>{_METHOD}</section>"
    )


_METHOD = """<h3>How to read the figures</h3>
<p>Both versions run interleaved, in random order, in fresh processes; one process is one block. A speedup is
the original's time over the candidate's, followed by its interval from Student's t over the blocks. The test
looks at fixed block counts and spends 1 % of error on all looks together; stopping early biases the middle
figure upwards, so what is claimed is the lower bound. The noise floor is what the original shows against
itself on this machine. The figures hold for the inputs that were timed, on this machine; the comparison of
behaviour holds for the inputs and tests that are counted, and says nothing certain of others.</p>"""
