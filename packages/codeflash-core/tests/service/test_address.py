from __future__ import annotations

import pytest

from codeflash_core.errors import UsageError
from codeflash_core.service.address import read_address

KEY = {"CODEFLASH_API_KEY": "cf-abc"}


def test_an_address_and_a_key_are_enough():
    address = read_address(" https://ai.example.com/base/ ", KEY)
    assert (address.url, address.key) == ("https://ai.example.com/base", "cf-abc")


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:8000", True),
        ("http://a.localhost", True),
        ("https://ai.example.com", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example.com", False),
    ],
)
def test_it_is_known_whether_the_service_is_on_this_machine(url, here):
    assert read_address(url, KEY).is_here is here


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://x",
        "http://",
        "http://x:99999",
        "http://x:0",
        "http://user:hunter2@x",
        "http://x?hunter2=1",
        "http://[x",
    ],
)
def test_an_address_that_can_t_be_used_is_refused_without_repeating_it(url):
    with pytest.raises(UsageError) as caught:
        read_address(url, KEY)
    assert "hunter2" not in str(caught.value)


def test_without_an_address_it_says_what_to_set():
    with pytest.raises(UsageError, match="CODEFLASH_API_URL"):
        read_address("", KEY)


@pytest.mark.parametrize("key", ["", " ", "cf abc", "cf-ä", "cf-\nx"])
def test_without_a_usable_key_it_says_so_without_repeating_it(key):
    with pytest.raises(UsageError, match="CODEFLASH_API_KEY") as caught:
        read_address("http://localhost", {"CODEFLASH_API_KEY": key})
    assert "abc" not in str(caught.value)


def test_a_project_can_t_send_the_key_anywhere():
    with pytest.raises(UsageError, match=r"confirm it: set CODEFLASH_API_URL=https://evil\.example\.com"):
        read_address("https://evil.example.com", KEY, "pyproject.toml")


def test_a_project_may_name_a_service_on_this_machine():
    assert read_address("http://localhost:8000", KEY, "pyproject.toml").is_here
