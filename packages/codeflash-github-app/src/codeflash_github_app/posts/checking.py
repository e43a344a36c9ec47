"""What a check run says: of findings, of a comparison, of what came between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from codeflash_core.github.checks import MOST_ANNOTATIONS, Annotation, CheckOutput, Conclusion
from codeflash_core.reports import figures
from codeflash_core.reports.text import markdown_code, markdown_text, one_line, visible
from codeflash_core.stats.rows import Difference
from codeflash_core.versions.pages import render_markdown
from codeflash_core.versions.values import Row, VersionsComparison
from codeflash_github_app.findings import Finding, Findings
from codeflash_github_app.posts import numbers


@frozen
class Verdict:
    """How a check run ends.

    Attributes:
        conclusion: In GitHub's word; it is red only where the repository asks for that, and never for a fault of ours.
        output: What it shows.
    """

    conclusion: Conclusion
    output: CheckOutput

    def noting(self, notes: Sequence[str]) -> Verdict:
        """The same, with further notes, which stand first: a summary that is too long is cut at its end."""
        told = numbers.bullets(notes)
        if not told:
            return self
        return evolve(self, output=evolve(self.output, summary=f"{told}\n\n{self.output.summary}"))


def beginning(what: str) -> CheckOutput:
    """What it shows while the engine is at work.

    Args:
        what: What is looked at, Markdown.
    """
    return CheckOutput("Measuring", f"{what}\n\nThis can take some minutes.")


def of_findings(
    found: Findings,
    worth: Sequence[Finding],
    lines: Mapping[str, int],
    notes: Sequence[str],
    *,
    commit: str,
    budget: float,
) -> Verdict:
    """What was found in the functions of a pull request.

    Args:
        found: All of it.
        worth: Those that are worth telling of.
        lines: Where each function begins, by target.
        notes: What was left out or not understood.
        commit: The commit that was looked at.
        budget: Seconds for one function.
    """
    if worth:
        best = max(each.interval.low for each in worth if each.interval)
        title = f"{figures.count(len(worth), 'proven speedup')}: at least {figures.ratio(best)}x"
    elif found.of:
        title = f"Nothing faster was proven in {figures.count(len(found.of), 'changed function')}"
    else:
        title = "No function that was changed can be worked on"
    parts = [numbers.table(found.of)] if found.of else []
    for each in worth:
        parts += [numbers.claim(each), numbers.evidence(each), numbers.repeat(each, commit, budget)]
    parts.append(numbers.bullets((*notes, *found.notes)))
    if found.of:
        parts.append(numbers.method(found))
    summary = "\n\n".join(part for part in parts if part)
    text = "\n\n".join(numbers.patch(each) for each in worth)
    output = CheckOutput(title, summary or title, text, _annotations(worth, lines))
    return Verdict("neutral" if worth else "success", output)


def _annotations(worth: Sequence[Finding], lines: Mapping[str, int]) -> tuple[Annotation, ...]:
    found = []
    for each in worth:
        assert each.interval is not None
        line = lines.get(each.target, 1)
        told = visible(one_line(f"{each.why} Proven: {figures.interval(each.interval)}."))
        title = visible(f"{each.function} can be {figures.ratio(each.interval.low)}x as fast at least")
        found.append(Annotation(each.path, line, line, "notice", title[:255], told[:4000]))
    return tuple(found[:MOST_ANNOTATIONS])


def of_comparison(
    found: VersionsComparison, least: float, notes: Sequence[str], *, regressions_fail: bool
) -> Verdict:
    """What became of the repository's own benchmarks.

    Args:
        found: The comparison.
        least: Fraction from which a slower benchmark is told as a regression.
        notes: What was left out or not understood.
        regressions_fail: Whether a regression makes it fail.
    """
    worse = found.regressions(least)
    slower = [row for row in worse if row.outcome is Difference.SLOWER]
    lost = [row for row in worse if row.lost]
    faster = [row for row in found.rows if row.outcome is Difference.FASTER]
    open_rows = [row for row in found.rows if row.outcome is not None and row.outcome.value == "inconclusive"]
    told = [
        f"{figures.count(len(rows), 'benchmark')} {word}"
        for rows, word in (
            (slower, "slower"),
            (lost, "lost"),
            (faster, "faster"),
            (open_rows, "inconclusive"),
        )
        if rows
    ]
    below = [row for row in found.rows if row.outcome is Difference.SLOWER and row not in slower]
    if below:
        told.append(f"{figures.count(len(below), 'benchmark')} slower by less than {figures.percent(least)}")
    title = ", ".join(told) or "No benchmark differs"
    parts = [
        _named("Slower", slower),
        _named("Inconclusive: neither the same nor different for sure", open_rows),
    ]
    parts += [render_markdown(found), numbers.bullets(notes)]
    summary = "\n\n".join(part for part in parts if part)
    conclusion: Conclusion = "success"
    if worse:
        conclusion = "failure" if regressions_fail else "neutral"
    return Verdict(conclusion, CheckOutput(title, summary))


def _named(title: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    lines = [
        f"- {markdown_code(row.id)}{': ' + numbers.interval(row.interval) if row.interval else ''}"
        for row in rows
    ]
    return f"**{title}**\n\n" + "\n".join(lines)


def not_done(what: str, hint: str, notes: Sequence[str] = ()) -> Verdict:
    """Something of ours, or of the repository's environment, stood in the way: nobody's change is to blame.

    Args:
        what: What happened.
        hint: What to do.
        notes: What else was noticed.
    """
    parts = [markdown_text(what), markdown_text(hint), numbers.bullets(notes)]
    summary = "\n\n".join(part for part in parts if part)
    return Verdict("neutral", CheckOutput(visible(one_line(f"Not measured: {what}"))[:200], summary))


def left(why: str) -> Verdict:
    """It was stopped, or a newer commit took its place.

    Args:
        why: Which of it.
    """
    return Verdict("skipped", CheckOutput(why, f"{markdown_text(why)}. Nothing was posted for this commit."))
