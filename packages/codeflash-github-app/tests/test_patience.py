import pytest

from codeflash_core.errors import GitHubError
from codeflash_github_app.patience import Patience


class Sleeper(list):
    async def __call__(self, seconds):
        self.append(seconds)


class Asked:
    def __init__(self, *problems):
        self.problems = list(problems)

    async def __call__(self):
        if self.problems:
            raise self.problems.pop(0)
        return "answer"


def patience(sleeper, **more):
    return Patience(sleep=sleeper, **more)


async def test_a_failure_that_passes_is_asked_again_each_time_later():
    sleeper = Sleeper()
    away = [GitHubError("away", status=502, passing=True) for _ in range(3)]
    assert await patience(sleeper).asked(Asked(*away)) == "answer"
    assert len(sleeper) == 3
    assert sleeper[0] < sleeper[1] < sleeper[2]


async def test_a_limit_is_waited_for_as_long_as_github_says():
    sleeper = Sleeper()
    await patience(sleeper).asked(Asked(GitHubError("limit", status=403, passing=True, retry_after=30)))
    assert 30 <= sleeper[0] <= 31


async def test_a_limit_without_a_time_is_waited_for_a_minute_about():
    sleeper = Sleeper()
    await patience(sleeper).asked(Asked(GitHubError("limit", status=403, passing=True)))
    assert sleeper[0] >= 45


@pytest.mark.parametrize(
    "problem", [GitHubError("no", status=422), GitHubError("limit", passing=True, retry_after=3600)]
)
async def test_a_refusal_and_a_limit_that_ends_late_are_told_at_once(problem):
    sleeper = Sleeper()
    with pytest.raises(GitHubError) as told:
        await patience(sleeper).asked(Asked(problem))
    assert told.value is problem
    assert sleeper == []


async def test_it_ends_after_all_tries():
    sleeper = Sleeper()
    away = [GitHubError("away", passing=True) for _ in range(9)]
    with pytest.raises(GitHubError, match="away"):
        await patience(sleeper, tries=3).asked(Asked(*away))
    assert len(sleeper) == 2
