import base64

import pytest

from codeflash_github_app.remotes import Remote, plain_environment

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
        ("fatal: Authentication failed for 'https://x/'", False, None),
        ("", True, None),
    ],
)
def test_what_git_complains_of_tells_whether_to_ask_again(said, passing, status):
    problem = Remote("https://x", TOKEN).problem("fetch", f"{said} {TOKEN}")
    assert (problem.passing, problem.status) == (passing, status)
    assert TOKEN not in str(problem)
