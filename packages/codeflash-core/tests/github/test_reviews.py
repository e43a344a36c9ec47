import pytest
from loopback.forked import SET

from codeflash_core.errors import GitHubError
from codeflash_core.github import reviews
from codeflash_core.github.reviews import LineComment

REPOSITORY = "acme/shop"


@pytest.fixture
def opened(project, app_server):
    """The commit of an open pull request."""
    project.change("perf/set", SET)
    project.git("push", "-q", "upstream", "perf/set")
    app_server.open(REPOSITORY, "acme:perf/set", "Sets")
    return app_server.pull(REPOSITORY, 1)["head"]["sha"]


def test_a_review_suggests_on_lines_of_the_diff_and_is_found_again(ask_as_app, app_server, opened):
    remarks = [LineComment("src/shop/stock.py", 6, 6, "one"), LineComment("src/shop/stock.py", 6, 7, "two")]
    call = reviews.create_review_call(REPOSITORY, 1, opened, "Look", remarks)
    made = ask_as_app(lambda api: reviews.send_review(api, call))
    assert (made.body, made.author, made.bot) == ("Look", "codeflash[bot]", True)
    assert ask_as_app(lambda api: reviews.reviews(api, REPOSITORY, 1)) == (made,)
    one, two = app_server.reviews[REPOSITORY, 1][0]["comments"]
    assert "start_line" not in one
    assert (two["start_line"], two["line"], two["side"]) == (6, 7, "RIGHT")


def test_a_remark_elsewhere_is_refused(ask_as_app, opened):
    call = reviews.create_review_call(
        REPOSITORY, 1, opened, "", [LineComment("src/shop/stock.py", 999, 999, "x")]
    )
    with pytest.raises(GitHubError) as told:
        ask_as_app(lambda api: reviews.send_review(api, call))
    assert (told.value.status, told.value.passing) == (422, False)
