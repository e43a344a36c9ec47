import pytest

from codeflash_core.errors import UsageError
from codeflash_core.runners.destination import Destination, parse_destination


@pytest.mark.parametrize(
    ("text", "destination", "words", "url"),
    [
        ("bench", Destination("bench"), ("--", "bench"), "ssh://bench/~/x"),
        ("ada@10.0.0.4", Destination("10.0.0.4", "ada"), ("--", "ada@10.0.0.4"), "ssh://ada@10.0.0.4/~/x"),
        (
            "h.example:2222",
            Destination("h.example", "", 2222),
            ("-p", "2222", "--", "h.example"),
            "ssh://h.example:2222/~/x",
        ),
        (
            "a@[fe80::1]:22",
            Destination("fe80::1", "a", 22),
            ("-p", "22", "--", "a@fe80::1"),
            "ssh://a@[fe80::1]:22/~/x",
        ),
    ],
)
def test_a_destination_is_read_as_ssh_names_it(text, destination, words, url) -> None:
    found = parse_destination(text)
    assert found == destination
    assert found.words == words
    assert found.url("x") == url
    assert parse_destination(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-oProxyCommand=x",
        "a@-x",
        "two words",
        "host:",
        "host:0",
        "host:99999",
        "a@b@c",
        "host/path",
        "h;x",
    ],
)
def test_what_is_no_destination_is_refused(text) -> None:
    with pytest.raises(UsageError, match="not a machine"):
        parse_destination(text)
