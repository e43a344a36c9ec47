import socket
import time

import pytest
from loopback.forked import SET

from codeflash_core.errors import GitHubError
from codeflash_core.github.access import Access
from codeflash_core.github.api import GitHub
from codeflash_core.github.values import NewPullRequest

REPOSITORY = "acme/shop"


def new(**changed):
    told = {
        "repository": REPOSITORY,
        "title": "A title",
        "body": "A body",
        "head": "ada:perf/set",
        "base": "main",
    }
    return NewPullRequest(**{**told, **changed})


def test_a_repository_tells_its_default_branch_and_parent(ask):
    assert ask(lambda api: api.repository(REPOSITORY)).default_branch == "main"
    assert ask(lambda api: api.repository("ada/shop")).parent == REPOSITORY


def test_a_pull_request_is_opened_found_by_its_head_and_written_anew(ask, server, project):
    project.change("perf/set", SET)
    project.git("push", "-q", "fork", "perf/set")
    made = ask(lambda api: api.create(new(draft=True)))
    assert (made.number, made.draft, made.head, made.base) == (1, True, "ada:perf/set", "main")
    found = ask(lambda api: api.pull_of_head(REPOSITORY, "ada:perf/set", "main"))
    assert found == made
    written = ask(lambda api: api.update(REPOSITORY, 1, "Another", "ö & <b>"))
    assert (written.title, written.body) == ("Another", "ö & <b>")
    assert server.pull(REPOSITORY, 1)["body"] == "ö & <b>"


def test_another_branch_is_not_taken_for_the_one_that_was_asked_for(ask, server):
    server.open(REPOSITORY, "ada:perf/other", "Other")
    # A filter that GitHub can't read is passed over, and everything is listed.
    server.fail("GET", "/repos", 200, [server.pull(REPOSITORY, 1)])
    assert ask(lambda api: api.pull_of_head(REPOSITORY, "ada:perf/set", "main")) is None


def test_of_a_branch_that_is_proposed_for_several_the_one_for_the_base_is_found(ask, server):
    server.open(REPOSITORY, "ada:perf/set", "For main")
    server.open(REPOSITORY, "ada:perf/set", "For 1.x", base="1.x")
    found = {
        base: ask(lambda api, base=base: api.pull_of_head(REPOSITORY, "ada:perf/set", base))
        for base in ("main", "1.x", "2.x")
    }
    assert {base: pull and pull.title for base, pull in found.items()} == {
        "main": "For main",
        "1.x": "For 1.x",
        "2.x": None,
    }


def test_all_pages_are_read(ask, server):
    server.page = 2
    for number in range(5):
        server.open(REPOSITORY, f"bob:b{number}", f"Number {number}")
    found = ask(lambda api: api.open_pulls(REPOSITORY))
    assert [each.title for each in found] == [f"Number {number}" for number in range(4, -1, -1)]
    assert len(server.asked) == 3


def test_files_tell_their_patches_and_former_names(ask, server):
    files = [
        {
            "filename": "a.py",
            "status": "renamed",
            "previous_filename": "b.py",
            "patch": "@@ -1 +1 @@\n-a\n+b",
        },
        {"filename": "big.bin", "status": "modified"},
    ]
    server.open(REPOSITORY, "bob:x", "X", files=files)
    one, other = ask(lambda api: api.files(REPOSITORY, 1))
    assert (one.before, one.patch) == ("b.py", "@@ -1 +1 @@\n-a\n+b")
    assert (other.path, other.before, other.patch) == ("big.bin", "", "")


def test_a_pull_request_without_text_or_source_is_read(ask, server):
    server.open(REPOSITORY, "gone:x", "X", None)
    server.pull(REPOSITORY, 1)["head"]["label"] = None
    (found,) = ask(lambda api: api.open_pulls(REPOSITORY))
    assert (found.body, found.head) == ("", "")


