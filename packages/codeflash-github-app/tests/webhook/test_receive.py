from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from codeflash_github_app.queue.broker import opened
from codeflash_github_app.webhook.verify import signature
from codeflash_postgres.database import Database, open_database


async def queued(database: Database) -> list[str]:
    async with database.single() as connection:
        found = await connection.scalars(
            text("select args->>'delivery' from queue.procrastinate_jobs order by id")
        )
        return list(found.all())


async def test_a_delivery_is_stored_queued_and_answered(receiver: Any, opened_pull: dict[str, Any]) -> None:
    answer = await receiver.send("pull_request", opened_pull, delivery="d-1")
    assert (answer.status_code, answer.json()["outcome"]) == (202, "taken")
    (row,) = await receiver.rows()
    assert (row["delivery"], row["event"], row["action"], row["outcome"]) == (
        "d-1",
        "pull_request",
        "opened",
        "waiting",
    )
    assert (row["repository_id"], row["installation"]) == (11, 7)
    assert await queued(receiver.database) == ["d-1"]


async def test_only_what_is_needed_is_kept(receiver: Any, opened_pull: dict[str, Any]) -> None:
    opened_pull["pull_request"] |= {"title": "canary-title", "body": "canary-body"}
    opened_pull["sender"] = {"email": "canary@example.com"}
    await receiver.send("pull_request", opened_pull)
    (row,) = await receiver.rows()
    assert "canary" not in json.dumps(dict(row), default=str)


async def test_a_form_with_the_payload_is_taken(receiver: Any, opened_pull: dict[str, Any]) -> None:
    body = f"payload={quote_plus(json.dumps(opened_pull))}".encode()
    answer = await receiver.send("pull_request", body, Content_Type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["outcome"]) == (202, "taken")


async def test_what_is_ignored_is_stored_with_the_reason_and_not_queued(receiver: Any) -> None:
    answer = await receiver.send("star", {"action": "created"})
    assert answer.status_code == 202
    assert answer.json() == {"message": "Ignored: it changes no code.", "outcome": "ignored"}
    (row,) = await receiver.rows()
    assert (row["outcome"], row["reason"], row["payload"]) == ("ignored", "it changes no code", None)
    assert row["handled_at"] is not None
    assert await queued(receiver.database) == []


async def test_an_event_of_the_future_is_ignored_on_purpose(receiver: Any) -> None:
    answer = await receiver.send("time_travel", {"action": "departed"})
    assert "does not know" in answer.json()["message"]


async def test_a_replayed_delivery_is_known_and_nothing_more(
    receiver: Any, opened_pull: dict[str, Any]
) -> None:
    await receiver.send("pull_request", opened_pull, delivery="d-1")
    opened_pull["pull_request"]["number"] = 4
    answer = await receiver.send("pull_request", opened_pull, delivery="d-1")
    assert (answer.status_code, answer.json()["outcome"]) == (200, "known")
    (row,) = await receiver.rows()
    assert row["payload"]["number"] == 3
    assert await queued(receiver.database) == ["d-1"]


async def test_a_delivery_that_failed_is_taken_when_it_is_sent_again(
    receiver: Any, opened_pull: dict[str, Any]
) -> None:
    await receiver.send("pull_request", opened_pull, delivery="d-1")
    async with receiver.database.begin() as connection:
        await connection.execute(text("update deliveries set outcome = 'failed', attempts = 8"))
        await connection.execute(text("truncate queue.procrastinate_jobs cascade"))
    answer = await receiver.send("pull_request", opened_pull, delivery="d-1")
    assert answer.json()["outcome"] == "taken"
    (row,) = await receiver.rows()
    assert (row["outcome"], row["attempts"]) == ("waiting", 0)


async def test_a_hundred_deliveries_at_once_are_all_there_once(
    receiver: Any, opened_pull: dict[str, Any]
) -> None:
    names = [f"d-{number}" for number in range(100)]
    answers = await asyncio.gather(
        *(receiver.send("pull_request", opened_pull, delivery=name) for name in names)
    )
    assert {answer.status_code for answer in answers} == {202}
    assert sorted(row["delivery"] for row in await receiver.rows()) == sorted(names)
    assert sorted(await queued(receiver.database)) == sorted(names)


