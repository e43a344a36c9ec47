"""Section 1: addresses, keys, ids, errors, limits."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from bodies import AI, ASKED, COMPANION, MARK, OPTIMIZE, RANK, TESTGEN
from manifest import KEY, each, keeps
from running_service import FIRST_KEY, Modelled, Service
from wholeness import check, error_of

BODIES: dict[str, Any] = {one.path: one.body for one in (*AI, *COMPANION)}
PATHS = (*BODIES, *ASKED)


@keeps("both ports answer both interfaces", "mark-as-success: something listens at the companion's port")
def test_both_ports_answer_both_interfaces(rules: Service) -> None:
    assert rules.main != rules.companion
    for address in (rules.main, rules.companion):
        assert rules.client.post(address + RANK.path, json=RANK.body).json() == {"ranking": [1, 0]}
        assert rules.client.post(address + MARK.path, json=MARK.body).status_code == 200


@keeps(*each(KEY, PATHS))
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer cf-nobodys-key", "Bearer sk-other", "Basic Y2Y6", "cf-without-a-scheme"],
    ids=["none", "unknown", "of another kind", "another scheme", "no scheme"],
)
def test_a_key_is_asked_for(rules: Service, path: str, authorization: str) -> None:
    headers = {"Authorization": authorization}
    answer = rules.post(path, BODIES[path], **headers) if path in BODIES else rules.get(path, **headers)
    # The client checks its key with this endpoint and knows 403 only.
    told = error_of(answer, 403 if path == "/cfapi/cli-get-user" else 401)
    assert "nobodys" not in told


@keeps("every answer has a request id of its own")
def test_every_answer_has_a_request_id_of_its_own(rules: Service) -> None:
    answers = [
        rules.post(RANK.path, RANK.body),
        rules.post(RANK.path, {}),
        rules.post("/ai/nothing", {}),
        rules.post(RANK.path, RANK.body, Authorization=""),
        rules.get("/cfapi/cli-get-user"),
    ]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 422, 404, 401, 200]
    assert all(re.fullmatch(r"[\w-]{8,}", each) for each in ids)
    assert len(set(ids)) == len(ids)


@keeps("errors are read from the key error")
@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b'{"a": NaN', b"[" * 500, b'{"a":' * 400],
    ids=["nothing", "half", "no text", "no number", "deep arrays", "deep objects"],
)
def test_what_is_no_json_is_a_422_with_error(rules: Service, path: str, content: bytes) -> None:
    address = rules.main + path
    error_of(rules.client.post(address, content=content, headers={"Content-Type": "application/json"}), 422)


@keeps("errors are read from the key error")
def test_other_refusals_have_their_status_and_error(rules: Service) -> None:
    error_of(rules.client.post(f"{rules.main}/ai/nothing", json={}), 404)
    error_of(rules.client.get(f"{rules.main}/ai/rank"), 405)
    error_of(rules.client.delete(f"{rules.companion}/cfapi/create-pr"), 405)
    error_of(rules.client.post(f"{rules.main}/ai/rank/", json=RANK.body, follow_redirects=False), 404)
    large = b'{"diffs": ["' + b"x" * (9 * 1024 * 1024) + b'"]}'
    error_of(rules.client.post(f"{rules.main}/ai/rank", content=large), 413)


@keeps("errors are read from the key error")
@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"], ids=["NUL", "half a surrogate pair"])
def test_what_is_no_text_is_refused(rules: Service, text: str) -> None:
    content = f'{{"source_code": "{text}", "trace_id": "t"}}'.encode()
    headers = {"Content-Type": "application/json"}
    error_of(rules.client.post(rules.main + OPTIMIZE.path, content=content, headers=headers), 422)


@keeps("a limit that is used up is 429 with Retry-After and what is left")
def test_a_limit_that_is_used_up_is_told(rules: Service, small_key: str) -> None:
    headers = {"Authorization": f"Bearer {small_key}"}
    answers = [rules.post(RANK.path, RANK.body, **headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    error_of(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["X-RateLimit-Limit"] == "2"


@keeps("the requests of one function may come at once")
def test_the_requests_of_one_function_may_come_at_once(rules: Service) -> None:
    first = [
        (TESTGEN.path, TESTGEN.changed("test_index", 0)),
        (TESTGEN.path, TESTGEN.body),
        (OPTIMIZE.path, OPTIMIZE.body),
    ]
    with ThreadPoolExecutor(5) as pool:
        for path, body, answer in pool.map(lambda each: (*each, rules.post(*each)), first):
            check(path, body, answer)
        for answer in pool.map(lambda _: rules.post(RANK.path, RANK.body), range(25)):
            check(RANK.path, RANK.body, answer)


@keeps("two processes share one database and its keys")
def test_the_first_key_counts_on_both_processes(rules: Service, modelled: Modelled) -> None:
    for service in (rules, modelled.service):
        answer = service.get("/cfapi/cli-get-user", Authorization=f"Bearer {FIRST_KEY}")
        assert (answer.status_code, answer.text) == (200, "owner")


@keeps("a trace id is any text")
@pytest.mark.parametrize("trace", ["", "eacb9650-7a52-4c1e-9a41-0d7f6f2fEXP1", "größe 🚀", "x" * 5_000])
def test_a_trace_id_is_any_text(rules: Service, trace: str) -> None:
    for one in (RANK, OPTIMIZE, TESTGEN):
        body = one.changed("trace_id", trace)
        check(one.path, body, rules.post(one.path, body))


@keeps("neither keys nor code are logged")
def test_neither_keys_nor_code_are_logged(rules: Service, modelled: Modelled) -> None:
    code = "```python:shop/ordering.py\ndef canary_of_the_code(): return 1\n```"
    body = OPTIMIZE.changed("source_code", code)
    broken = OPTIMIZE.changed("source_code", code.replace("return", "rĕturn ("))
    for service in (rules, modelled.says("canary of the model")):
        service.post(OPTIMIZE.path, body)
        service.post(OPTIMIZE.path, broken)
        service.post(OPTIMIZE.path, body, Authorization="Bearer cf-canary-key")
        log = service.log.read_text(encoding="utf-8")
        assert '"feature": "optimize"' in log
        assert "canary" not in log
        assert FIRST_KEY not in log
        assert service.key not in log


@keeps("web pages: not served, and said so")
@pytest.mark.parametrize("path", ["/codeflash/auth", "/review-optimizations/1", "/"])
def test_web_pages_are_not_served(rules: Service, path: str) -> None:
    answer: httpx2.Response = rules.client.get(rules.companion + path)
    error_of(answer, 404)
