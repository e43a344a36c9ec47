"""The parts of the webhook's benchmark that can be wrong without anybody noticing."""

import hashlib
import hmac
import json

import pytest


@pytest.fixture
def webhook(tool, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return tool("benchmarks/webhook.py")


@pytest.fixture
def page(tool):
    return tool("benchmarks/page.py")


def test_deliveries_are_signed_and_each_of_another_pull_request(webhook):
    told = set()
    for number in range(30):
        head, _, body = webhook.delivery(number).raw.partition(b"\r\n\r\n")
        made = hmac.new(webhook.SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert f"X-Hub-Signature-256: sha256={made}".encode() in head
        payload = json.loads(body)
        told.add((payload["repository"]["id"], payload["pull_request"]["number"]))
        assert len(body) > webhook.BODY_BYTES
    assert len(told) == 30
    assert len({repository for repository, _ in told}) == 3


@pytest.mark.parametrize("at_once", [1, 7, 100])
async def test_so_many_are_sent_as_were_asked_for(webhook, monkeypatch, at_once):
    sent = []

    async def offer(port, request, *, rate, connections, seconds):
        sent.append((int(rate * seconds), connections))
        return []

    monkeypatch.setattr(webhook, "offer", offer)
    await webhook.burst(1, 0, at_once)
    assert sent == [(at_once, at_once)]


@pytest.mark.parametrize(
    ("seconds", "status", "passed"), [(0.199, 202, True), (0.201, 202, False), (0.001, 503, False)]
)
def test_a_limit_that_is_passed_and_an_answer_that_is_none_are_told(webhook, page, seconds, status, passed):
    row = webhook.row([webhook.Answer("/webhook", seconds, status)] * 3, 100)
    assert row["passed"] is passed
    assert f"| {row['not_202']} |" in "\n".join(page._webhook([row]))
