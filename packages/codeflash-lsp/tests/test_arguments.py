import subprocess
import sys

import pytest

from codeflash_core.errors import UsageError
from codeflash_lsp.arguments import Address, build, read_address
from codeflash_lsp.main import main
from codeflash_lsp.transports import is_loopback


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8770", Address("127.0.0.1", 8770)),
        ("[::1]:0", Address("::1", 0)),
        ("localhost:1", Address("localhost", 1)),
    ],
)
def test_addresses_are_read(text, address) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize("text", ["8770", ":8770", "host:", "host:x", "host:-1"])
def test_what_is_no_address_is_refused(text) -> None:
    with pytest.raises(UsageError):
        read_address(text)


def test_only_this_machine_is_loopback() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "::1", "localhost", "127.8.9.1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "example.test"]))


def test_other_machines_are_let_in_only_when_that_is_said(capsys) -> None:
    assert main(["--tcp", "0.0.0.0:0"]) == 2
    assert "--anywhere" in capsys.readouterr().err


def test_help_says_who_can_connect() -> None:
    told = " ".join(build().format_help().split())
    assert "every user of this machine can connect, and have code run as you" in told


def test_words_that_mean_nothing_are_refused(capsys) -> None:
    assert main(["--what"]) == 2
    assert "codeflash-lsp" in capsys.readouterr().err


def test_help_is_quick_to_come_by() -> None:
    code = "import sys; from codeflash_lsp.arguments import build; build(); print([m for m in ('pygls', 'lsprotocol', 'ast') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pygls" not in done.stdout
    assert "lsprotocol" not in done.stdout
    assert build().prog == "codeflash-lsp"
