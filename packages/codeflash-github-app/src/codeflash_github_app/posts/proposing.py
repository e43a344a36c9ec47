"""The text of a pull request that is opened on top of another one."""

from __future__ import annotations

from codeflash_core.reports import figures
from codeflash_core.reports.text import one_line, visible
from codeflash_github_app.findings import Finding, Findings
from codeflash_github_app.posts import numbers
from codeflash_github_app.posts.commenting import marker


def title(finding: Finding) -> str:
    """The claim: the lower bound.

    Args:
        finding: An accepted finding.
    """
    assert finding.interval is not None
    name = visible(one_line(finding.function))
    return f"Speed up {name} by at least {figures.ratio(finding.interval.low)}x"[:250]


def message(finding: Finding) -> str:
    """The commit's message."""
    return f"{title(finding)}\n\n{visible(one_line(finding.why))}\n"


def body(finding: Finding, found: Findings, *, number: int, key: str, commit: str, budget: float) -> str:
    """What a maintainer needs in order to judge the change.

    Args:
        finding: An accepted finding.
        found: The run that it belongs to.
        number: The pull request that it stands on.
        key: The key that it is posted under.
        commit: The commit that it was found in.
        budget: Seconds for one function.
    """
    return "\n\n".join(
        [
            marker(key),
            f"For #{number}: merge it into that pull request's branch, or close it.",
            numbers.claim(finding),
            numbers.evidence(finding),
            numbers.repeat(finding, commit, budget),
            numbers.method(found),
        ]
    )
