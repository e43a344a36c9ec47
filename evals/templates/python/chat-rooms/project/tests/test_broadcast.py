import asyncio

import pytest

from chat.broadcast import announce, broadcast, preview, rejoin
from chat.rooms import Member, Room


def room(members, messages):
    made = Room("tea", [Member(f"m{n}", frozenset({"bob"} if n % 4 == 0 else ())) for n in range(members)])
    for n in range(messages):
        made.say(("ann", "bob", "cyd")[n % 3], f"Have *you* read https://news.example/{n} & more < {n}?")
    return made


def test_a_message_is_rendered():
    assert preview(room(0, 1)) == (
        '<p id="m1"><i>ann</i> Have <b>you</b> read <a href="https://news.example/0">https://news.example/0</a>'
        " &amp; more &lt; 0?</p>"
    )


def test_muted_members_are_not_heard():
    tea = room(2, 3)
    asyncio.run(broadcast(tea))
    assert ["bob" in member.inbox[0] for member in tea.members] == [False, True]


def test_an_empty_message_is_refused():
    with pytest.raises(ValueError, match="empty"):
        Room("tea").say("ann", "  ")


def test_an_announcement_says_where_nobody_heard_it():
    assert asyncio.run(announce([room(2, 0), Room("void")], "ann", "hi")) == ["void"]


def test_nothing_said_nothing_sent():
    assert asyncio.run(broadcast(room(3, 0))) == 0
    assert asyncio.run(broadcast(room(3, 2), last=0)) == 0


def test_a_busy_room():
    inboxes = asyncio.run(rejoin(room(60, 50), {"m0", "m7"}))
    assert len(inboxes["m7"][0]) > len(inboxes["m0"][0])
