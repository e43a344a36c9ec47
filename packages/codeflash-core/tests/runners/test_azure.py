import pytest

from codeflash_core.errors import PrerequisiteError, StageError, UsageError
from codeflash_core.runners import azure
from codeflash_core.runners.vm_settings import VmSettings

SETTINGS = VmSettings("bench1", "ssh-ed25519 AAAA", "codeflash-cli==0.1.0", "rg-shop")


@pytest.fixture
def az(tmp_path, monkeypatch):
    """``az(text)`` is a program of that text on PATH."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")

    def make(text):
        (tmp_path / "bin/az").write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "bin/az").chmod(0o755)

    return make


def test_nobody_is_let_in_where_no_address_is_given() -> None:
    words = [" ".join(each) for each in azure.create_commands(SETTINGS)]
    assert not any("rule create" in each for each in words)
    assert "--nsg bench1-nsg" in words[-1]
    allowing = [" ".join(each) for each in azure.create_commands(SETTINGS, "203.0.113.7")]
    assert any("rule create" in each and "--source-address-prefixes 203.0.113.7" in each for each in allowing)
    # The rule is there before the machine is.
    assert "vm create" in allowing[-1]


def test_a_failure_ends_the_commands_and_is_told(az, tmp_path) -> None:
    az(
        'echo "$1 $2" >>"$PWD/calls"; [ "$1" = group ] || { echo "WARNING: x" >&2; echo "ERROR: quota" >&2; exit 1; }'
    )
    with pytest.raises(StageError, match="az network nsg create failed: ERROR: quota"):
        azure.run_commands(azure.create_commands(SETTINGS), tmp_path)
    assert (tmp_path / "calls").read_text() == "group create\nnetwork nsg\n"


def test_a_missing_program_is_told(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrerequisiteError, match="the program az is not there"):
        azure.power_state(SETTINGS, tmp_path)


def test_what_is_no_json_is_told(az, tmp_path) -> None:
    az("echo hello")
    with pytest.raises(StageError, match="did not print JSON"):
        azure.power_state(SETTINGS, tmp_path)


def test_the_firewall_is_read_from_its_rules(az, tmp_path) -> None:
    az("""cat <<'END'
[{"direction": "Inbound", "access": "Allow", "destinationPortRange": "22", "sourceAddressPrefix": "203.0.113.0/24"},
 {"direction": "Inbound", "access": "Allow", "destinationPortRange": "443", "sourceAddressPrefix": "*"},
 {"direction": "Inbound", "access": "Deny", "destinationPortRange": "22", "sourceAddressPrefix": "*"},
 {"direction": "Inbound", "access": "Allow", "destinationPortRanges": ["22"], "sourceAddressPrefixes": ["2001:db8::/64"]}]
END""")
    assert azure.allowed_networks(SETTINGS, tmp_path) == ("203.0.113.0/24", "2001:db8::/64")


@pytest.mark.parametrize(
    ("networks", "address", "inside"),
    [
        (("203.0.113.0/24",), "203.0.113.7", True),
        (("203.0.113.7",), "203.0.113.8", False),
        (("*",), "203.0.113.8", True),
        (("VirtualNetwork",), "203.0.113.8", False),
        (("203.0.113.0/24",), "2001:db8::1", False),
        ((), "203.0.113.8", False),
    ],
)
def test_an_address_is_looked_for_in_networks(networks, address, inside) -> None:
    assert azure.lets_in(networks, address) is inside


@pytest.mark.parametrize(
    ("text", "found"), [("203.0.113.7", "203.0.113.7"), ("203.0.113.7/24", "203.0.113.0/24")]
)
def test_an_address_is_read(text, found) -> None:
    assert azure.read_address(text) == found


@pytest.mark.parametrize("text", ["", "home", "0.0.0.0/0", "::/0", "1.2.3.4; rm"])
def test_what_is_no_address_is_refused(text) -> None:
    with pytest.raises(UsageError):
        azure.read_address(text)