async def test_one_delivery_a_hundred_times_at_once_at_two_servers_is_one(
    serve: Callable[..., Any], opened_pull: dict[str, Any], database_url: str
) -> None:
    other = open_database(database_url)
    async with opened(database_url) as queue:
        first, second = await serve(), await serve(database=other, queue=queue)
        answers = await asyncio.gather(
            *(
                each.send("pull_request", opened_pull, delivery="d-1")
                for each in (first, second)
                for _ in range(50)
            )
        )
    await other.close()
    told = [answer.json()["outcome"] for answer in answers]
    assert (told.count("taken"), told.count("known")) == (1, 99)
    assert await queued(first.database) == ["d-1"]


async def test_without_a_secret_the_webhook_is_off(
    serve: Callable[..., Any], opened_pull: dict[str, Any]
) -> None:
    off = await serve(secret="")
    for sent in (await off.send("push", opened_pull), await off.send("push", opened_pull, secret="")):
        assert sent.status_code == 404
        assert "disabled" in sent.json()["error"]
    assert await off.rows() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X_GitHub_Delivery": ""}, 400),
        ({"X_GitHub_Event": ""}, 400),
        ({"X_GitHub_Event": "Push!"}, 400),
        ({"X_GitHub_Delivery": "../../etc"}, 400),
        ({"X_GitHub_Delivery": "x" * 101}, 400),
        ({"X_Hub_Signature_256": ""}, 401),
        ({"X_Hub_Signature_256": "sha256=" + "0" * 64}, 401),
        ({"X_Hub_Signature_256": "sha256=abc"}, 401),
        ({"Content_Type": ""}, 415),
        ({"Content_Type": "text/html"}, 415),
        ({"Content_Type": "application/json; charset=utf-7"}, 415),
        ({"Content_Encoding": "gzip"}, 415),
    ],
)
async def test_headers_that_are_missing_or_lie_are_refused_calmly(
    receiver: Any, headers: dict[str, str], status: int
) -> None:
    answer = await receiver.send("ping", {"zen": "x"}, **headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert await receiver.rows() == []


async def test_two_signatures_are_none(receiver: Any) -> None:
    body = b"{}"
    right = signature(b"it is a secret to everybody", body)
    headers = [
        ("X-GitHub-Event", "ping"),
        ("X-GitHub-Delivery", "d"),
        ("Content-Type", "application/json"),
        ("X-Hub-Signature-256", right),
        ("X-Hub-Signature-256", right),
    ]
    assert (await receiver.client.post("/webhook", content=body, headers=headers)).status_code == 401


async def test_the_older_signature_alone_is_not_enough(receiver: Any) -> None:
    body = b"{}"
    older = "sha1=" + hmac.new(b"it is a secret to everybody", body, hashlib.sha1).hexdigest()
    answer = await receiver.send("ping", body, X_Hub_Signature=older, X_Hub_Signature_256="")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1]",
        b'{"action": "opened"',
        b'{"a": NaN}',
        b"\xff",
        b"[" * 100_000,
        '{"a": 1}'.encode("utf-16"),
        gzip.compress(b"{}"),
    ],
    ids=["empty", "text", "list", "cut off", "NaN", "no UTF-8", "deep", "UTF-16", "gzip"],
)
async def test_a_signed_body_that_is_no_payload_is_a_bad_request(receiver: Any, body: bytes) -> None:
    answer = await receiver.send("pull_request", body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


async def test_a_payload_without_what_its_event_always_has_is_a_bad_request(
    receiver: Any, opened_pull: dict[str, Any]
) -> None:
    opened_pull["pull_request"]["head"]["sha"] = "main; rm -rf /"
    answer = await receiver.send("pull_request", opened_pull)
    assert answer.status_code == 400
    assert answer.json()["error"] == "The payload's pull_request.head.sha is not a text of the usual form."
    assert await receiver.rows() == []


async def test_what_the_database_cannot_hold_is_refused_or_left_out(
    receiver: Any, opened_pull: dict[str, Any]
) -> None:
    odd = {**opened_pull, "action": "a\0b", "zen": "\0\ud800"}
    assert (await receiver.send("star", odd)).status_code == 202
    opened_pull["repository"]["default_branch"] = "ma\0in"
    assert (await receiver.send("pull_request", opened_pull)).status_code == 400


async def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(receiver: Any) -> None:
    host = receiver.address.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: ping\r\nX-GitHub-Delivery: d\r\n"
        b"X-Hub-Signature-256: sha256=" + b"0" * 64 + b"\r\n"
        b"Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{"
    )
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    writer.close()


