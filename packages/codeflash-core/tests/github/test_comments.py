import pytest

from codeflash_core.errors import GitHubError
from codeflash_core.github import comments

REPOSITORY = "acme/shop"


def test_a_comment_is_written_found_and_written_anew(ask_as_app):
    made = ask_as_app(
        lambda api: comments.send_comment(api, comments.create_comment_call(REPOSITORY, 3, "ö <b>"))
    )
    assert (made.body, made.author, made.app) == ("ö <b>", "codeflash[bot]", 7)
    call = comments.update_comment_call(REPOSITORY, made.id, "new")
    assert ask_as_app(lambda api: comments.send_comment(api, call)).body == "new"
    (found,) = ask_as_app(lambda api: comments.comments(api, REPOSITORY, 3))
    assert found == ask_as_app(lambda api: comments.comment(api, REPOSITORY, made.id))


def test_a_person_is_no_app_and_may_be_gone(ask_as_app, app_server):
    app_server.says(REPOSITORY, 3, "bob", "hello")
    app_server.says(REPOSITORY, 3, "eve", "bye")
    app_server.comments[REPOSITORY, 3][1]["user"] = None
    told = ask_as_app(lambda api: comments.comments(api, REPOSITORY, 3))
    assert [(each.author, each.app) for each in told] == [("bob", 0), ("", 0)]


def test_a_sign_is_put_beside_a_comment(ask_as_app, app_server):
    number = app_server.says(REPOSITORY, 3, "bob", "hello")
    ask_as_app(lambda api: comments.react(api, REPOSITORY, number, "eyes"))
    assert app_server.reactions == [(number, "codeflash[bot]", "eyes")]


def test_what_somebody_may_do_is_told(ask_as_app, app_server):
    app_server.permissions["bob"] = "write"
    assert ask_as_app(lambda api: comments.permission(api, REPOSITORY, "bob")) == "write"
    assert ask_as_app(lambda api: comments.permission(api, REPOSITORY, "eve")) == "read"


def test_a_permission_that_the_token_lacks_is_told(ask_as_app, app_server):
    app_server.grants[next(iter(app_server.grants))]["permissions"] = {"checks": "write"}
    with pytest.raises(GitHubError, match="not accessible") as told:
        ask_as_app(lambda api: comments.comments(api, REPOSITORY, 3))
    assert (told.value.status, told.value.passing) == (403, False)
