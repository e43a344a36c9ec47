"""``codeflash vm`` with a provider that is a script which records its calls."""

import json
import os

import pytest

from codeflash_core.cases.machines import machines_of

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 ada@example"
CASE = "acme/shop"
AZ = """#!/bin/sh
printf '%s\\n' "$*" >>"{calls}"
case "$*" in
    "vm create"*) echo '{{"publicIpAddress": "203.0.113.9"}}' ;;
    "vm show"*) echo '{{"publicIps": "203.0.113.10", "powerState": "VM running"}}' ;;
    "network nsg rule list"*) echo '[]' ;;
esac
"""


@pytest.fixture
def provider(tmp_path, monkeypatch):
    """The calls that the provider's program got."""
    calls = tmp_path / "calls"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/az").write_text(AZ.format(calls=calls))
    (tmp_path / "bin/az").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return lambda: calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def case(codeflash, shop, tmp_path, monkeypatch, provider):
    """``case("new", ...)`` is the command on the machine bench1 of one case."""
    monkeypatch.setenv("CODEFLASH_TEAMMEMBER", "ada")
    (tmp_path / "id.pub").write_text(KEY + "\n")
    codeflash("case", "new", CASE)
    return lambda action, *words: codeflash("vm", action, CASE, "bench1", *words)


def infra(shop):
    return shop.root / ".codeflash/ada/acme/shop/infra/bench1"


def machines(shop):
    return machines_of((shop.root / ".codeflash/ada/acme/shop/status.md").read_text())


def test_new_writes_and_shows_and_runs_nothing(case, shop, provider, tmp_path) -> None:
    said = case("new", "--key", str(tmp_path / "id.pub"), "--size", "Standard_F4s_v2")
    assert said.code == 0, said.err
    assert "az vm create --resource-group codeflash-acme-shop --name bench1" in said.out
    assert "nothing was run" in said.out
    assert "nobody is let in yet" in said.out
    assert provider() == []
    assert sorted(each.name for each in infra(shop).iterdir()) == [
        "cloud-init.yaml",
        "commands.sh",
        "vm.toml",
    ]
    assert machines(shop) == ()
    assert str(tmp_path) not in "".join(each.read_text() for each in infra(shop).iterdir())


def test_run_makes_it_and_keeps_its_address_in_the_table(case, shop, provider, tmp_path) -> None:
    said = case("new", "--key", str(tmp_path / "id.pub"), "--address", "203.0.113.7", "--run")
    assert said.code == 0, said.err
    calls = [" ".join(each.split()[:4]) for each in provider()]
    assert calls == [
        "group create --name codeflash-acme-shop",
        "network nsg create --resource-group",
        "network nsg rule create",
        "vm create --resource-group codeflash-acme-shop",
    ]
    (machine,) = machines(shop)
    assert machine.cells == (
        "bench1",
        CASE,
        "codeflash@203.0.113.9",
        "Standard_D4s_v5",
        "codeflash-acme-shop",
    )
    # What stood in the page is still there.
    assert "## Order of work" in (shop.root / ".codeflash/ada/acme/shop/status.md").read_text()
    said = case("start", "--address", "203.0.113.8", "--run")
    assert machines(shop)[0].address == "codeflash@203.0.113.10"
    assert "--source-address-prefixes 203.0.113.8" in "\n".join(provider())


def test_a_second_new_goes_by_the_file(case, shop, tmp_path) -> None:
    case("new", "--key", str(tmp_path / "id.pub"))
    file = infra(shop) / "vm.toml"
    file.write_text(file.read_text().replace('"westeurope"', '"northeurope"'))
    said = case("new", "--json")
    document = json.loads(said.out)
    assert document["ran"] is False
    assert any("--location northeurope" in each for each in document["commands"])
    assert document["written"][0].endswith("infra/bench1/vm.toml")


def test_start_shows_and_runs_nothing(case, provider, tmp_path) -> None:
    case("new", "--key", str(tmp_path / "id.pub"))
    said = case("start")
    assert "az vm start --resource-group codeflash-acme-shop --name bench1" in said.out
    assert provider() == []


def test_a_failing_provider_is_told_and_nothing_is_recorded(case, shop, tmp_path) -> None:
    (tmp_path / "bin/az").write_text('#!/bin/sh\necho "ERROR: please run az login" >&2\nexit 1\n')
    said = case("new", "--key", str(tmp_path / "id.pub"), "--run")
    assert said.code == 2
    assert "az group create failed: ERROR: please run az login" in said.err
    assert machines(shop) == ()


def test_doctor_says_what_is_wrong_and_that_it_is_kept_running(case, tmp_path) -> None:
    case("new", "--key", str(tmp_path / "id.pub"))
    said = case("doctor", "--address", "203.0.113.7")
    assert said.code == 1
    assert "✓ running: yes; kept running while the case acme/shop is open" in said.out
    assert "✗ firewall: 203.0.113.7 is not let in, only nobody" in said.out
    assert "✗ ssh: its address is not known" in said.out
    document = json.loads(case("doctor", "--json").out)
    assert {each["name"]: each["good"] for each in document["checks"]}["running"] is True


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("new",), "the key that gets in is not said"),
        (("new", "--key", "nothing.pub"), "can't read the key nothing.pub"),
        (("new", "--key", "private"), "private is a private key"),
        (("new", "--key", "id.pub", "--size", "two words"), "size: a plain word is wanted"),
        (("start",), "the case acme/shop has no machine bench1"),
        (("doctor",), "the case acme/shop has no machine bench1"),
        (("doctor", "--address", "0.0.0.0/0"), "the whole world would be let in"),
    ],
)
def test_what_cannot_be_done_is_refused(case, shop, provider, words, message) -> None:
    (shop.root / "id.pub").write_text(KEY)
    (shop.root / "private").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    said = case(*words)
    assert said.code == 2
    assert message in said.err
    assert not infra(shop).exists()
    assert provider() == []


def test_a_credential_is_never_written(case, shop, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CLOUD_TOKEN", "Standard_secret_value_1")
    said = case("new", "--key", str(tmp_path / "id.pub"), "--size", "Standard_secret_value_1")
    assert said.code == 2
    assert "would hold a credential" in said.err
    assert "secret_value" not in said.err
    assert not infra(shop).exists()


def test_a_case_that_was_not_begun_is_refused(codeflash) -> None:
    said = codeflash("vm", "doctor", "acme/other", "bench1")
    assert said.code == 2
    assert "there is no case acme/other" in said.err


def test_a_name_that_is_none_is_refused(codeflash, case) -> None:
    said = codeflash("vm", "new", CASE, "../up")
    assert said.code == 2
    assert "as a machine's name" in said.err
