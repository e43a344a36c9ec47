import subprocess

import pytest

DISTINCT = "src/shop/ordering.py::distinct"
START = {"goal": "faster orders", "domain": "cpu"}


@pytest.fixture
def repository(shop):
    git = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.test"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
        subprocess.run([*git, *words], cwd=shop.root, check=True)
    for key, value in (("user.name", "Ann"), ("user.email", "ann@example.test")):
        subprocess.run(["git", "config", key, value], cwd=shop.root, check=True)
    return shop


async def test_without_a_session_every_step_says_what_to_do(connect, told, repository) -> None:
    async with connect() as client:
        for name in ("session_status", "session_finish", "session_keep", "session_profile"):
            said = told.refusal(await client.call_tool(name, {}))
            assert "session" in said


async def test_a_session_is_begun_learnt_from_and_finished(connect, told, repository) -> None:
    async with connect() as client:
        begun = told.answer(await client.call_tool("session_start", START))
        assert "profile" in begun["next"]
        assert begun["may_keep"] is False
        told.answer(await client.call_tool("session_learn", {"text": "Names repeat a lot."}))
        standing = told.answer(await client.call_tool("session_status", {}))
        assert standing["session"]["goal"] == "faster orders"
        ended = told.answer(await client.call_tool("session_finish", {}))
    assert ended["state"] == "finished"
    assert (repository.root / begun["folder"] / "learnings.md").is_file()


async def test_steps_out_of_order_are_refused(connect, told, repository) -> None:
    async with connect() as client:
        told.answer(await client.call_tool("session_start", START))
        experiment = {"target": DISTINCT, "technique": "data-structure", "hypothesis": "a dict is faster"}
        assert "profile" in told.refusal(await client.call_tool("session_experiment", experiment))
        told.refusal(await client.call_tool("session_baseline", {"target": DISTINCT}))
        told.refusal(await client.call_tool("session_keep", {}))
        told.refusal(await client.call_tool("session_discard", {"reason": "none"}))


async def test_a_change_is_handed_in_in_one_way(connect, told, repository) -> None:
    async with connect() as client:
        told.answer(await client.call_tool("session_start", START))
        assert "not 0" in told.refusal(await client.call_tool("session_evaluate", {}))
        two = {"file_text": "x", "patch": "y"}
        assert "not 2" in told.refusal(await client.call_tool("session_evaluate", two))
        none = {"function_source": "def f(): ..."}
        assert "no experiment is open" in told.refusal(await client.call_tool("session_evaluate", none))


async def test_a_plateau_that_is_none_is_refused(connect, told, repository) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("session_start", {**START, "plateau": "many"}))
    assert "6:3" in said


async def test_an_empty_learning_is_refused(connect, told, repository) -> None:
    async with connect() as client:
        told.answer(await client.call_tool("session_start", START))
        told.refusal(await client.call_tool("session_learn", {"text": " "}))


@pytest.mark.slow
async def test_a_wrong_change_is_refused_with_its_counterexample_and_discarded(
    connect, told, repository
) -> None:
    wrong = "def distinct(names):\n    return list(dict.fromkeys(names))[::-1]\n"
    async with connect() as client:
        told.answer(await client.call_tool("session_start", START))
        profiled = told.answer(await client.call_tool("session_profile", {}))
        assert DISTINCT in [each["target"] for each in profiled["session"]["profile"]["hotspots"]]
        told.answer(await client.call_tool("session_baseline", {"target": DISTINCT}))
        experiment = {"target": DISTINCT, "technique": "data-structure", "hypothesis": "a dict is faster"}
        told.answer(await client.call_tool("session_experiment", experiment))
        judged = told.answer(await client.call_tool("session_evaluate", {"function_source": wrong}))
        assert judged["may_keep"] is False
        assert judged["session"]["experiment"]["evaluation"]["measured"]["counterexample"]
        told.refusal(await client.call_tool("session_keep", {}))
        closed = told.answer(await client.call_tool("session_discard", {"reason": "the order is reversed"}))
    assert closed["session"]["closed"]
    assert repository.scratch() == []


# the faster one costs nothing on an empty list either: a price there would be judged, too
SLOW = """def spread(values):
    result = []
    for value in values:
        result = result + [value + 1]
    return result
"""
RIGHT = """def spread(values):
    result = []
    for value in values:
        result.append(value + 1)
    return result
"""
TEST = """from shop.spreading import spread


def test_spread():
    for size in (0, 1, 400, 800):
        assert spread(list(range(size))) == list(range(1, size + 1))
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_right_change_is_kept_on_a_branch(connect, told, shop, request) -> None:
    patient = {"budget_seconds": 300}  # a busy machine needs more blocks
    (shop.root / "src/shop/spreading.py").write_text(SLOW)
    (shop.root / "tests/test_spreading.py").write_text(TEST)
    request.getfixturevalue("repository")
    target = "src/shop/spreading.py::spread"
    async with connect() as client:
        told.answer(await client.call_tool("session_start", START))
        told.answer(await client.call_tool("session_profile", {"tests": ["tests/test_spreading.py"]}))
        told.answer(await client.call_tool("session_baseline", {"target": target, **patient}))
        experiment = {
            "target": target,
            "technique": "data-structure",
            "hypothesis": "the list is copied for each value",
        }
        told.answer(await client.call_tool("session_experiment", experiment))
        judged = told.answer(
            await client.call_tool("session_evaluate", {"function_source": RIGHT, **patient})
        )
        assert judged["may_keep"], judged["session"]["experiment"]["evaluation"]
        kept = told.answer(await client.call_tool("session_keep", {"description": "append in place"}))
    assert kept["session"]["closed"][-1]["branch"].startswith("perf/")
