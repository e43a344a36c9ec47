"""``compare`` on a machine behind a real sshd."""

import asyncio

import pytest
from attrs import evolve

from codeflash_core.errors import PrerequisiteError, StageError, UsageError
from codeflash_core.runners.comparing import Elsewhere, compare_there, stop_there
from codeflash_core.runners.connection import ConnectionLost
from codeflash_core.runners.jobs import Patience
from codeflash_core.stats.rows import Difference
from codeflash_core.versions.comparing import compare_versions
from codeflash_core.versions.values import VersionsRequest

BENCHMARK = "src/shop/ordering.py::many"
QUICK = Patience(first=0.05, most=0.2, total=2.0)


@pytest.fixture
def request_of(project):
    def make(**more):
        given = {"folder": project.root, "base": "HEAD~1", "benchmarks": (BENCHMARK,), "budget_seconds": 1.0}
        return VersionsRequest(**{**given, **more})

    return make


@pytest.fixture
def place(connection):
    return Elsewhere(connection, "bench", patience=QUICK)


@pytest.fixture
def delivered():
    return []


def gained(found):
    """Whether the known gain was seen; a busy machine may want more time to be sure than a test gives it."""
    (row,) = found.rows
    return row.outcome in (Difference.FASTER, Difference.INCONCLUSIVE) and row.interval.point > 2


def messages(heard):
    return [each.message for each in heard]


def nothing_is_left(machine):
    repositories = list(machine.runner.glob("*.git"))
    return not machine.jobs and not repositories and not machine.processes()


def saying(does, document="{}"):
    """A codeflash of the machine that calls itself version 9, does something, and prints a document."""
    version = '[ "$1" = --version ] && echo "codeflash 9" && exit'
    return f"#!/bin/sh\n{version}\n{does}\necho '{document}'\n"


async def until(condition, seconds=60):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_the_answer_is_that_of_a_local_comparison(request_of, place, machine, heard, delivered) -> None:
    there = await compare_there(request_of(), place, heard.append, delivered.append)
    here = await compare_versions(request_of(), heard.append)
    assert delivered == [there]
    assert (there.found.base, there.found.head) == (here.base, here.head)
    (row,), (own,) = there.found.rows, here.rows
    assert row.id == own.id
    assert gained(there.found)
    assert gained(here)
    assert {each.name for each in row.functions} == {each.name for each in own.functions}
    assert there.document["ran_on"]["destination"] == machine.destination
    assert there.document["base"]["name"] == "HEAD~1"
    assert there.found.health is not None
    assert nothing_is_left(machine)


@pytest.mark.slow
async def test_a_connection_that_is_cut_three_times_changes_nothing(
    request_of, place, machine, heard, delivered
) -> None:
    request = request_of(budget_seconds=40.0)
    running = asyncio.ensure_future(compare_there(request, place, heard.append, delivered.append))
    for number in (1, 2, 3):
        await until(lambda number=number: f"block {number} " in machine.said() and machine.cut())
    there = await running
    assert gained(there.found)
    assert sum("no connection to" in each for each in messages(heard)) >= 3
    # What was said while nobody listened is told later, once.
    blocks = [each.split(" of ")[0] for each in messages(heard) if each.startswith("block ")]
    assert blocks == sorted(set(blocks), key=lambda each: int(each.split()[1]))
    assert nothing_is_left(machine)


@pytest.mark.slow
async def test_two_clients_queue_and_the_second_is_told_behind_whom(
    request_of, place, machine, heard, delivered, project, tmp_path
) -> None:
    project.git("clone", "-q", str(project.root), str(tmp_path / "other"))
    project.git("-C", str(tmp_path / "other"), "config", "user.name", "Grace Hopper")
    other = []
    first = asyncio.ensure_future(
        compare_there(request_of(budget_seconds=3.0), place, heard.append, delivered.append)
    )
    await until(lambda: "measure" in machine.said())
    second = asyncio.ensure_future(
        compare_there(request_of(folder=tmp_path / "other"), place, other.append, delivered.append)
    )
    await until(lambda: any("behind Ada Lovelace, since" in each for each in messages(other)))
    assert not any(each.startswith("block") for each in messages(other))
    found = await asyncio.gather(first, second)
    assert all(gained(each.found) for each in found)
    assert len(delivered) == 2
    assert nothing_is_left(machine)


