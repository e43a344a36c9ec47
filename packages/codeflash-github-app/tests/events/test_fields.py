from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeflash_github_app.events.fields import (
    BRANCH,
    NAME,
    UnreadablePayload,
    flag,
    found,
    number,
    records,
    repository,
    text,
)
from codeflash_github_app.events.own import Own
from codeflash_github_app.order_records import dumped, loaded
from codeflash_github_app.orders import Ignored, Repository
from codeflash_github_app.webhook.router import ROUTES, routed

GARBAGE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["\0", "\ud800", "../../x", "-rf", "a" * 5000, "[bot]", 2**80, -1, 0, "refs/heads/"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", ["acme/shop", "a-b_c/.github", "a/...", "a/x.py", "9/_"])
def test_a_repositorys_name_may_have_dots(name: str) -> None:
    assert NAME.fullmatch(name)


@pytest.mark.parametrize(
    "name",
    ["../..", "acme/..", "acme/.", "./shop", "../shop", "a.b/shop", "-a/shop", "acme/", "acme/x/y", "a/b\n"],
)
def test_a_repositorys_name_leads_nowhere_else(name: str) -> None:
    assert not NAME.fullmatch(name)


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where all fields of a payload stand."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here for name, each in inner for here in ((*before, name), *paths(each, (*before, name)))]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_garbage_in_any_field_is_carried_out_ignored_or_told_by_the_one_error(
    data: st.DataObject, payload: Callable[..., dict[str, Any]], own: Own
) -> None:
    event, action = data.draw(st.sampled_from(sorted(ROUTES)))
    whole = copy.deepcopy(payload(event, action))
    for _ in range(data.draw(st.integers(1, 3))):
        places = paths(whole)
        *folders, name = data.draw(st.sampled_from(places))
        place: Any = whole
        for folder in folders:
            place = place[folder]
        if data.draw(st.booleans()) and isinstance(place, dict):
            del place[name]
        else:
            place[name] = data.draw(GARBAGE)
    try:
        order = routed(event, whole, own)
    except UnreadablePayload as told:
        assert told.message.startswith("the payload's ")
        return
    # Whatever comes through can be stored, and comes back as it was.
    assert loaded(dumped(order)) == order
    written = str(dumped(order))
    written.encode("utf-8")
    assert "\\x00" not in written


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event=st.sampled_from(sorted({event for event, _ in ROUTES})),
    whole=st.dictionaries(st.text(max_size=9), GARBAGE),
)
def test_a_payload_of_garbage_is_ignored_or_told(event: str, whole: dict[str, Any], own: Own) -> None:
    with contextlib.suppress(UnreadablePayload):
        assert isinstance(routed(event, {**whole, "installation": {"id": 1}}, own), Ignored)


@pytest.mark.parametrize("action", sorted(ROUTES), ids=" ".join)
def test_every_kind_of_order_comes_back_out_of_its_record(
    action: tuple[str, str], payload: Callable[..., dict[str, Any]], own: Own
) -> None:
    order = routed(*action[:1], payload(*action), own)
    assert not isinstance(order, Ignored)
    assert loaded(dumped(order)) == order


def test_a_path_that_ends_early_finds_nothing() -> None:
    assert found({"a": {"b": 1}}, "a.b") == 1
    for path in ("a.c", "b", "a.b.c"):
        assert found({"a": {"b": 1}}, path) is None


@pytest.mark.parametrize("value", [None, 1, "", "ab c", "x" * 9])
def test_a_text_has_to_have_its_form(value: Any) -> None:
    with pytest.raises(UnreadablePayload, match="a text of the usual form"):
        text({"a": value}, "a", re.compile("[a-z]{1,8}"))


@pytest.mark.parametrize("value", [None, "1", 1.0, True, 0, -1, 2**63])
def test_a_number_has_to_be_one_above_zero(value: Any) -> None:
    with pytest.raises(UnreadablePayload, match="a number above 0"):
        number({"a": value}, "a")


def test_what_is_not_said_is_no_and_empty() -> None:
    assert flag({}, "a") is False
    assert flag({"a": True}, "a") is True
    assert records({}, "a") == ()
    for wrong in ("x", {"b": 1}, [1]):
        with pytest.raises(UnreadablePayload):
            records({"a": wrong}, "a")
    with pytest.raises(UnreadablePayload):
        flag({"a": "yes"}, "a")


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("main", True),
        ("release/2.x", True),
        ("größe", True),
        ("-D", False),
        ("a..b", False),
        ("a b", False),
        ("a\nb", False),
        ("a~1", False),
        ("/a", False),
        ("a/", False),
        ("a@{1}", False),
        ("a.lock", False),
    ],
)
def test_a_branch_is_named_as_git_allows(name: str, possible: bool) -> None:
    assert bool(BRANCH.fullmatch(name)) is possible


def test_a_repository_is_read_with_its_installation(payload: Callable[..., dict[str, Any]]) -> None:
    assert repository(payload("push", "")) == Repository(7, 11, "acme/shop", "main")
