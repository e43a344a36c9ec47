"""Every promise of the wire contract, and which tests keep it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bodies import AI, ASKED, COMPANION

F = TypeVar("F", bound=Callable[..., object])


def keeps(*promises: str) -> Callable[[F], F]:
    """Says which promises a test keeps."""

    def noted(test: F) -> F:
        test.promises = promises  # type: ignore[attr-defined]
        return test

    return noted


def each(what: str, endpoints: tuple[str, ...] = tuple(one.path for one in AI)) -> tuple[str, ...]:
    """The promise of that name for each endpoint."""
    return tuple(f"{path}: {what}" for path in endpoints)


_BODIES = tuple(one.path for one in (*AI, *COMPANION))
_ALL = (*_BODIES, *ASKED)
MODELS = tuple(one.path for one in AI if one.path not in ("/ai/log_features", "/ai/workflow-gen"))
"""Endpoints behind which a model may stand."""
LANGUAGES = (
    "/ai/optimize",
    "/ai/optimize-line-profiler",
    "/ai/testgen",
    "/ai/refinement",
    "/ai/code_repair",
    "/ai/testgen_review",
    "/ai/testgen_repair",
    "/ai/optimization_review",
)
"""Endpoints that are told a language."""
RERUN = ("/ai/optimize", "/ai/optimize-line-profiler", "/ai/testgen", "/ai/refinement", "/ai/code_repair")
"""Endpoints that can be asked for what was answered before."""

SUCCESS = "the contract's request is answered with exactly 200 and a whole object"
OPTIONAL = "optional fields may be absent or null"
UNKNOWN = "unknown fields are ignored"
REQUIRED = "a request without what it needs is refused with 422"
TYPES = "wrong types are refused with 422"
DECLARED = "every field of the contract stands in the OpenAPI document"
KEY = "a key is asked for"
GARBAGE = "what a model writes is passed on whole or not at all"
AWAY = "a provider that fails is an error"
SPOKEN = "other languages are served by a model, and refused with 501 without one"
AGAIN = "rerun_trace_id gets what was answered before"

PROMISES: dict[str, str] = {
    **{f"{path}: {SUCCESS}": "2, 5" for path in _ALL},
    **{f"{path}: {OPTIONAL}": "2, 5" for path in _BODIES},
    **{f"{path}: {UNKNOWN}": "2, 5" for path in _BODIES},
    **{f"{path}: {REQUIRED}": "1, 4" for path in _BODIES},
    **{f"{path}: {TYPES}": "1, 4" for path in _BODIES},
    **{f"{path}: {DECLARED}": "2, 5" for path in _BODIES},
    **{f"{path}: {KEY}": "1" for path in _ALL},
    **{f"{path}: {GARBAGE}": "4" for path in MODELS},
    **{f"{path}: {AWAY}": "4" for path in MODELS},
    **{f"{path}: {SPOKEN}": "2" for path in LANGUAGES},
    **{f"{path}: {AGAIN}": "2" for path in RERUN},
    # 1. Transport
    "both ports answer both interfaces": "1",
    "every answer has a request id of its own": "1",
    "errors are read from the key error": "1, 4",
    "a limit that is used up is 429 with Retry-After and what is left": "1",
    "the requests of one function may come at once": "1",
    "two processes share one database and its keys": "1",
    "two processes keep one limit when one of them is killed": "1",
    "a client that waits is answered before its 300 seconds are over": "1",
    "neither keys nor code are logged": "1",
    # 2. Shared forms
    "a block without a path is accepted for one file": "2",
    "a trace id is any text": "2",
    "dependency code may be empty": "2",
    "flat code and joined files are taken as they are": "2",
    # 2.1 to 2.13
    "optimize: candidates differ from the original and from each other": "2.1",
    "optimize: no more candidates than are wanted": "2.1",
    "optimize: nothing to propose is an empty list": "2.1",
    "optimize: a candidate keeps the path, the interface and other files": "2.1",
    "optimize-line-profiler: without a profile it answers as well": "2.2",
    "testgen: two indexes make two files": "2.3",
    "testgen: client-instrumented languages have all keys": "2.3",
    "refinement: the body is an array; new ids, the item's id as parent": "2.4",
    "code_repair: a bare candidate": "2.5",
    "adaptive_optimize: a bare candidate whose parent is the last one": "2.6",
    "rank: a permutation, best first; one and none are ranked too": "2.7",
    "log_features: missing figures are null": "2.8",
    "explain: throughput and concurrency are told where they were the reason": "2.9",
    "optimization_review: low for what is not worth a pull request": "2.10",
    "testgen_review: failed tests are named, and a fine file has an empty list": "2.11",
    "testgen_repair: the named tests are replaced, the others stay": "2.12",
    "workflow-gen: null, which makes the client write a file that works": "2.13",
    # 3. Generated tests
    "tests: every call is marked in both files": "3",
    "tests: line ids are indexes of statements": "3",
    "tests: repeats of a line are counted from 0 in every loop": "3",
    "tests: durations are in the markers of the timing file": "3",
    "tests: one row for each call, nine columns in their order": "3",
    "tests: rows of others in the file stay": "3",
    "tests: results are stored with the arguments after the call": "3",
    "tests: an exception is stored and raised again": "3",
    "tests: methods are named with their class": "3",
    "tests: what is printed by the call stands between its markers": "3",
    "tests: garbage collection is off during a call": "3",
    "tests: time comes from perf_counter_ns": "3",
    "tests: asynchronous tests set the line variable and assert": "3",
    "tests: there are enough calls, and they take time": "3",
    # 4. Bad answers that have a row of their own
    "rank: an index out of range is never sent": "4",
    "candidates: unfenced code is never sent": "4",
    "candidates: code that does not compile is never sent": "4",
    "candidates: an id never comes twice": "4",
    "testgen: tests that do not compile are never sent": "4",
    # 5. Companion
    "cli-get-user: bare text; 403 for a key that does not count": "5",
    "is-github-app-installed: the body is exactly true, or not": "5",
    "create-pr: the body is the number": "5",
    "deliveries: 503 without a GitHub app, and what the app says with one": "5",
    "setup-github-actions: success, pr_url and pr_number": "5",
    "verify-existing-optimizations: functions by file": "5",
    "is-already-optimized: pairs for known hashes only": "5",
    "mark-as-success: something listens at the companion's port": "5",
    "web pages: not served, and said so": "5",
    # The whole
    "the command makes code faster with candidates of the service": "1",
}
"""What is promised, and the section of the contract that asks for it."""

ELSEWHERE = {
    "two processes keep one limit when one of them is killed": (
        "usage/test_two_servers.py",
        "test_two_servers_share_a_limit_and_lose_no_call_when_one_is_killed",
    ),
    "a client that waits is answered before its 300 seconds are over": (
        "http/test_disconnect.py",
        "test_a_handler_that_never_answers_is_given_up",
    ),
}
"""Promises that are kept by tests of other folders, which need more control than a client has."""