REFUSALS = {
    "401": (401, {"message": "Bad credentials"}, {}, "does not know the token", "GITHUB_TOKEN"),
    "403": (403, {"message": "Resource not accessible"}, {}, "does not allow GET .*: Resource not", "GITHUB_TOKEN"),
    "rate limit": (
        403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1900000000"},
        "rate limit is used up", "Go on after 17:46 UTC on 2030-03-17",
    ),
    "429": (
        429, {"message": "too many"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1900000000"},
        "rate limit is used up", "Go on after 17:46 UTC on 2030-03-17",
    ),
    "secondary limit": (
        403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "60"},
        "rate limit is used up", "Go on in 60 s",
    ),
    "secondary limit without a time": (
        403, {"message": "You have exceeded a secondary rate limit"}, {}, "rate limit is used up", "in a few minutes",
    ),
    "404": (404, {"message": "Not Found"}, {}, "knows nothing under GET /repos/acme/shop", "may not see"),
    "moved": (301, {"message": "Moved Permanently"}, {"Location": "/repositories/1"}, "has moved", "renamed"),
    "500": (500, {"message": "Oops"}, {}, "failed at GET /repos/acme/shop with 500: Oops", "Try again later"),
    "410": (410, {"message": "Issues are disabled"}, {}, "with 410: Issues are disabled", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSALS)
def test_each_refusal_says_what_to_do(ask, server, kind):
    status, document, headers, message, hint = REFUSALS[kind]
    server.fail("GET", "/repos", status, document, headers)
    with pytest.raises(GitHubError, match=message) as told:
        ask(lambda api: api.repository(REPOSITORY))
    assert told.value.status == status
    assert hint in told.value.hint


def test_a_rejected_pull_request_names_the_fields(ask):
    with pytest.raises(GitHubError, match="Validation Failed for 'head'") as told:
        ask(lambda api: api.create(new(head="ada:perf/gone")))
    assert told.value.status == 422


def test_a_second_pull_request_of_a_branch_is_told_in_githubs_words(ask, server, project):
    project.git("push", "-q", "fork", "main:perf/set")
    server.open(REPOSITORY, "ada:perf/set", "First")
    with pytest.raises(GitHubError, match="A pull request already exists for ada:perf/set"):
        ask(lambda api: api.create(new()))


GARBAGE = {
    "no json": b"<html>Welcome</html>",
    "half a document": b'{"full_name": "acme',
    "another document": b'{"hello": 1}',
    "a list": b"[1, 2]",
    "a wrong kind": b'{"full_name": "acme/shop", "default_branch": 3}',
    "no text": b"\xff\xfe\x00",
    "nothing": b"null",
    "deep": b"[" * 200_000,
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_an_answer_that_is_not_githubs_is_one_sentence(ask, server, kind):
    server.fail("GET", "/repos", 200, raw=GARBAGE[kind])
    with pytest.raises(GitHubError, match="with what can't be read") as told:
        ask(lambda api: api.repository(REPOSITORY))
    assert "GITHUB_API_URL" in told.value.hint


@pytest.mark.parametrize("raw", [b'"text"', b"[3]", b'{"a": 1}', b"nonsense"])
def test_a_list_that_is_none_is_one_sentence(ask, server, raw):
    server.fail("GET", "/repos", 200, raw=raw)
    with pytest.raises(GitHubError, match="with what can't be read"):
        ask(lambda api: api.open_pulls(REPOSITORY))


@pytest.mark.parametrize("raw", [b"<html>", b"[]", b'{"message": "no", "errors": [3]}', b'{"errors": "x"}'])
def test_a_rejection_that_is_not_githubs_is_an_error_all_the_same(ask, server, raw):
    server.fail("POST", "/repos", 422, raw=raw)
    with pytest.raises(GitHubError):
        ask(lambda api: api.create(new()))


def test_the_token_is_in_no_error_though_the_server_repeats_it(ask, server):
    server.fail("GET", "/repos", 403, {"message": f"no: {server.token}"})
    with pytest.raises(GitHubError, match="<token>") as told:
        ask(lambda api: api.repository(REPOSITORY))
    assert server.token not in str(told.value)


def test_more_pages_on_another_machine_get_no_token(ask, server):
    link = {"Link": '<http://127.0.0.2:9/more>; rel="next"'}
    server.fail("GET", "/repos", 200, [], link)
    with pytest.raises(GitHubError, match="as the place of more answers"):
        ask(lambda api: api.open_pulls(REPOSITORY))


def test_an_api_that_is_not_there_is_told(ask):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(GitHubError, match="can't be reached"):
            ask(lambda api: api.repository(REPOSITORY), url=url)


async def test_a_connection_that_breaks_off_is_told():
    import httpx2

    def broken(request):
        raise httpx2.ReadError("gone")

    async with GitHub(Access("http://127.0.0.1", "t" * 20), transport=httpx2.MockTransport(broken)) as api:
        with pytest.raises(GitHubError, match="broke the connection off: ReadError"):
            await api.repository(REPOSITORY)


async def test_an_answer_that_never_comes_is_told():
    import httpx2

    def late(request):
        raise httpx2.ReadTimeout("late")

    async with GitHub(Access("http://127.0.0.1", "t" * 20), transport=httpx2.MockTransport(late)) as api:
        with pytest.raises(GitHubError, match="gave no answer in time"):
            await api.repository(REPOSITORY)


async def test_an_answer_without_end_is_cut_off():
    import httpx2

    def endless(request):
        return httpx2.Response(200, content=b"x" * (33 << 20))

    async with GitHub(Access("http://127.0.0.1", "t" * 20), transport=httpx2.MockTransport(endless)) as api:
        with pytest.raises(GitHubError, match="answers more than 32 MiB"):
            await api.repository(REPOSITORY)


PASSING = {
    "a limit with a time": (403, {"Retry-After": "30"}, "secondary rate limit", True, 30.0),
    "a limit without one": (403, {}, "secondary rate limit", True, None),
    "429": (429, {"Retry-After": "5"}, "slow down", True, 5.0),
    "502": (502, {}, "bad gateway", True, None),
    "403": (403, {}, "not accessible", False, None),
    "422": (422, {}, "invalid", False, None),
    "401": (401, {}, "bad credentials", False, None),
}


@pytest.mark.parametrize("kind", PASSING)
def test_an_error_tells_whether_and_when_to_ask_again(ask, server, kind):
    status, headers, message, passing, seconds = PASSING[kind]
    server.fail("GET", "/repos", status, {"message": message}, headers)
    with pytest.raises(GitHubError) as told:
        ask(lambda api: api.repository(REPOSITORY))
    assert (told.value.passing, told.value.retry_after) == (passing, seconds)


def test_a_limit_tells_the_seconds_until_it_is_over(ask, server):
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 600)}
    server.fail("GET", "/repos", 403, {"message": "API rate limit exceeded"}, reset)
    with pytest.raises(GitHubError) as told:
        ask(lambda api: api.repository(REPOSITORY))
    assert 590 < told.value.retry_after < 605
