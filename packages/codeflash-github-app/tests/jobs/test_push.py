import json

import pytest

from codeflash_github_app.orders import CompareAsked, ReportPush

NAME = "acme/shop"


@pytest.fixture
def pushed(world):
    """A push of one commit to the default branch."""
    before = world.project.git("rev-parse", "main")
    world.write_base("more.txt", "more")
    return ReportPush(world.repository, before, world.project.git("rev-parse", "main"))


WAYS = {
    "slower": (("slower", 0.4, 0.5), "neutral", "1 benchmark slower"),
    "a little slower": (("slower", 0.95, 0.98), "success", "1 benchmark slower by less than 3 %"),
    "faster": (("faster", 1.9, 2.1), "success", "1 benchmark faster"),
    "the same": (("no-difference", 0.99, 1.01), "success", "No benchmark differs"),
    "inconclusive": (("inconclusive", 0.5, 2.0), "success", "1 benchmark inconclusive"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_push_is_reported_on_its_commit(world, plan, compared, pushed, way):
    found, conclusion, title = WAYS[way]
    plan(compare=compared(*found))
    ended = await world.run(pushed)
    (check,) = world.github.checks
    assert (check["head_sha"], check["name"]) == (pushed.after, "codeflash / regressions")
    assert (check["conclusion"], check["output"]["title"]) == (conclusion, title)
    assert ended["result"]["compare"]["rows"]
    words = json.loads((world.folder / "engine.jsonl").read_text())["words"]
    assert words[:3] == ["compare", pushed.before, pushed.after]


async def test_a_regression_fails_where_the_repository_asks_for_that(world, plan, compared):
    before = world.project.git("rev-parse", "main")
    world.write_base(".codeflash.toml", "[github]\nregressions-fail = true\n")
    plan(compare=compared())
    await world.run(ReportPush(world.repository, before, world.project.git("rev-parse", "main")))
    assert world.github.checks[0]["conclusion"] == "failure"


async def test_a_benchmark_that_is_lost_is_told(world, plan, compared, pushed):
    plan(compare=compared("not-measured", problem="only in base", lost=True))
    await world.run(pushed)
    (check,) = world.github.checks
    assert (check["conclusion"], check["output"]["title"]) == ("neutral", "1 benchmark lost")


async def test_reports_can_be_turned_off(world, plan):
    before = world.project.git("rev-parse", "main")
    world.write_base(".codeflash.toml", "[github]\npush-reports = false\n")
    await world.run(ReportPush(world.repository, before, world.project.git("rev-parse", "main")))
    assert world.github.checks[0]["conclusion"] == "skipped"


async def test_a_branch_that_is_new_has_nothing_to_be_compared_with(world):
    ended = await world.run(ReportPush(world.repository, "0" * 40, "a" * 40))
    assert (ended["state"], world.github.checks) == ("done", [])


async def test_a_comparison_that_is_asked_for_is_in_the_comment(world, plan, compared):
    number = world.propose()
    world.github.permissions["bob"] = "write"
    plan(compare=compared())
    comment = world.github.says(NAME, number, "bob", "/codeflash compare")
    order = CompareAsked(world.repository, number, comment, "bob")
    await world.run(order)
    (text,) = world.told(number)
    assert "slower" in text
    assert world.github.checks[0]["html_url"] in text
    assert [sign for _, _, sign in world.github.reactions] == ["eyes"]
