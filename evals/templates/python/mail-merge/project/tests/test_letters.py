import pytest

from mailmerge.letters import lengths, merge
from mailmerge.template import TemplateError, compile_template, render

LETTER = """Dear {name|title},

{?paid}thank you for your payment of {amount}.{/paid}{?open}we still wait for {open}.
Please pay within a fortnight, or tell us why you can't.{/open}

Our prices in \\{braces\\} stay as they are. We wish you a good year.
"""
SENDER = {"sender": " The Office ", "office": "Room 4"}


def people(count):
    return [
        {"address": f"p{n}@x.example", "name": f"person {n}", "paid": n % 2, "amount": n, "open": (n % 3) * 10}
        for n in range(count)
    ]


def test_fields_and_filters():
    assert render("{ name | trim | upper }!", {"name": " ada "}) == "ADA!"


def test_conditions_nest():
    text = "{?a}A{?b}B{/b}{/a}"
    assert [render(text, {"a": a, "b": b}) for a, b in ((1, 1), (1, 0), (0, 1))] == ["AB", "A", ""]


@pytest.mark.parametrize("text", ["{a", "{?a}x", "{/a}", "{?a}{/b}", "{a|loud}"])
def test_a_broken_template_is_refused(text):
    with pytest.raises(TemplateError):
        compile_template(text)


def test_braces_can_be_escaped():
    assert render("\\{a\\}", {}) == "{a}"


def test_no_address_no_letter():
    assert merge("Hi", [{"name": "x"}, {"address": " "}], SENDER) == {}


def test_a_mailing():
    letters = merge(LETTER, people(150), SENDER)
    assert len(letters) == 150
    assert letters["p1@x.example"].startswith("Dear Person 1,\n\nthank you for your payment of 1.we still wait")
    assert sum(lengths(letters).values()) == 150
