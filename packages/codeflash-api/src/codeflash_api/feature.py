"""The features that are metered, limited and configured one by one."""

from __future__ import annotations

from enum import StrEnum

COMPANION = "companion"
"""The scope of keys for the companion API, which is no feature: nothing there is metered."""


class Feature(StrEnum):
    """One AI endpoint; the value is its name in settings, usage rows, prompts and metrics."""

    OPTIMIZE = "optimize"
    OPTIMIZE_LINE_PROFILER = "optimize-line-profiler"
    TESTGEN = "testgen"
    TESTGEN_REVIEW = "testgen-review"
    TESTGEN_REPAIR = "testgen-repair"
    REFINEMENT = "refinement"
    CODE_REPAIR = "code-repair"
    ADAPTIVE_OPTIMIZE = "adaptive-optimize"
    RANK = "rank"
    EXPLAIN = "explain"
    OPTIMIZATION_REVIEW = "optimization-review"
    LOG_FEATURES = "log-features"
    WORKFLOW_GEN = "workflow-gen"
