from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeflash_core.masking import Masking, without_look_alikes

LOOK_ALIKES = [
    "sk-0123456789abcdef",
    "ghp_0123456789abcdefghij",
    "AKIA0123456789ABCDEF",
    "Bearer abcdefghijklmnop",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", LOOK_ALIKES)
def test_what_looks_secret_is_hidden_and_put_back(secret) -> None:
    masking = Masking()
    text = f"TOKEN = '''{secret}'''\nAGAIN = '''{secret}'''\n"
    hidden = masking.hidden_in({"code": [text]})
    assert secret not in str(hidden)
    assert masking.restored(hidden["code"][0]) == text
    assert masking.count == 1
    assert secret not in without_look_alikes(text)


def test_a_password_in_an_address_is_hidden_and_the_address_is_not() -> None:
    hidden = Masking().hidden("postgres://app:hunter22@db/shop")
    assert "hunter22" not in hidden
    assert hidden.startswith("postgres://") and hidden.endswith("@db/shop")


def test_known_values_are_hidden_whatever_they_look_like() -> None:
    masking = Masking(lambda text: ("plain words",) if "plain words" in text else ())
    assert "plain words" not in masking.hidden("x = 'plain words'")


@pytest.mark.parametrize("text", ["x = 1\n", "task-list = 3", "https://example.com/a?b=c", "sk-learn"])
def test_other_text_stays(text) -> None:
    assert Masking().hidden(text) == text


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(LOOK_ALIKES)), max_size=6))
def test_whatever_is_hidden_can_be_put_back(parts) -> None:
    masking = Masking()
    text = "\n".join(parts)
    assert masking.restored(masking.hidden(text)) == text
