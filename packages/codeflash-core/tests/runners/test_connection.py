"""A real ssh to a real sshd; and what its complaints mean."""

import asyncio

import psutil
import pytest

from codeflash_core.errors import PrerequisiteError, StageError
from codeflash_core.runners.connection import Connection, ConnectionLost, failure
from codeflash_core.runners.destination import Destination, parse_destination


def own_clients(machine):
    """Processes of ssh that this test started."""
    words = (each.cmdline() for each in psutil.Process().children(recursive=True))
    return [each for each in words if str(machine.config) in each]


async def test_a_script_gets_its_arguments_as_they_are(connection) -> None:
    words = ["two words", "it's", "$HOME", "a\nb", "", "*", "ö"]
    said = await connection.run(
        'for each in "$@"; do printf "<%s>" "$each"; done; echo bad >&2; exit 7', *words
    )
    assert said.out.decode() == "".join(f"<{word}>" for word in words)
    assert (said.code, said.why) == (7, "bad")


async def test_the_account_s_home_is_the_test_s_own(connection, machine) -> None:
    assert (await connection.run('printf %s "$HOME"')).out.decode() == str(machine.home)


async def test_what_a_shell_says_by_itself_is_left_out(connection, machine) -> None:
    (machine.home / ".bashrc").write_text("echo welcome\n")
    assert (await connection.run("echo one")).out == b"one\n"
    assert [chunk async for chunk in connection.stream("echo one")] == [b"one\n"]


async def test_an_account_that_runs_nothing_of_ours_is_told(connection, machine) -> None:
    text = (machine.place / "authorized_keys").read_text()
    (machine.place / "authorized_keys").write_text(f'command="echo This account is not available." {text}')
    with pytest.raises(StageError, match="does not run our script: This account is not available"):
        await connection.run("true")


async def test_a_cut_connection_is_told_from_an_end(connection, machine) -> None:
    told = []
    with pytest.raises(ConnectionLost):
        async for chunk in connection.stream("echo one; sleep 10; echo two"):
            told.append(chunk)
            machine.cut()
    assert told == [b"one\n"]


async def test_cancelling_ends_the_local_ssh(connection, machine) -> None:
    running = asyncio.ensure_future(connection.run('touch "$HOME/begun"; exec sleep 60'))
    async with asyncio.timeout(30):
        while not (machine.home / "begun").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.01)
    assert own_clients(machine)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not own_clients(machine)


async def test_an_unknown_host_key_is_refused_and_said(connection, machine) -> None:
    (machine.place / "known_hosts").write_text("")
    with pytest.raises(PrerequisiteError, match="does not know the host key") as told:
        await connection.run("true")
    assert f"ssh -p {machine.port}" in told.value.hint


async def test_a_changed_host_key_is_refused_and_said(connection, machine) -> None:
    public = machine.key.with_suffix(".pub").read_text()
    (machine.place / "known_hosts").write_text(f"[127.0.0.1]:{machine.port} {public}")
    with pytest.raises(PrerequisiteError, match="is not the one that ssh knows"):
        await connection.run("true")


async def test_a_key_that_is_not_known_there_is_said(connection, machine) -> None:
    (machine.place / "authorized_keys").write_text("")
    with pytest.raises(PrerequisiteError, match=r"does not let us in: .*Permission denied") as told:
        await connection.run("true")
    assert "ssh-add" in told.value.hint


async def test_a_machine_that_does_not_listen_is_worth_another_try(connection, machine) -> None:
    machine.vanish()
    with pytest.raises(ConnectionLost, match="Connection refused"):
        await connection.run("true")


async def test_settings_that_are_not_there_are_said(machine, tmp_path) -> None:
    with pytest.raises(PrerequisiteError, match="can't read its settings"):
        await Connection(parse_destination(machine.destination), tmp_path / "nothing").run("true")


async def test_without_ssh_it_says_what_to_install(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrerequisiteError, match="the program ssh is not there"):
        await Connection(Destination("host")).run("true")


def test_neither_password_nor_key_is_ever_among_the_words() -> None:
    words = " ".join((*Connection(Destination("h")).words(agent=True), *Destination("h").words))
    assert "BatchMode=yes" in words
    assert "ForwardAgent=yes" in words
    assert not any(word in words.lower() for word in ("password", "identityfile", "-i "))


@pytest.mark.parametrize(
    ("complaint", "kind", "told"),
    [
        ("ssh: Could not resolve hostname h: Name or service not known", ConnectionLost, "no machine h"),
        (
            "ssh: Could not resolve hostname h: Temporary failure in name resolution",
            ConnectionLost,
            "Temporary failure in name resolution",
        ),
        (
            "kex_exchange_identification: Connection closed by remote host",
            ConnectionLost,
            "Connection closed",
        ),
        ("", ConnectionLost, "the connection broke"),
    ],
)
def test_complaints_of_ssh_are_understood(complaint, kind, told) -> None:
    found = failure(Destination("h"), complaint)
    assert type(found) is kind
    assert told in found.message