async def test_a_chunked_body_that_turns_out_too_large_is_refused(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codeflash_github_app.webhook import receive

    whole = receive.whole
    monkeypatch.setattr(receive, "whole", lambda pieces, announced, more: whole(pieces, announced, 1000))
    reader, writer = await asyncio.open_connection(*receiver.address.removeprefix("http://").split(":"))
    chunk = b"400\r\n" + b"x" * 0x400 + b"\r\n"
    writer.write(
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: ping\r\nX-GitHub-Delivery: d\r\n"
        b"X-Hub-Signature-256: sha256=" + b"0" * 64 + b"\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
    )
    assert (await reader.read()).startswith(b"HTTP/1.1 413 ")
    writer.close()


async def test_a_body_without_a_signature_is_refused_before_it_comes(receiver: Any) -> None:
    reader, writer = await asyncio.open_connection(*receiver.address.removeprefix("http://").split(":"))
    writer.write(
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: ping\r\nX-GitHub-Delivery: d\r\n"
        b"X-Hub-Signature-256: sha256=x\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n{"
    )
    assert (await reader.read()).startswith(b"HTTP/1.1 401 ")
    writer.close()


async def test_large_bodies_that_do_not_come_to_an_end_keep_nobody_small_waiting(
    receiver: Any, opened_pull: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from codeflash_github_app.resources import LARGE_AT_ONCE
    from codeflash_github_app.webhook import body, receive

    monkeypatch.setattr(body, "SMALL", 1000)
    monkeypatch.setattr(receive, "PATIENCE_SECONDS", 0.2)
    head = (
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: ping\r\nX-GitHub-Delivery: d\r\n"
        b"X-Hub-Signature-256: sha256=%s\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    )
    open_ = []
    for _ in range(LARGE_AT_ONCE + 1):
        reader, writer = await asyncio.open_connection(*receiver.address.removeprefix("http://").split(":"))
        writer.write(head % (b"0" * 64) + b"x" * 2000)
        open_.append((reader, writer))
    done, _ = await asyncio.wait(
        [asyncio.create_task(reader.readline()) for reader, _ in open_],
        return_when=asyncio.FIRST_COMPLETED,
        timeout=20,
    )
    assert [each.result() for each in done] == [b"HTTP/1.1 503 Service Unavailable\r\n"]
    assert (await receiver.send("pull_request", opened_pull)).status_code == 202
    for _, writer in open_:
        writer.close()


async def test_without_a_database_github_is_told_to_come_again(
    serve: Callable[..., Any], opened_pull: dict[str, Any]
) -> None:
    away = open_database("postgresql://127.0.0.1:1/none", patience=1)
    app = await serve(database=away)
    answer = await app.send("pull_request", opened_pull)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert (await app.client.get("/readyz")).status_code == 503
    assert (await app.client.get("/healthz")).status_code == 200
    await away.close()


async def test_a_queue_that_is_away_loses_nothing(
    serve: Callable[..., Any], opened_pull: dict[str, Any]
) -> None:
    class Away:
        async def deliver(self, delivery: str, repository_id: int) -> bool:
            return False

    app = await serve(queue=Away())
    assert (await app.send("pull_request", opened_pull)).status_code == 202
    assert [row["outcome"] for row in await app.rows()] == ["waiting"]


async def test_other_methods_and_paths_are_told_so(receiver: Any) -> None:
    assert (await receiver.client.get("/webhook")).status_code == 405
    assert (await receiver.client.post("/webhooks")).status_code == 404
    assert (await receiver.client.get("/docs")).status_code == 404
    assert (await receiver.client.get("/readyz")).json()["status"] == "ready"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_forged_byte_anywhere_is_refused_by_the_running_app(
    data: st.DataObject, opened_pull: dict[str, Any], receiver: Any
) -> None:
    body = json.dumps(opened_pull).encode()
    right = signature(b"it is a secret to everybody", body)
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(body) - 1))
        body = body[:place] + bytes([body[place] ^ data.draw(st.integers(1, 255))]) + body[place + 1 :]
    else:
        place = data.draw(st.integers(7, len(right) - 1))
        other = data.draw(st.sampled_from([each for each in "0123456789abcdef" if each != right[place]]))
        right = right[:place] + other + right[place + 1 :]
    answer = await receiver.send("pull_request", body, X_Hub_Signature_256=right)
    assert answer.status_code == 401
