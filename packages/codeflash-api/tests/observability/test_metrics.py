from __future__ import annotations

import pytest

from codeflash_api.feature import Feature
from codeflash_api.observability.metrics import Metrics, feature_of, outcome_of


@pytest.mark.parametrize(
    ("path", "feature"),
    [
        ("/ai/optimize-line-profiler", "optimize-line-profiler"),
        ("/ai/testgen_review", "testgen-review"),
        ("/ai/code_repair", "code-repair"),
        ("/ai/adaptive_optimize", "adaptive-optimize"),
        ("/ai/optimization_review", "optimization-review"),
        ("/cfapi/create-pr", "companion"),
        ("/ai/../../etc", "other"),
        ("/random-" + "x" * 1000, "other"),
    ],
)
def test_paths_are_counted_under_few_names(path: str, feature: str) -> None:
    assert feature_of(path) == feature


@pytest.mark.parametrize("feature", list(Feature))
def test_every_feature_has_a_name_of_its_own(feature: Feature) -> None:
    assert feature_of(f"/ai/{feature.value}") == feature.value


@pytest.mark.parametrize(
    ("status", "gone", "outcome"),
    [
        (200, False, "ok"),
        (404, False, "refused"),
        (503, False, "failed"),
        (None, False, "cancelled"),
        (None, True, "cancelled"),
    ],
)
def test_outcomes_follow_from_the_status(status: int | None, gone: bool, outcome: str) -> None:
    assert outcome_of(status, gone) == outcome


def test_two_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.begin()
    first.end("rank", "ok", 200, 0.01)
    assert b'feature="rank"' in first.text()
    assert b'feature="rank"' not in second.text()
