"""Every field of every request: present, absent, null, unknown, of another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from bodies import AI, COMPANION, Endpoint
from manifest import DECLARED, OPTIONAL, REQUIRED, SUCCESS, TYPES, UNKNOWN, each, keeps
from running_service import Modelled, Service
from wholeness import CHECKS, check, error_of

EVERY = (*AI, *COMPANION)
PATHS = tuple(one.path for one in EVERY)
BY_PATH = pytest.mark.parametrize("one", EVERY, ids=lambda one: one.path)
Ask = Callable[[Endpoint, Any], httpx2.Response]


@pytest.fixture
def ask(rules: Service, modelled: Modelled) -> Ask:
    """Sends a body: AI requests to the rules, companion requests to the service with a GitHub app."""

    def asked(one: Endpoint, body: Any) -> httpx2.Response:
        service = modelled.service if one.path.startswith("/cfapi") else rules
        return service.post(one.path, body)

    return asked


def by_field(required: bool) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("one", "field"),
        [
            pytest.param(one, field, id=f"{one.path}-{field}")
            for one in EVERY
            for field in one.fields()
            if (field in one.required) is required
        ],
    )


def succeeded(one: Endpoint, body: Any, answer: httpx2.Response) -> None:
    if one.path in CHECKS:
        check(one.path, body, answer)
    else:
        assert answer.status_code == 200, (one.path, answer.status_code, answer.text)


@keeps(*each(SUCCESS, PATHS))
@BY_PATH
def test_a_whole_request_is_answered(ask: Ask, one: Endpoint) -> None:
    succeeded(one, one.body, ask(one, one.body))


@keeps(*each(OPTIONAL, PATHS))
@by_field(required=False)
def test_a_field_may_be_absent_or_null(ask: Ask, one: Endpoint, field: str) -> None:
    for body in (one.without(field), one.changed(field, None)):
        succeeded(one, body, ask(one, body))


@keeps(*each(OPTIONAL, PATHS))
@BY_PATH
def test_all_optional_fields_may_be_absent(ask: Ask, one: Endpoint) -> None:
    needed = {field.split(".")[0].removesuffix("[]") for field in one.required}
    if isinstance(one.body, list):
        needed = {field.split(".")[1] for field in one.required}
        body: Any = [{key: value for key, value in item.items() if key in needed} for item in one.body]
    else:
        body = {key: value for key, value in one.body.items() if key in needed}
    succeeded(one, body, ask(one, body))


@keeps(*each(UNKNOWN, PATHS))
@BY_PATH
def test_fields_that_nobody_knows_are_ignored(ask: Ask, one: Endpoint) -> None:
    body = one.with_more()
    assert body != one.body
    succeeded(one, body, ask(one, body))


@keeps(*each(REQUIRED, PATHS))
@by_field(required=True)
def test_a_required_field_must_be_there(ask: Ask, one: Endpoint, field: str) -> None:
    for body in (one.without(field), one.changed(field, None)):
        error_of(ask(one, body), 422)


@keeps(*each(REQUIRED, PATHS))
@BY_PATH
@pytest.mark.parametrize("body", [None, 7, "text", True], ids=["null", "number", "text", "true"])
def test_a_request_must_have_the_form_of_its_endpoint(ask: Ask, one: Endpoint, body: Any) -> None:
    error_of(ask(one, body), 422)
    error_of(ask(one, {} if isinstance(one.body, list) else [one.body]), 422)


@keeps(*each(TYPES, PATHS))
@by_field(required=False)
def test_other_types_are_refused_or_read_but_never_a_failure(ask: Ask, one: Endpoint, field: str) -> None:
    for value in ([[]], {"an": ["object"]}, "a\x00b", -(10**30)):
        body = one.changed(field, value)
        answer = ask(one, body)
        if answer.status_code == 200:
            succeeded(one, body, answer)
        else:
            error_of(answer, 422)


@keeps(*each(DECLARED, PATHS))
@BY_PATH
def test_the_document_names_every_field(rules: Service, one: Endpoint) -> None:
    document = rules.client.get(f"{rules.main}/openapi.json").json()

    def resolved(schema: Any) -> Any:
        while True:
            if "$ref" in schema:
                schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            elif "items" in schema:
                schema = schema["items"]
            elif "anyOf" in schema:
                schema = next(option for option in schema["anyOf"] if option.get("type") != "null")
            else:
                return schema

    content = document["paths"][one.path]["post"]["requestBody"]["content"]["application/json"]
    for field in one.fields():
        schema = resolved(content["schema"])
        for step in field.split("."):
            name = step.removesuffix("[]")
            if not name:
                continue
            properties = schema.get("properties")
            if properties is None:  # a map of the client's own
                assert schema.get("additionalProperties")
                break
            assert name in properties, field
            schema = resolved(properties[name])
