import argparse
from pathlib import Path

import pytest

from codeflash_web.options import Options, port

OPTIONS = Options(
    "codeflash-test",
    "CODEFLASH_TEST_",
    {"CODEFLASH_TEST_HOST": "here", "CODEFLASH_TEST_PORT": "80"}.__getitem__,
)


def parsed(*words):
    parser = argparse.ArgumentParser()
    OPTIONS.add_address(parser)
    OPTIONS.add_data(parser)
    return parser.parse_args(words)


def test_a_word_counts_before_a_variable_and_a_variable_before_the_default(monkeypatch):
    monkeypatch.delenv("CODEFLASH_TEST_HOST", raising=False)
    monkeypatch.setenv("CODEFLASH_TEST_PORT", "81")
    found = parsed()
    assert (found.host, found.port) == ("here", 81)
    assert parsed("--port", "82").port == 82


def test_the_data_folder_is_the_variable_s_or_the_user_s_own(monkeypatch, tmp_path):
    monkeypatch.setenv("CODEFLASH_TEST_DATA", str(tmp_path))
    assert parsed().data == tmp_path
    monkeypatch.delenv("CODEFLASH_TEST_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert parsed().data == Path("/somewhere/codeflash-test")


@pytest.mark.parametrize("text", ["", "-1", "65536", "8o", "\u0668"])
def test_what_is_no_port_is_refused_also_in_a_variable(monkeypatch, capsys, text):
    with pytest.raises(argparse.ArgumentTypeError, match="not a port"):
        port(text)
    if text:
        monkeypatch.setenv("CODEFLASH_TEST_PORT", text)
        with pytest.raises(SystemExit):
            parsed()
        assert "not a port" in capsys.readouterr().err
