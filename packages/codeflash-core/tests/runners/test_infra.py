"""What is written of a virtual machine, and what never is."""

import subprocess

import pytest
import yaml
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_core.runners.azure import create_commands
from codeflash_core.runners.infra import cloud_init, refuse_credentials, script, write_infra
from codeflash_core.runners.vm_settings import IMAGE, VmSettings, read_public_key, read_vm, vm_text

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 ada@example"
SETTINGS = VmSettings("bench1", KEY, "codeflash-cli==0.1.0", "rg-shop")


def test_what_is_written_is_read_again(tmp_path) -> None:
    settings = evolve(SETTINGS, packages=("libpq-dev",), size="Standard_F4s_v2")
    (tmp_path / "vm.toml").write_text(vm_text(settings))
    assert read_vm(tmp_path / "vm.toml") == settings
    assert read_vm(tmp_path / "nothing.toml") is None


def test_cloud_init_is_plain_yaml_with_pinned_versions() -> None:
    text = cloud_init(evolve(SETTINGS, packages=("libpq-dev",)))
    assert text.isascii()
    assert text.startswith("#cloud-config\n")
    document = yaml.safe_load(text)
    assert {"git", "python3-venv", "bubblewrap", "libpq-dev"} <= set(document["packages"])
    said = " ".join(word for line in document["runcmd"] for word in line)
    assert "uv==0.13.9" in said
    assert "'codeflash-cli==0.1.0'" in said
    assert yaml.safe_load(cloud_init(SETTINGS))["packages"][-1] == "util-linux"


def test_the_script_runs_the_same_words(tmp_path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "az").write_text('#!/bin/sh\nprintf "%s\\n" "$@" >>"$CALLS"\necho == >>"$CALLS"\n')
    (programs / "az").chmod(0o755)
    commands = create_commands(SETTINGS, "203.0.113.7")
    file = tmp_path / "commands.sh"
    file.write_text(script(commands))
    calls = tmp_path / "calls"
    subprocess.run(
        ["sh", str(file)], env={"PATH": f"{programs}:/usr/bin:/bin", "CALLS": str(calls)}, check=True
    )
    said = [each.splitlines() for each in calls.read_text().split("==\n")[:-1]]
    assert said == [list(each[1:]) for each in commands]


def test_all_files_are_written_or_none(tmp_path) -> None:
    files = write_infra(tmp_path / "infra", SETTINGS, create_commands(SETTINGS), {})
    assert [file.name for file in files] == ["vm.toml", "cloud-init.yaml", "commands.sh"]
    assert all(file.read_bytes().isascii() for file in files)
    secret = {"AZURE_CLIENT_SECRET": "Standard_D4s_v5-and-more"}
    bad = evolve(SETTINGS, size="Standard_D4s_v5-and-more")
    with pytest.raises(UsageError, match=r"vm\.toml would hold a credential"):
        write_infra(tmp_path / "other", bad, create_commands(bad), secret)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "git+https://ada:hunter2@example.test/x.git",
        "token = 'ghp_0123456789abcdefghij0123'",
        "AccountKey=abc",
    ],
)
def test_what_looks_like_a_credential_is_refused_and_not_repeated(text) -> None:
    with pytest.raises(UsageError, match="would hold a credential") as told:
        refuse_credentials("vm.toml", text, {})
    assert text not in str(told.value)


def test_letters_beyond_ascii_are_refused() -> None:
    with pytest.raises(UsageError, match="beyond ASCII"):
        refuse_credentials("vm.toml", "größe", {})


def test_a_private_key_is_never_taken(tmp_path) -> None:
    (tmp_path / "id").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n")
    with pytest.raises(UsageError, match="is a private key"):
        read_public_key(tmp_path / "id")
    (tmp_path / "id.pub").write_text(KEY + "\n")
    assert read_public_key(tmp_path / "id.pub") == KEY


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\xff\xfe", (KEY + "\n" + KEY).encode()])
def test_what_is_no_public_key_is_refused(tmp_path, content) -> None:
    (tmp_path / "key.pub").write_bytes(content)
    with pytest.raises(UsageError):
        read_public_key(tmp_path / "key.pub")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "can't read"),
        ('colour = "red"', "unknown key colour"),
        ('name = "x"', "missing"),
        (
            vm_text(SETTINGS).replace(f'"{IMAGE}"', '"two words"'),
            "image: a plain word is wanted, not 'two words'",
        ),
        (vm_text(SETTINGS).replace('"codeflash"', '"x; reboot"'), "user: a plain word"),
        (vm_text(SETTINGS).replace("[]", '["$(x)"]'), "packages: a package of the system"),
        (vm_text(SETTINGS).replace(f'"{IMAGE}"', "5"), "vm.toml"),
    ],
)
def test_a_file_that_can_t_be_read_is_told(tmp_path, text, told) -> None:
    (tmp_path / "vm.toml").write_text(text)
    with pytest.raises(UsageError) as problem:
        read_vm(tmp_path / "vm.toml")
    assert told in problem.value.message
