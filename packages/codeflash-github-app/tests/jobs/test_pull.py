import json

import pytest
from attrs import evolve

from codeflash_core.errors import DeliveryError, GitHubError
from codeflash_core.pipeline.turn import taking_turns
from codeflash_github_app.jobs.host import Lost
from codeflash_github_app.orders import OptimizeAsked
from codeflash_postgres.errors import DatabaseAway

NAME = "acme/shop"
TARGET = "src/shop/stock.py::cheapest"
SLOW = ("    return sorted(prices)[0]\n", "    return sorted(prices, reverse=False)[0]\n")
LOOP = "    for price in prices:\n        if all(price <= other for other in prices):\n            return price\n"
FAST = [LOOP + '    raise IndexError("no prices")\n', "    return min(prices)\n"]
TOTAL = ("    return sum(prices)\n", "    return sum(prices) + 0\n")
AFAR = {"src/shop/stock.py::total": ['"""What is on the shelves."""', '"""What is there."""']}
"""Far from what the pull request changes: no suggestion can stand there."""
FAR = ['    """The smallest price."""\n', '    """The least price."""\n']


async def test_a_slow_change_gets_a_suggestion_with_its_figures(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    ended = await world.run(world.order(number))
    (check,) = world.github.checks
    assert (check["status"], check["conclusion"]) == ("completed", "neutral")
    assert check["output"]["title"] == "1 proven speedup: at least 2.90x"
    assert "3.10x" in check["output"]["summary"]
    assert "codeflash optimize src/shop/stock.py::cheapest" in check["output"]["summary"]
    (annotation,) = check["output"]["annotations"]
    assert (annotation["path"], annotation["annotation_level"]) == ("src/shop/stock.py", "notice")
    (review,) = world.github.reviews[NAME, number]
    (remark,) = review["comments"]
    assert "```suggestion\n    return min(prices)\n```" in remark["body"]
    (comment,) = world.told()
    assert review["html_url"] in comment
    assert (ended["state"], ended["outcome"]) == ("done", "neutral")
    assert ended["result"]["optimize"]["run"] == "r1"


async def test_a_check_run_is_in_progress_while_the_engine_works(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    await world.run(world.order(number))
    made = [call for call in world.github.calls if "check-runs" in call[1]]
    assert [method for method, _ in made] == ["POST", "PATCH"]


async def test_nothing_faster_is_green_and_no_comment(world, plan):
    number = world.propose()
    plan()
    await world.run(world.order(number))
    (check,) = world.github.checks
    assert (check["conclusion"], check["output"]["title"]) == (
        "success",
        "Nothing faster was proven in 1 changed function",
    )
    assert world.told() == []


async def test_the_one_comment_is_kept_up_to_date(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    await world.run(world.order(number))
    world.project.git("checkout", "-q", "slow")
    world.project.write("src/shop/new.py", "def other(x):\n    return x\n")
    world.project.commit("More")
    world.project.git("push", "-q", "upstream", "slow")
    world.github.moved(NAME, number)
    plan()
    await world.run(world.order(number), job=2)
    (comment,) = world.told()
    assert "nothing faster was proven" in comment


async def test_what_does_not_fit_the_diff_is_a_patch_in_the_comment(world, plan):
    number = world.propose(TOTAL)
    plan(edits=AFAR)
    await world.run(world.order(number))
    (comment,) = world.told()
    assert "its patch is below" in comment
    assert "<details><summary>Patch for <code>total</code></summary>" in comment
    assert world.branches() == ["main", "slow"]


@pytest.mark.parametrize("way", ["configured", "asked"])
async def test_a_pull_request_on_top_is_opened_where_that_is_wanted(world, plan, way):
    if way == "configured":
        world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\n")
    number = world.propose(TOTAL)
    (target,) = AFAR
    plan(edits=AFAR)
    world.github.permissions["bob"] = "write"
    order = world.order(number)
    if way == "asked":
        comment = world.github.says(NAME, number, "bob", f"/codeflash optimize {target}")
        order = OptimizeAsked(world.repository, number, target, comment, "bob")
    await world.run(order)
    made = world.github.pull(NAME, number + 1)
    assert made["base"]["ref"] == "slow"
    assert made["head"]["ref"] == f"codeflash/{number}/abc123def4"
    assert made["title"] == "Speed up total by at least 2.90x"
    assert "3.10x" in made["body"]
    assert made["html_url"] in world.told()[0]
    told = world.project.git(
        "show", f"codeflash/{number}/abc123def4:src/shop/stock.py", at=world.project.upstream
    )
    assert "What is there" in told


async def test_no_more_pull_requests_are_opened_than_the_repository_allows(world, plan):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\nopen-pull-requests = 0\n")
    number = world.propose(TOTAL)
    plan(edits=AFAR)
    await world.run(world.order(number))
    assert "0 pull requests of the app are open" in world.told()[0]
    assert world.branches() == ["main", "slow"]


async def test_a_change_that_does_not_apply_is_told_and_the_job_goes_on(world, plan, monkeypatch):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\n")
    number = world.propose(TOTAL)
    plan(edits=AFAR)

    async def refused(*words):
        raise DeliveryError("the change does not apply to <b>")

    monkeypatch.setattr("codeflash_github_app.jobs.proposals.write_branch", refused)
    ended = await world.run(world.order(number))
    assert ended["state"] == "done"
    assert "no pull request could be opened: the change does not apply to &#60;b&#62;" in world.told()[0]
    assert world.branches() == ["main", "slow"]


async def test_a_branch_that_somebody_committed_to_is_left_alone(world, plan):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\n")
    number = world.propose(TOTAL)
    plan(edits=AFAR)
    theirs = f"codeflash/{number}/abc123def4"
    world.project.change(theirs, SLOW, "Mine")
    world.project.git("push", "-q", "upstream", theirs)
    before = world.project.git("rev-parse", theirs, at=world.project.upstream)
    ended = await world.run(world.order(number))
    assert ended["state"] == "done"
    assert "holds something else by now" in world.told()[0]
    assert world.project.git("rev-parse", theirs, at=world.project.upstream) == before


async def test_a_fork_gets_a_patch_and_no_branch(world, plan):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\n")
    number = world.propose(TOTAL, remote="fork")
    plan(edits=AFAR)
    await world.run(world.order(number))
    assert "since the branch is in a fork" in world.told()[0]
    assert world.branches() == ["main"]


async def test_our_own_pull_requests_are_left_alone(world, plan):
    number = world.propose(branch="codeflash/1/abc")
    world.github.pull(NAME, number)["user"] = {"login": "Codeflash[bot]", "type": "Bot"}
    await world.run(world.order(number))
    assert world.github.checks == []


async def test_a_branch_of_somebody_else_that_is_named_like_ours_is_worked_on(world, plan):
    number = world.propose(branch="codeflash/1/abc")
    plan()
    await world.run(world.order(number))
    assert len(world.github.checks) == 1


async def test_branches_of_others_that_are_named_like_ours_are_not_counted(world, plan):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\nopen-pull-requests = 1\n")
    number = world.propose(TOTAL)
    world.project.git("push", "-q", "upstream", "main:codeflash/x/y")
    world.github.open(NAME, "acme:codeflash/x/y", "Mine")
    plan(edits=AFAR)
    await world.run(world.order(number))
    assert "a pull request on top of this one" in world.told()[0]


async def test_a_pull_request_that_edits_the_configuration_gains_nothing(world, plan):
    world.project.git("checkout", "-q", "-b", "greedy")
    world.project.write(
        ".codeflash.toml", "[github]\nautomatic-pull-requests = true\nmost-functions = 1000\n"
    )
    world.project.write(".github/workflows/x.yml", "on: push\n")
    text = (world.project.checkout / "src/shop/stock.py").read_text()
    world.project.write("src/shop/stock.py", text.replace("sum(prices)", "sum(prices) + 0"))
    world.project.commit("Be greedy")
    world.project.git("push", "-q", "upstream", "greedy")
    number = world.github.open(NAME, "acme:greedy", "Greedy")
    plan(edits=AFAR)
    await world.run(world.order(number))
    assert world.branches() == ["greedy", "main"]
    assert "its patch is below" in world.told()[0]


async def test_unknown_keys_are_told_in_the_check_run(world, plan):
    world.write_base(".codeflash.toml", "[github]\nbugdet = '5s'\nleast-speedup = 0.5\n")
    number = world.propose()
    plan()
    await world.run(world.order(number))
    summary = world.github.checks[0]["output"]["summary"]
    assert "unknown key bugdet; did you mean budget?" in summary
    assert "least-speedup: a factor from 1.0 up is wanted; it is 1.05 instead" in summary


async def test_files_that_are_excluded_are_left_alone(world, plan):
    world.write_base(".codeflash.toml", "[github]\nexclude = ['src/shop/**']\n")
    number = world.propose()
    await world.run(world.order(number))
    assert world.github.checks[0]["output"]["title"] == "No function that was changed can be worked on"
    assert not (world.folder / "engine.jsonl").exists()


async def test_turned_off_is_skipped(world):
    world.write_base(".codeflash.toml", "[github]\npull-requests = false\n")
    number = world.propose()
    await world.run(world.order(number))
    assert world.github.checks[0]["conclusion"] == "skipped"


async def test_a_branch_that_is_moved_meanwhile_ends_the_job(world, plan):
    number = world.propose()
    plan(seconds=30, edits={TARGET: FAST})
    order = world.order(number)
    world.project.git("checkout", "-q", "slow")
    world.project.git("commit", "-q", "--amend", "-m", "Another")
    world.project.git("push", "-q", "-f", "upstream", "slow")
    host = world.host()
    move = host.engine.optimize

    async def moving(*words, **more):
        world.github.moved(NAME, number)
        return await move(*words, **more)

    object.__setattr__(host, "engine", type("Moving", (), {"optimize": staticmethod(moving)})())
    ended = await world.run(order, host=host)
    assert ended["state"] == "superseded"
    assert world.github.checks[0]["conclusion"] == "skipped"
    assert world.told() == []


async def test_the_head_that_is_seen_has_a_job_whichever_delivery_came_last(world, plan):
    number = world.propose()
    order = world.order(number, again="5", author="ada")
    world.github.permissions["ada"] = "write"
    world.project.git("checkout", "-q", "slow")
    world.project.git("commit", "-q", "--amend", "-m", "Another")
    world.project.git("push", "-q", "-f", "upstream", "slow")
    head = world.github.moved(NAME, number)
    assert (await world.run(order))["state"] == "superseded"
    assert world.books.ensured == [evolve(order, head=head, again="", author="")]


@pytest.mark.parametrize("way", ["closed", "draft"])
async def test_no_job_is_made_for_a_head_that_nobody_asks_to_merge(world, plan, way):
    number = world.propose()
    order = evolve(world.order(number), head=world.project.start)
    world.github.pull(NAME, number).update({"closed": {"state": "closed"}, "draft": {"draft": True}}[way])
    await world.run(order)
    assert world.books.ensured == []


async def test_a_job_that_takes_too_long_is_ended_while_it_waits_for_its_turn_too(world, plan):
    number = world.propose()
    plan()
    async with taking_turns(world.folder, lambda event: None):
        ended = await world.run(world.order(number), host=world.host(job_seconds=3.0))
    (check,) = world.github.checks
    assert (ended["state"], check["conclusion"]) == ("failed", "neutral")
    assert "took longer than" in check["output"]["title"]


async def test_a_token_that_github_does_not_know_any_more_leaves_the_job_to_be_taken_up_again(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    host = world.host()
    world.github.go_wrong("POST", "/repos/acme/shop/pulls/1/reviews", status=401)
    with pytest.raises(GitHubError) as told:
        await world.run(world.order(number), host=host)
    assert told.value.passing
    tokens = len(world.github.grants)
    assert (await world.run(world.order(number), host=host))["state"] == "done"
    assert len(world.github.grants) > tokens
    assert len(world.github.reviews[NAME, number]) == 1


async def test_who_proposes_a_change_does_not_choose_the_configuration_by_its_base(world, plan):
    number = world.propose(TOTAL)
    world.project.git("checkout", "-q", "-b", "lax", "main")
    world.project.write(".codeflash.toml", "[github]\nautomatic-pull-requests = true\n")
    world.project.commit("Be lax")
    world.project.git("push", "-q", "upstream", "lax")
    world.github.pull(NAME, number)["base"]["ref"] = "lax"
    world.github.moved(NAME, number)
    plan(edits=AFAR)
    await world.run(world.order(number))
    assert "its patch is below; a comment" in world.told()[0]
    assert world.branches() == ["lax", "main", "slow"]


async def test_somebody_stops_it(world, plan):
    number = world.propose()
    plan(seconds=30)
    world.books.stop = "stopped"
    ended = await world.run(world.order(number))
    assert (ended["state"], world.github.checks[0]["conclusion"]) == ("stopped", "skipped")


FAULTS = {
    "no answer": ({"code": 3}, "ended with 3"),
    "refused": (
        {"code": 2, "out": json.dumps({"error": {"code": "prerequisite", "message": "pytest is missing", "hint": "Install it."}})},
        "pytest is missing",
    ),
    "another document": ({"code": 0, "out": '{"a": 1}'}, "answer is none"),
    "no document": ({"code": 0, "out": "[1]"}, "no answer"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
async def test_no_fault_of_ours_is_red(world, plan, kind):
    planned, told = FAULTS[kind]
    number = world.propose()
    plan(**planned)
    ended = await world.run(world.order(number))
    (check,) = world.github.checks
    assert (check["conclusion"], ended["state"]) == ("neutral", "failed")
    assert told in check["output"]["title"]


async def test_an_engine_that_takes_too_long_is_ended(world, plan):
    number = world.propose()
    plan(seconds=60)
    world.write_base(".codeflash.toml", "[github]\nbudget = '100ms'\n")
    ended = await world.run(world.order(number), host=world.host(extra_seconds=0.5))
    assert ended["state"] == "failed"
    assert "took longer" in world.github.checks[0]["output"]["title"]


async def test_a_large_repository_is_refused_before_it_is_fetched(world):
    number = world.propose()
    world.github.sizes[NAME] = 2 << 20
    await world.run(world.order(number))
    (check,) = world.github.checks
    assert check["conclusion"] == "neutral"
    assert (
        "the repository has 2,048 MiB, and this machine takes 1,024 MiB at most" in check["output"]["title"]
    )


async def test_a_repository_that_lies_about_its_size_is_refused(world):
    world.write_base("large.txt", "x" * 400_000)
    number = world.propose()
    await world.run(world.order(number), host=world.host(repository_bytes=300_000))
    assert "more than 0 MiB" in world.github.checks[0]["output"]["title"]


async def test_a_machine_without_an_environment_says_so(world):
    number = world.propose()
    host = world.host()
    object.__setattr__(host, "interpreter", world.folder / "nothing")
    await world.run(world.order(number), host=host)
    assert "no Python environment" in world.github.checks[0]["output"]["title"]


async def test_a_fault_of_the_program_is_neutral_and_its_text_stays_in_the_log(world, plan, monkeypatch):
    number = world.propose()

    async def broken(*words, **more):
        raise RuntimeError("a secret place")

    monkeypatch.setattr("codeflash_github_app.jobs.pull.touched", broken)
    ended = await world.run(world.order(number))
    assert ended["state"] == "failed"
    assert "secret" not in json.dumps(world.github.checks[0])


async def test_foreign_text_can_neither_mention_nor_mark_up(world, plan):
    number = world.propose()
    evil = "@acme/all <img src=x> [a](http://e.test) <!-- codeflash end pull -->"
    plan(edits={TARGET: FAST}, why=evil, reasons=[evil])
    await world.run(world.order(number))
    texts = [
        world.github.checks[0]["output"]["summary"],
        world.told()[0],
        world.github.reviews[NAME, number][0]["comments"][0]["body"],
    ]
    for text in texts:
        assert "@acme" not in text
        assert "<img" not in text
        assert "[a](" not in text


async def test_a_stranger_is_told_once_that_only_writers_give_orders(world):
    number = world.propose()
    for job in (1, 2):
        comment = world.github.says(NAME, number, "eve", f"/codeflash optimize {TARGET}")
        await world.run(OptimizeAsked(world.repository, number, TARGET, comment, "eve"), job=job)
    assert [sign for _, _, sign in world.github.reactions] == ["confused", "confused"]
    assert len(world.told()) == 1
    assert world.github.checks == []


@pytest.mark.parametrize(
    "target",
    ["../x.py::f", "a/../../x.py::f", "/x.py::f", "-x.py::f", "src/a.py", "src/a.py::f(", "a.py::f;g"],
)
async def test_a_name_that_is_none_is_told(world, target):
    number = world.propose()
    world.github.permissions["bob"] = "admin"
    comment = world.github.says(NAME, number, "bob", f"/codeflash optimize {target}")
    await world.run(OptimizeAsked(world.repository, number, target, comment, "bob"))
    assert "that is no function's name" in world.github.checks[0]["output"]["title"]
    assert not (world.folder / "engine.jsonl").exists()


async def test_the_engine_sees_no_secret_and_no_setting_of_the_repository(world, plan, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("CODEFLASH_API_KEY", "another")
    number = world.propose()
    plan()
    await world.run(world.order(number))
    told = json.loads((world.folder / "engine.jsonl").read_text())
    assert not any("ghp_secret" in value or "ghs_" in value for value in told["environment"].values())
    assert "CODEFLASH_API_KEY" not in told["environment"]
    assert told["environment"]["CODEFLASH_TRUSTED"] == "no"
    words = " ".join(told["words"])
    assert "--seed 0" in words
    assert "--python" in words
    assert "ghs_" not in words


POSTS = (
    ("POST", "/app/installations/1/access_tokens"),
    ("POST", "/repos/acme/shop/check-runs"),
    ("POST", "/repos/acme/shop/pulls/1/reviews"),
    ("POST", "/repos/acme/shop/issues/1/comments"),
    ("PATCH", "/repos/acme/shop/check-runs/.*"),
)


@pytest.mark.parametrize(
    "how",
    [
        {"status": 502},
        {"status": 502, "lost": True},
        {"lost": True},
        {"status": 403, "headers": {"Retry-After": "0"}, "document": {"message": "secondary rate limit"}},
    ],
)
async def test_answers_that_are_lost_or_late_post_nothing_twice(world, plan, how):
    number = world.propose()
    plan(edits={TARGET: FAST})
    for method, path in POSTS:
        world.github.go_wrong(method, path, **how)
    ended = await world.run(world.order(number))
    assert ended["state"] == "done"
    assert all(each.times == 0 for each in world.github.planned)
    assert [len(world.github.checks), len(world.told()), len(world.github.reviews[NAME, number])] == [1, 1, 1]
    assert len(world.github.checks[0]["output"]["annotations"]) == 1


async def test_a_github_that_stays_away_leaves_the_job_to_be_taken_up_again(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    world.github.go_wrong("POST", "/repos/acme/shop/issues/1/comments", status=503, times=9)
    with pytest.raises(GitHubError, match="failed at POST") as told:
        await world.run(world.order(number))
    assert told.value.passing
    world.github.planned.clear()
    ended = await world.run(world.order(number))
    assert ended["state"] == "done"
    assert [len(world.github.checks), len(world.told()), len(world.github.reviews[NAME, number])] == [1, 1, 1]
    assert len((world.folder / "engine.jsonl").read_text().splitlines()) == 1


async def test_a_limit_that_ends_late_ends_the_job_for_now(world):
    number = world.propose()
    world.github.go_wrong(
        "GET", "/repos/acme/shop/pulls/1", status=403,
        headers={"Retry-After": "900"}, document={"message": "secondary rate limit"},
    )  # fmt: skip
    with pytest.raises(GitHubError, match="rate limit") as told:
        await world.run(world.order(number))
    assert (told.value.passing, told.value.retry_after) == (True, 900.0)


async def test_a_review_that_github_refuses_becomes_a_patch(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    world.github.go_wrong("POST", "/repos/acme/shop/pulls/1/reviews", status=422, document={"message": "no"})
    ended = await world.run(world.order(number))
    (check,) = world.github.checks
    assert (ended["state"], check["conclusion"]) == ("done", "neutral")
    assert "no suggestion could be written" in check["output"]["summary"]
    assert "its patch is below" in world.told()[0]


async def test_a_conversation_that_is_locked_leaves_everything_in_the_check_run(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    for what in ("pulls/1/reviews", "issues/1/comments"):
        document = {"message": "Unable to create comment because issue is locked."}
        world.github.go_wrong("POST", f"/repos/acme/shop/{what}", status=403, document=document)
    ended = await world.run(world.order(number))
    output = world.github.checks[0]["output"]
    assert (ended["state"], ended["result"]["optimize"]["run"]) == ("done", "r1")
    assert output["title"] == "1 proven speedup: at least 2.90x"
    assert "no comment could be written" in output["summary"]
    assert "issue is locked" in output["summary"]
    assert "return min(prices)" in output["text"]
    assert world.told() == []


@pytest.mark.parametrize("granted", [{"checks": "write", "contents": "read", "pull_requests": "write"}])
async def test_an_installation_that_may_not_write_branches_gets_a_patch(world, plan, granted):
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\n")
    number = world.propose(TOTAL)
    plan(edits=AFAR)
    world.github.granted = granted
    ended = await world.run(world.order(number))
    assert (ended["state"], world.github.checks[0]["conclusion"]) == ("done", "neutral")
    assert "The permissions requested are not granted" in world.told()[0]
    assert "What is there" in world.told()[0]


async def test_an_installation_that_may_not_comment_has_everything_in_the_check_run(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    world.github.granted = {"checks": "write", "contents": "read", "pull_requests": "read"}
    ended = await world.run(world.order(number))
    assert (ended["state"], ended["outcome"]) == ("done", "neutral")
    assert "no comment could be written" in world.github.checks[0]["output"]["summary"]


async def test_a_branch_that_can_not_be_written_is_told_and_its_patch_shown(world, plan):
    world.write_base(".gitattributes", "*.py text eol=crlf\n")
    world.write_base(".codeflash.toml", "[github]\nautomatic-pull-requests = true\n")
    number = world.propose(TOTAL)
    plan(edits=AFAR)
    ended = await world.run(world.order(number))
    assert (ended["state"], world.github.checks[0]["conclusion"]) == ("done", "neutral")
    assert len(world.told()) == 1


async def test_a_check_run_that_can_not_be_concluded_does_not_lose_the_result(world, plan):
    number = world.propose()
    plan(edits={TARGET: FAST})
    world.github.go_wrong("PATCH", "/repos/acme/shop/check-runs/.*", status=403)
    ended = await world.run(world.order(number))
    assert (ended["state"], ended["outcome"]) == ("failed", "neutral")
    assert ended["result"]["optimize"]["run"] == "r1"


async def test_the_comment_of_somebody_else_is_never_written_anew(world, plan):
    number = world.propose()
    world.github.says(NAME, number, "eve", "<!-- codeflash comment:1 -->\nmine")
    plan(edits={TARGET: FAST})
    await world.run(world.order(number))
    assert world.github.comments[NAME, number][0]["body"].endswith("mine")
    assert len(world.told()) == 1


async def test_a_database_that_is_away_leaves_the_job_to_be_taken_up_again(world, plan, monkeypatch):
    number = world.propose()
    plan(edits={TARGET: FAST})
    find = world.books.find

    async def away(key):
        if isinstance(key, str) and key.startswith("review:"):
            raise DatabaseAway("the database is away", 2.0)
        return await find(key)

    monkeypatch.setattr(world.books, "find", away)
    with pytest.raises(DatabaseAway):
        await world.run(world.order(number))
    assert world.github.checks[0]["status"] == "in_progress"
    monkeypatch.undo()
    assert (await world.run(world.order(number)))["state"] == "done"
    assert [len(world.github.checks), len(world.told()), len(world.github.reviews[NAME, number])] == [1, 1, 1]


async def test_a_job_that_is_somebody_elses_by_now_posts_nothing_more(world, plan, monkeypatch):
    number = world.propose()
    plan(edits={TARGET: FAST})

    async def lost(job):
        raise Lost("it is")

    monkeypatch.setattr(world.books, "asked_to_end", lost)
    with pytest.raises(FileNotFoundError):  # nothing was kept of its end
        await world.run(world.order(number))
    assert world.github.checks[0]["status"] == "in_progress"
    assert world.told() == []
