from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.jobs import Job

from codeflash_core.errors import GitHubError
from codeflash_github_app.queue.backoff import LONGEST_SECONDS, MOST_TRIES, Backoff, wait
from codeflash_postgres.errors import DatabaseAway


def entry(attempts: int) -> Job:
    return Job(id=1, queue="jobs", lock=None, queueing_lock=None, task_name="run_job", attempts=attempts)


@pytest.mark.parametrize("told", [0.5, 60.0, 3600.0])
def test_a_limit_is_waited_for_and_a_little_longer(told: float) -> None:
    for attempts in range(20):
        assert told <= wait(GitHubError("limit", passing=True, retry_after=told), attempts) <= told + 5


def test_without_a_word_the_waits_grow_to_a_limit() -> None:
    problem = GitHubError("away", passing=True)
    waits = [wait(problem, attempts) for attempts in range(100)]
    assert 3.75 <= waits[0] <= 6.25
    assert all(each <= LONGEST_SECONDS * 1.25 for each in waits)
    assert waits[9] >= LONGEST_SECONDS * 0.75


@pytest.mark.parametrize("told", [-5.0, 1e9, float("nan"), float("inf")])
def test_a_limit_that_cannot_be_is_not_believed(told: float) -> None:
    assert wait(GitHubError("limit", passing=True, retry_after=told), 0) <= 6.25


def test_not_all_come_back_at_once() -> None:
    problem = GitHubError("limit", passing=True, retry_after=60)
    assert len({wait(problem, 0) for _ in range(20)}) > 1


def test_the_end_of_a_worker_costs_no_wait() -> None:
    decision = Backoff().get_retry_decision(exception=asyncio.CancelledError(), job=entry(99))
    assert decision is not None
    assert decision.retry_at is not None
    assert decision.retry_at <= datetime.now(UTC)


def test_github_and_the_database_are_waited_for_as_long_as_it_takes() -> None:
    for problem in (GitHubError("x", passing=True, retry_after=600), DatabaseAway("away", 2)):
        decision = Backoff().get_retry_decision(exception=problem, job=entry(1000))
        assert decision is not None
    limit = Backoff().get_retry_decision(
        exception=GitHubError("x", passing=True, retry_after=600), job=entry(0)
    )
    assert limit is not None
    assert limit.retry_at is not None
    assert limit.retry_at >= datetime.now(UTC) + timedelta(seconds=590)


def test_a_bug_is_not_tried_for_ever() -> None:
    assert Backoff().get_retry_decision(exception=ValueError(), job=entry(0)) is not None
    assert Backoff().get_retry_decision(exception=ValueError(), job=entry(MOST_TRIES)) is None
