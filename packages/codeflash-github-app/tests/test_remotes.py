import base64
import subprocess

import pytest

from codeflash_github_app.remotes import LOCAL, Remote, kept_settings, plain_environment

TOKEN = "ghs_secret"


def settings(environment):
    """The settings that git is given through its environment."""
    count = int(environment["GIT_CONFIG_COUNT"])
    return {environment[f"GIT_CONFIG_KEY_{n}"]: environment[f"GIT_CONFIG_VALUE_{n}"] for n in range(count)}


def test_the_token_is_for_one_address_only():
    remote = Remote("https://github.com/acme/shop.git", TOKEN)
    told = settings(remote.environment())
    given = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert told["http.https://github.com/acme/shop.git.extraHeader"] == f"Authorization: Basic {given}"
    assert told["http.followRedirects"] == "false"
    assert TOKEN not in repr(remote)


def test_nothing_goes_unencrypted_but_on_this_machine(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    there = Remote("https://github.com/acme/shop.git", TOKEN).environment()
    assert "protocol.http.allow" not in settings(there)
    assert there["https_proxy"] == "http://proxy.test:3128"
    here = Remote("http://127.0.0.1:8000/acme/shop.git", TOKEN).environment()
    assert settings(here)["protocol.http.allow"] == "always"
    assert settings(here)["http.proxy"] == ""
    assert "https_proxy" not in here


@pytest.mark.parametrize(
    ("name", "told"), [("SSL_CERT_FILE", "GIT_SSL_CAINFO"), ("SSL_CERT_DIR", "GIT_SSL_CAPATH")]
)
def test_git_trusts_whom_this_machine_trusts(monkeypatch, name, told):
    remote = Remote("https://github.com/acme/shop.git", TOKEN)
    monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv(told, raising=False)
    assert told not in remote.environment()
    monkeypatch.setenv(name, "/our/own")
    assert remote.environment()[told] == "/our/own"
    monkeypatch.setenv(told, "/of/git")
    assert remote.environment()[told] == "/of/git"


def test_what_a_clone_keeps_is_read_by_git_as_it_is_meant(tmp_path):
    file = tmp_path / "config"
    file.write_text(kept_settings())
    said = subprocess.run(
        ["git", "config", "--file", str(file), "--list"], capture_output=True, text=True, check=True
    )
    found = dict(line.split("=", 1) for line in said.stdout.splitlines())
    assert found == {name.lower(): value for name, value in LOCAL.items()}


def test_git_heeds_nobodys_settings_and_sees_nothing_of_ours(monkeypatch):
    monkeypatch.setenv("CODEFLASH_APP_WEBHOOK_SECRET", "hidden")
    monkeypatch.setenv("GIT_SSH_COMMAND", "evil")
    told = plain_environment()
    assert "hidden" not in told.values()
    assert "GIT_SSH_COMMAND" not in told
    assert (told["GIT_CONFIG_NOSYSTEM"], told["GIT_CONFIG_GLOBAL"]) == ("1", "/dev/null")


@pytest.mark.parametrize(
    ("said", "passing", "status"),
    [
        ("fatal: unable to access 'https://x/': The requested URL returned error: 502", True, None),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", True, None),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 403", False, 403),
        ("remote: Repository not found.\nfatal: repository 'https://x/' not found", False, None),
        ("fatal: Authentication failed for 'https://x/'", False, 401),
        ("fatal: could not read Username for 'https://x': terminal prompts disabled", False, 401),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 429", True, None),
        ("error: RPC failed; curl 18 transfer closed with outstanding read data remaining", True, None),
        ("fatal: the remote end hung up unexpectedly\nfatal: early EOF", True, None),
        ("fatal: unable to access 'https://x/': Failed to connect to x port 443", True, None),
        ("fatal: unable to access 'https://x/': server certificate verification failed.", False, None),
        ("fatal: unable to access 'https://x/': SSL certificate problem: self signed", False, None),
        ("fatal: write error: No space left on device\nfatal: early EOF", False, None),
        ("error: file write error: Disk quota exceeded", False, None),
        ("fatal: something that nobody knows", False, None),
        ("", False, None),
    ],
)
def test_what_git_complains_of_tells_whether_to_ask_again(said, passing, status):
    problem = Remote("https://x", TOKEN).problem("fetch", f"{said} {TOKEN}")
    assert (problem.passing, problem.status) == (passing, status)
    assert TOKEN not in str(problem)