@pytest.mark.slow
async def test_who_leaves_finds_the_job_again_and_does_not_start_another(
    request_of, place, machine, heard, delivered
) -> None:
    request = request_of(budget_seconds=3.0)
    running = asyncio.ensure_future(compare_there(request, place, heard.append, delivered.append))
    await until(lambda: "block 1 " in machine.said())
    running.cancel()
    with pytest.raises(asyncio.CancelledError) as left:
        await running
    assert "the same command attaches" in " ".join(left.value.__notes__)
    (job,) = machine.jobs
    began = (job / "pid").read_text()
    again = asyncio.ensure_future(compare_there(request, place, heard.append, delivered.append))
    await until(lambda: any("attached to it" in each for each in messages(heard)))
    assert (job / "pid").read_text() == began
    assert gained((await again).found)
    assert nothing_is_left(machine)


@pytest.mark.slow
async def test_an_answer_that_can_t_be_delivered_stays_there(
    request_of, place, machine, heard, delivered
) -> None:
    def full(there):
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        await compare_there(request_of(), place, heard.append, full)
    (job,) = machine.jobs
    assert (job / "status").read_text().strip() == "0"
    await compare_there(request_of(), place, heard.append, delivered.append)
    assert len(delivered) == 1
    assert nothing_is_left(machine)


@pytest.mark.slow
async def test_a_machine_that_vanishes_is_waited_for_and_then_told(
    request_of, place, machine, heard, delivered
) -> None:
    running = asyncio.ensure_future(
        compare_there(request_of(budget_seconds=60.0), place, heard.append, delivered.append)
    )
    await until(lambda: "block 1 " in machine.said())
    machine.vanish()
    machine.lose_jobs()
    with pytest.raises(ConnectionLost, match=r"no connection to .*Connection refused") as told:
        await running
    assert "the same command attaches" in " ".join(told.value.__notes__)
    await until(lambda: not machine.processes())
    machine.start()
    # It came back without the job: that is measured anew, and what the dead one left goes away.
    there = await compare_there(evolve(request_of(), seed=1), place, heard.append, delivered.append)
    assert gained(there.found)
    assert nothing_is_left(machine)


@pytest.mark.slow
async def test_a_machine_that_restarts_while_one_waits_is_told(
    request_of, place, machine, heard, delivered
) -> None:
    running = asyncio.ensure_future(
        compare_there(request_of(budget_seconds=60.0), place, heard.append, delivered.append)
    )
    await until(lambda: "block 1 " in machine.said())
    machine.vanish()
    machine.lose_jobs()
    await until(lambda: not machine.processes())
    machine.start()
    with pytest.raises(StageError, match="is gone: the machine was restarted"):
        await running
    assert nothing_is_left(machine)
    assert delivered == []


@pytest.mark.slow
async def test_stopping_ends_the_job_and_leaves_nothing(request_of, place, machine, heard, delivered) -> None:
    request = request_of(budget_seconds=60.0)
    running = asyncio.ensure_future(compare_there(request, place, heard.append, delivered.append))
    await until(lambda: "block 1 " in machine.said())
    assert await stop_there(request, place, heard.append) in ("finished", "dead")
    with pytest.raises(StageError, match=r"was stopped|is gone: somebody else"):
        await running
    assert await stop_there(request, place, heard.append) == "absent"
    assert nothing_is_left(machine)
    assert not list((machine.home / "state/scratch").glob("*"))


