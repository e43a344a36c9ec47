import pytest

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_core.github.access import PUBLIC, read_access
from codeflash_core.github.values import repository_name

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz"


def test_the_public_api_is_used_unless_another_is_named():
    assert read_access({"GITHUB_TOKEN": TOKEN}).url == PUBLIC
    access = read_access({"GH_TOKEN": f" {TOKEN}\n", "GITHUB_API_URL": "https://github.acme.test/api/v3/"})
    assert (access.url, access.token) == ("https://github.acme.test/api/v3", TOKEN)


def test_the_token_is_not_in_the_text_of_an_access():
    assert TOKEN not in repr(read_access({"GITHUB_TOKEN": TOKEN}))


def test_without_a_token_it_says_which_variable_to_set():
    with pytest.raises(PrerequisiteError, match="there is no token") as told:
        read_access({"GITHUB_TOKEN": " "})
    assert "GITHUB_TOKEN" in told.value.hint


@pytest.mark.parametrize(
    "variables",
    [
        {"GITHUB_TOKEN": f"{TOKEN} and more"},
        {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": f"https://ada:{TOKEN}@api.test"},
        {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "ftp://api.test"},
        {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://api.test:99999"},
        {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://"},
    ],
    ids=["blank in the token", "password in the address", "no http", "no port", "no host"],
)
def test_what_cannot_be_used_is_refused_without_repeating_it(variables):
    with pytest.raises(UsageError) as told:
        read_access(variables)
    assert TOKEN not in str(told.value)


def test_a_token_is_sent_unencrypted_to_this_machine_only():
    with pytest.raises(UsageError, match="unencrypted"):
        read_access({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "http://api.test"})
    assert read_access({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "http://127.0.0.1:80"}).is_here


@pytest.mark.parametrize(
    "text", ["shop", "acme/shop/x", "acme/", "/shop", "acme/..", "ac me/shop", "acme/sh?op"]
)
def test_what_is_no_repository_is_refused(text):
    with pytest.raises(UsageError, match="OWNER/REPO is wanted"):
        repository_name(text)


def test_a_repository_is_named_as_git_or_a_person_writes_it():
    assert repository_name(" psf/requests.git ") == "psf/requests"
