"""``compare --on``: the command as people type it, against a real sshd on loopback."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

SSH = str(Path(__file__).parents[2] / "codeflash-core/tests/runners/ssh")
if SSH not in sys.path:
    sys.path.insert(0, SSH)

import loopback_sshd  # noqa: E402 - stands in the folder added above

from codeflash_core.cases.machines import Machine, with_machine  # noqa: E402

BENCHMARK = "src/shop/ordering.py::many"
WORDS = ("compare", "HEAD~1", "HEAD", "--benchmarks", BENCHMARK, "--budget", "1s")


def git(root, *words):
    named = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.test", *words]
    return subprocess.run(named, cwd=root, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def machine(tmp_path, monkeypatch):
    why = loopback_sshd.missing()
    if why:
        pytest.skip(why)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with loopback_sshd.listening(tmp_path) as found:
        monkeypatch.setenv("CODEFLASH_SSH_CONFIG", str(found.config))
        yield found


@pytest.fixture
def versions(shop, fast):
    """A slow commit and a fast one."""
    many = "\n\ndef many():\n    return distinct(['name%d' % (n % 100) for n in range(300)])\n"
    shop.change("src/shop/ordering.py", lambda text: text + many)
    git(shop.root, "init", "-q", "-b", "main")
    git(shop.root, "add", "-A")
    git(shop.root, "commit", "-q", "-m", "Slow")
    shop.change("src/shop/ordering.py", fast)
    git(shop.root, "commit", "-q", "-a", "-m", "Fast")
    return shop


def told(shop, machine, *words):
    return shop.run(*words, environment={"CODEFLASH_SSH_CONFIG": str(machine.config)})


@pytest.mark.slow
def test_the_same_document_and_pages_as_here_with_where_it_ran(versions, machine, tmp_path) -> None:
    report, table = tmp_path / "r.html", tmp_path / "r.md"
    before = versions.digest()
    said = told(
        versions, machine, *WORDS, "--on", machine.destination, "--json", "--report", str(report),
        "--markdown", str(table),
    )  # fmt: skip
    assert said.code == 0, said.err
    (row,) = said.document["rows"]
    assert row["benchmark"] == BENCHMARK
    assert row["speedup"]["point"] > 2
    assert said.document["base"]["name"] == "HEAD~1"
    assert said.document["health"]["verdict"] in ("quiet", "usable", "noisy")
    assert said.document["ran_on"]["destination"] == machine.destination
    assert BENCHMARK in report.read_text()
    assert BENCHMARK in table.read_text()
    assert versions.digest() == before
    assert (machine.jobs, machine.refs(), machine.processes()) == ([], "", [])


@pytest.mark.slow
def test_a_machine_of_the_case_is_found_by_its_name(versions, machine) -> None:
    page = versions.root / ".codeflash/ada/acme/shop/status.md"
    page.parent.mkdir(parents=True)
    page.write_text(with_machine("# Status\n", Machine("bench1", "acme/shop", machine.destination)))
    said = told(versions, machine, *WORDS, "--on", "bench1")
    assert said.code == 0, said.err
    assert BENCHMARK in said.out
    assert "machine before it measured: " in said.out


@pytest.mark.slow
def test_ctrl_c_leaves_the_job_there_and_stop_ends_it(versions, machine) -> None:
    words = [*WORDS[:-1], "60s", "--on", machine.destination]
    with subprocess.Popen(
        versions.command(*words),
        cwd=versions.root,
        env={**versions.environment, "CODEFLASH_SSH_CONFIG": str(machine.config)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        late = threading.Timer(120, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        heard = ""
        for line in process.stderr:
            heard += line
            if "block 1 " in line:
                # As a terminal does: everything of the command hears it.
                os.killpg(process.pid, signal.SIGINT)
        process.wait()
        late.cancel()
    assert process.returncode == 130
    assert "the same command attaches to it again" in heard
    assert "Traceback" not in heard
    assert len(machine.jobs) == 1
    said = told(versions, machine, *words, "--stop")
    assert (said.code, said.out) == (0, f"{machine.destination}: it was ended and taken away\n")
    assert (machine.jobs, machine.refs(), machine.processes()) == ([], "", [])
    said = told(versions, machine, *words, "--stop")
    assert "it is not there" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("compare", "HEAD", "--on", "-oProxyCommand=x"), "expected one argument"),
        (("compare", "HEAD", "--on", "two words"), "not a machine: two words"),
        (("compare", "--pr", "3", "--on", "h"), "a pull request is compared on this machine only"),
        (("compare", "HEAD", "--setup", "true"), "are for a comparison on another machine"),
        (("compare", "HEAD", "--stop"), "are for a comparison on another machine"),
        (
            ("compare", "--command", "a", "--command", "b", "--on", "h"),
            "two commands are compared on this machine",
        ),
        (("compare", "nowhere", "--on", "h"), "there is no commit nowhere"),
    ],
)
def test_what_cannot_be_asked_of_another_machine_is_refused(versions, codeflash, words, message) -> None:
    said = codeflash(*words)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err


def test_an_unknown_host_key_is_told_with_what_to_do(versions, machine) -> None:
    (machine.place / "known_hosts").write_text("")
    said = told(versions, machine, *WORDS, "--on", machine.destination)
    assert said.code == 2
    assert "ssh does not know the host key" in said.err
    assert "Connect once by hand" in said.err
    assert not machine.runner.exists()


def test_no_codeflash_there_is_told_with_what_to_do(versions, machine) -> None:
    (machine.home / "bin/codeflash").unlink()
    said = told(versions, machine, *WORDS, "--on", machine.destination, "--json")
    assert said.code == 2
    assert "there is no codeflash on" in said.document["error"]["message"]
    assert not machine.runner.exists()


def test_without_ssh_it_is_told(versions, codeflash, monkeypatch, tmp_path) -> None:
    (tmp_path / "bin").mkdir()
    git_program = subprocess.run(["sh", "-c", "command -v git"], capture_output=True, text=True, check=True)
    (tmp_path / "bin/git").symlink_to(git_program.stdout.strip())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    said = codeflash(*WORDS, "--on", "h")
    assert said.code == 2
    assert "the program ssh is not there" in said.err


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"ada/acme/shop": ""}, "the address of bench1 is not known yet"),
        ({"ada/acme/shop": "a@h1", "bob/acme/shop": "b@h2"}, "several machines called bench1"),
    ],
)
def test_a_name_that_leads_nowhere_or_to_two_is_told(versions, codeflash, tables, message) -> None:
    for place, address in tables.items():
        page = versions.root / ".codeflash" / place / "status.md"
        page.parent.mkdir(parents=True)
        page.write_text(with_machine("", Machine("bench1", "acme/shop", address)))
    said = codeflash(*WORDS, "--on", "bench1")
    assert said.code == 2
    assert message in said.err


def test_a_bad_table_is_told_with_its_page_and_does_not_keep_an_address_from_being_used(
    versions, codeflash, monkeypatch, tmp_path
) -> None:
    page = versions.root / ".codeflash/ada/acme/shop/status.md"
    page.parent.mkdir(parents=True)
    page.write_text(with_machine("", Machine("bench0", "acme/shop")) + "| bench1 |\n")
    said = codeflash(*WORDS, "--on", "bench1")
    assert said.code == 2
    assert ".codeflash/ada/acme/shop/status.md:8: a machine has 5 cells, not 1" in said.err
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/ssh").write_text('#!/bin/sh\necho "ssh: no network in a test" >&2\nexit 255\n')
    (tmp_path / "bin/ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    for address in ("ada@h", "h:22", "[::1]"):
        said = codeflash(*WORDS, "--on", address)
        assert "ssh: no network in a test" in said.err