@pytest.mark.slow
async def test_the_setup_makes_the_environment_and_runner_names_it(
    request_of, connection, machine, heard, delivered
) -> None:
    setup = 'mkdir -p .venv/bin && ln -s "$CODEFLASH_PYTHON" .venv/bin/python && echo made >&2'
    place = Elsewhere(connection, "bench", setup, QUICK)
    await compare_there(request_of(), place, heard.append, delivered.append)
    said = [f"{each.stage} {each.message}" for each in heard]
    assert any(each.startswith("setup mkdir") for each in said)
    assert any(each.startswith("runner ") and each.endswith("/checkout/.venv/bin/python") for each in said)
    assert nothing_is_left(machine)


async def test_a_setup_that_fails_is_told(request_of, connection, machine, heard, delivered) -> None:
    place = Elsewhere(connection, "bench", "exit 3", QUICK)
    with pytest.raises(StageError, match="on bench: the setup failed: exit 3"):
        await compare_there(request_of(), place, heard.append, delivered.append)
    assert nothing_is_left(machine)


async def test_what_codeflash_there_refuses_is_told_with_its_hint(
    request_of, place, machine, heard, delivered
) -> None:
    with pytest.raises(StageError, match="on bench: ") as told:
        await compare_there(request_of(benchmarks=("nothing.py",)), place, heard.append, delivered.append)
    assert told.value.message != "on bench: "
    assert nothing_is_left(machine)


async def test_a_ref_that_is_not_there_is_refused_before_anything_is_asked(
    request_of, place, machine, heard, delivered
) -> None:
    with pytest.raises(UsageError, match="there is no commit nowhere"):
        await compare_there(request_of(base="nowhere"), place, heard.append, delivered.append)
    assert not machine.runner.exists()


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 127\n", None])
async def test_without_codeflash_there_it_says_so(request_of, place, machine, heard, delivered, text) -> None:
    program = machine.home / "bin/codeflash"
    program.unlink()
    if text:
        program.write_text(text)
        program.chmod(0o755)
    with pytest.raises(PrerequisiteError, match="there is no codeflash on"):
        await compare_there(request_of(), place, heard.append, delivered.append)
    assert not machine.runner.exists()


async def test_a_machine_that_never_answered_is_told_at_once(
    request_of, place, machine, heard, delivered
) -> None:
    machine.vanish()
    with pytest.raises(ConnectionLost, match="no connection"):
        await compare_there(request_of(), place, heard.append, delivered.append)
    assert heard == []


async def test_nonsense_from_there_is_told(request_of, place, machine, heard, delivered) -> None:
    (machine.home / "bin/codeflash").write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "codeflash 9" && exit\necho "rows of nothing"\necho "oh no" >&2\nexit 3\n'
    )
    with pytest.raises(StageError, match="on bench: no") as told:
        await compare_there(request_of(), place, heard.append, delivered.append)
    assert "codeflash 9" in told.value.hint
    assert nothing_is_left(machine)


async def test_the_words_there_say_the_same(request_of, place, machine, heard, delivered) -> None:
    (machine.home / "bin/codeflash").write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "codeflash 9" && exit\nprintf "%s\\n" "$@" >"$HOME/words"\nprintf "%s %s" "${SSH_AUTH_SOCK-none}" "$RUNNER" >"$HOME/variables"\necho "{}"\n'
    )
    request = request_of(
        functions=("a b",),
        modules=("shop",),
        memory=True,
        pass_through=("NAME",),
        delta=0.01,
        interpreter="python3",
    )
    with pytest.raises(StageError):
        await compare_there(request, place, heard.append, delivered.append)
    words = (machine.home / "words").read_text().splitlines()
    assert words[0] == "compare"
    assert words[3:] == [
        "--python", "python3", "--json", "--budget=1.000s", "--seed=0", "--sandbox=auto",
        "--benchmarks", BENCHMARK, "--functions", "a b", "--import-time", "shop", "--env", "NAME", "--memory",
        "--fail-on-regression=1%",
    ]  # fmt: skip
    assert (machine.home / "variables").read_text() == "none python3"


