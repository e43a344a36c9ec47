"""The tree of candidates, the ledger and the opinions, as parts of the HTML report."""

from __future__ import annotations

from codeflash_core.model.decision import TargetResult
from codeflash_core.model.spending import Bill
from codeflash_core.reports import figures, lineage
from codeflash_core.reports.text import escape

MOST_REQUESTS = 200
_INDENT = "  "


def story(result: TargetResult) -> str:
    """Renders where the candidates came from; nothing where there is no more to tell than what was tried.

    Args:
        result: The end of a search.
    """
    if not lineage.has_story(result):
        return ""
    rows = "".join(map(_row, lineage.descent(result)))
    tree = (
        _table(("candidate", "step", "source", "speedup", "what became of it", "price"), rows)
        if result.attempts
        else ""
    )
    note = (
        '<p class="muted">A candidate that was screened only is shown against the best version of that time; '
        "one that was confirmed, against the original.</p>"
    )
    return f"<h3>Where each candidate came from</h3>{note}{tree}{_ledger(result)}{_opinions(result)}"


def _row(each: lineage.Descent) -> str:
    attempt = each.attempt
    measured = attempt.comparison or attempt.screening
    figure = figures.interval(measured.interval) if measured and measured.interval else ""
    reason = attempt.decision.reasons[0] if attempt.decision.reasons else ""
    name = f"{_INDENT * each.depth}{'└ ' if each.depth else ''}"
    shown = f"<code>{escape(attempt.candidate.id)}</code>"
    return (
        f'<tr><td style="white-space:nowrap">{name}{f"<b>{shown}</b>" if each.winning else shown}</td>'
        f"<td>{escape(each.step)}</td>"
        f'<td>{escape(attempt.candidate.source, 100)}</td><td class="n">{escape(figure)}</td>'
        f'<td>{escape(attempt.decision.word.value)}: {escape(reason, 300)}</td><td class="n">'
        f"{escape(figures.money(attempt.candidate.cost.money))}</td></tr>"
    )


def _ledger(result: TargetResult) -> str:
    if not result.requests:
        return ""
    rows = "".join(
        f'<tr><td class="n">{each.number}</td><td>{escape(each.source)}</td><td>{escape(each.step)}</td>'
        f"<td>{escape(each.about, 60) or 'the original'}</td><td>{escape(each.outcome)}"
        f"{f': {escape(each.message, 200)}' if each.message else ''}</td>"
        f'<td class="n">{escape(figures.seconds(each.seconds))}</td>'
        f'<td class="n">{escape(figures.money(each.money))}</td></tr>'
        for each in result.requests[:MOST_REQUESTS]
    )
    total = escape(lineage.bill_text(Bill.of(result.requests)))
    heads = ("", "asked", "for", "about", "outcome", "time", "price")
    return f"<h3>What was asked, and what it cost</h3><p>{total}.</p>{_table(heads, rows)}"


def _opinions(result: TargetResult) -> str:
    if not result.opinions:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(each.source)}, {escape(each.step)}</th><td>{escape(each.text)}</td></tr>'
        for each in result.opinions
    )
    return (
        '<h3>Opinions</h3><p class="muted">They were asked for after the decision and did not change it.</p>'
        f'<div class="scroll"><table class="list"><tbody>{rows}</tbody></table></div>'
    )


def _table(heads: tuple[str, ...], rows: str) -> str:
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return f'<div class="scroll"><table class="list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
