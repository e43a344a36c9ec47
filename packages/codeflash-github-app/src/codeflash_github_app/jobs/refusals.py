"""What stands in the way of telling people what was found: it is told in another place, and nothing is lost for it."""

from __future__ import annotations

from codeflash_core.errors import CodeflashError, GitHubError


def told_of(problem: CodeflashError) -> str:
    """What people are told of something that stands in the way for good.

    Args:
        problem: What stands in the way.

    Raises:
        GitHubError: It is not for good: the job is taken up again.
    """
    if isinstance(problem, GitHubError) and problem.passing:
        raise problem
    return problem.message