async def test_the_setup_may_use_the_agent_and_nothing_else_may(
    request_of, connection, machine, agent, heard, delivered
) -> None:
    look = 'ls -a .. >"$HOME/around"; SSH_AUTH_SOCK=$(cat "$HOME/socket") ssh-add -L >"$HOME/after" 2>&1'
    (machine.home / "bin/codeflash").write_text(
        saying(f'echo "${{SSH_AUTH_SOCK-none}}" >"$HOME/variables"; {look}')
    )
    setup = 'readlink -f "$SSH_AUTH_SOCK" >"$HOME/socket" && ssh-add -L >"$HOME/keys"'
    place = Elsewhere(connection, "bench", setup, QUICK)
    with pytest.raises(StageError):
        await compare_there(request_of(), place, heard.append, delivered.append)
    assert "loopback" in (machine.home / "keys").read_text()
    assert (machine.home / "variables").read_text() == "none\n"
    # Neither the link beside the checkout nor the socket that it led to is there any more.
    around = (machine.home / "around").read_text().split()
    assert "checkout" in around
    assert "agent" not in around
    assert "loopback" not in (machine.home / "after").read_text()


async def test_without_a_setup_no_agent_is_lent(request_of, place, machine, agent, heard, delivered) -> None:
    (machine.home / "bin/codeflash").write_text(
        saying('until [ -f ../followed ]; do sleep 0.1; done; ls -a .. >"$HOME/around"')
    )
    with pytest.raises(StageError):
        await compare_there(request_of(), place, heard.append, delivered.append)
    around = (machine.home / "around").read_text().split()
    assert "checkout" in around
    assert "agent" not in around


async def test_what_a_setup_leaves_running_does_not_keep_a_dead_job_alive(
    request_of, connection, machine, heard, delivered
) -> None:
    setup = 'sleep 600 & echo $! >"$HOME/left"; kill -KILL $PPID; wait'
    place = Elsewhere(connection, "bench", setup, QUICK)
    try:
        with pytest.raises(StageError, match="is gone: the machine was restarted, or somebody ended it"):
            async with asyncio.timeout(60):
                await compare_there(request_of(), place, heard.append, delivered.append)
    finally:
        machine.lose_jobs()
    assert not machine.jobs


async def test_a_measurement_that_can_t_be_read_here_stays_there(
    request_of, place, machine, heard, delivered
) -> None:
    (machine.home / "bin/codeflash").write_text(saying("", '{"rows": [], "base": "of another version"}'))
    with pytest.raises(StageError, match="this is no comparison of two versions") as told:
        await compare_there(request_of(), place, heard.append, delivered.append)
    assert "the same command attaches" in " ".join(told.value.__notes__)
    (job,) = machine.jobs
    assert "of another version" in (job / "out").read_text()


async def test_a_machine_with_another_version_is_refused_before_anything_goes_there(
    request_of, place, machine, heard, delivered
) -> None:
    (machine.home / "bin/codeflash").write_text(saying(""))
    with pytest.raises(PrerequisiteError, match=r"there is codeflash 9 on .*, and codeflash 10 here"):
        await compare_there(
            request_of(), evolve(place, version="codeflash 10"), heard.append, delivered.append
        )
    assert not machine.runner.exists()


async def test_a_connection_lost_while_clearing_does_not_hide_why_there_is_no_answer(
    request_of, place, machine, heard, delivered, monkeypatch
) -> None:
    async def lost(run):
        raise ConnectionLost("the connection broke")

    monkeypatch.setattr("codeflash_core.runners.comparing.RemoteRun.clear", lost)
    (machine.home / "bin/codeflash").write_text(saying("", '{"error": {"message": "no such benchmark"}}'))
    with pytest.raises(StageError, match="on bench: no such benchmark"):
        await compare_there(request_of(), place, heard.append, delivered.append)
    assert any("the result still lies there" in each for each in messages(heard))
