"""What is wanted again is done for those who may write to the repository."""

import pytest

from codeflash_github_app.orders import ReportPush

NAME = "acme/shop"
FAST = {"edits": {}}


@pytest.mark.parametrize(
    ("author", "permission", "checks"),
    [("ada", "write", 1), ("ada", "admin", 1), ("ada", "read", 0), ("", "write", 0)],
)
async def test_a_pull_request_is_looked_at_again_for_writers_only(world, plan, author, permission, checks):
    plan()
    world.github.permissions["ada"] = permission
    order = world.order(world.propose(), again="5-2026", author=author)
    ended = await world.run(order)
    assert ended["state"] == "done"
    assert [each["external_id"] for each in world.github.checks] == [
        f"codeflash:pull-1-{order.head}-5-2026"
    ] * checks
    if not checks:
        assert ended["message"] == f"{author or 'nobody'} may not give orders"


@pytest.mark.parametrize(("permission", "checks"), [("write", 1), ("read", 0)])
async def test_a_push_is_compared_again_for_writers_only(world, plan, compared, permission, checks):
    plan(compare=compared())
    world.github.permissions["ada"] = permission
    after = world.project.git("rev-parse", "main")
    before = world.project.git("rev-parse", "main")
    await world.run(ReportPush(world.repository, before, after, again="5-2026", author="ada"))
    assert [each["external_id"] for each in world.github.checks] == [
        f"codeflash:push-{after}-5-2026"
    ] * checks


async def test_what_is_turned_off_stays_off_when_it_is_wanted_again(world, plan):
    plan()
    world.write_base(".codeflash.toml", "[github]\npull-requests = false\n")
    world.github.permissions["ada"] = "write"
    await world.run(world.order(world.propose(), again="5-2026", author="ada"))
    (check,) = world.github.checks
    assert check["output"]["title"] == "Turned off in .codeflash.toml"
