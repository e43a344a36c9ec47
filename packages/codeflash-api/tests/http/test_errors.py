from __future__ import annotations

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from codeflash_api.errors import too_many
from codeflash_api.http.errors import ERRORS, error_response, install, sentence


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = FastAPI()
    install(app)

    @app.get("/limited")
    async def limited() -> None:
        raise too_many("slower", 1.2, {"X-RateLimit-Remaining": "0"})

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418, "source code of the user")

    @app.post("/typed")
    async def typed(body: dict[str, int]) -> None: ...

    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://service.test")


async def test_expected_errors_keep_their_status_and_headers(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/limited")
    assert (answer.status_code, answer.json()) == (429, {"error": "slower"})
    assert answer.headers["Retry-After"] == "2"
    assert answer.headers["X-RateLimit-Remaining"] == "0"


async def test_an_unknown_path_is_named(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/nothing")
    assert (answer.status_code, answer.json()) == (404, {"error": "There is nothing at /nothing."})


async def test_a_wrong_method_is_named(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/limited")
    assert (answer.status_code, answer.json()) == (405, {"error": "/limited does not answer POST."})
    assert answer.headers["Allow"] == "GET"


async def test_details_of_other_http_errors_are_kept_back(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/teapot")
    assert (answer.status_code, answer.json()) == (418, {"error": "The request was refused with status 418."})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "the body is not valid JSON"),
        (b"", "the body is missing"),
        (b'{"a": "\xff"}', "can't be read as JSON"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "can't be read as JSON"),
        (b"[]", "dictionary"),
        (b'{"a": "many"}', "a: input should be a valid integer"),
    ],
    ids=["malformed", "empty", "not UTF-8", "a huge number", "a list", "a word"],
)
async def test_unreadable_bodies_are_told_in_one_sentence(
    client: httpx2.AsyncClient, content: bytes, said: str
) -> None:
    answer = await client.post("/typed", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}
    assert said in answer.json()["error"]


def problem(kind: str, *location: Any, text: str = "Odd") -> dict[str, Any]:
    return {"type": kind, "loc": location, "msg": text, "input": "the user's source code"}


def test_several_problems_are_told_up_to_three() -> None:
    text = sentence([problem("missing", "body", name) for name in ("a", "b", "c", "d", "e")])
    assert text == "The request can't be used: a is missing; b is missing; c is missing; and 2 more."


def test_the_same_problem_is_told_once() -> None:
    assert sentence([problem("x", "body", "a")] * 3) == "The request can't be used: a: odd."


def test_input_is_never_quoted() -> None:
    assert "source" not in sentence([problem("value_error", "body", 0, "a", text="Value error, odd.")])


def test_odd_locations_are_made_printable() -> None:
    text = sentence([problem("x", "body", "a\ud800\n" + "x" * 500)])
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 150


def test_text_that_can_not_be_encoded_is_escaped() -> None:
    assert error_response("half \ud800", 400).body == b'{"error":"half \\\\ud800"}'


@pytest.mark.parametrize("status", sorted(ERRORS, key=str))
def test_every_documented_error_has_an_example(status: int) -> None:
    example = ERRORS[status]["content"]["application/json"]["example"]
    assert set(example) == {"error"}
