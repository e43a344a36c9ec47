import json
import pickle

import pytest

from codeflash_core.records.secrets import Secrets

TOKEN = "s3cr3t 'of' \\ mine"
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nshort\n-----END KEY-----"


@pytest.mark.parametrize("write", [str, repr, json.dumps], ids=["as it is", "as a literal", "as JSON"])
def test_a_value_is_hidden_however_it_is_written(write) -> None:
    shown = Secrets({"TOKEN": TOKEN}).hidden(f"before {write(TOKEN)} after")
    assert "s3cr3t" not in shown
    assert "<TOKEN>" in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_the_long_lines_of_a_value_are_hidden_by_themselves() -> None:
    shown = Secrets({"KEY": KEY}).hidden("line 2 is MIIEvQIBADANBgkqhkiG9w0B, line 3 is short")
    assert shown == "line 2 is <KEY>, line 3 is short"


def test_a_value_within_another_one_does_not_leave_the_rest_of_it() -> None:
    assert (
        Secrets({"A": "longword", "B": "longword-and-more"}).hidden("longword-and-more longword") == "<B> <A>"
    )


def test_texts_are_hidden_wherever_they_stand_in_a_document() -> None:
    secrets = Secrets({"TOKEN": TOKEN})
    found = secrets.hidden_in({TOKEN: [TOKEN, (1, TOKEN)], "n": 1.5, "none": None})
    assert found == {"<TOKEN>": ["<TOKEN>", [1, "<TOKEN>"]], "n": 1.5, "none": None}


def test_bytes_tell_whether_they_hold_a_value() -> None:
    secrets = Secrets({"TOKEN": TOKEN})
    assert secrets.stand_in(pickle.dumps({"a": [TOKEN]}))
    assert not secrets.stand_in(pickle.dumps({"a": ["TOKEN"]}))


@pytest.mark.parametrize("value", ["", "1", "true", "/usr/bin", "/usr:/bin", "src/shop"])
def test_flags_places_and_names_of_the_project_are_no_secrets(value) -> None:
    assert not Secrets({"X": value}, public=("src/shop/ordering.py",))


def test_a_value_too_long_for_a_path_is_a_secret() -> None:
    assert Secrets({"X": "/" + "x" * 5000})
