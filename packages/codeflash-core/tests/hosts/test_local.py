import asyncio
import errno

import pytest

from codeflash_core.hosts import local
from codeflash_core.model.side import Side
from codeflash_core.sandbox.cgroup import find

CHANGED = Side.of({"m.py": b"changed\n"})


async def turns(count: int = 50) -> None:
    """Let the other tasks go on for some turns of the loop."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def impatient(monkeypatch) -> None:
    """Waiting longer shows nothing more."""
    monkeypatch.setattr(local, "GRACE_SECONDS", 0.3)


async def test_a_warm_worker_answers_again(host, work) -> None:
    first = await host.run(work(n=1))
    second = await host.run(work(n=2))
    assert first.failure is None
    assert first.data["pid"] == second.data["pid"]
    assert [first.data["answered"], second.data["answered"]] == [1, 2]
    assert second.data["request"]["n"] == 2
    assert second.cpu_seconds == 0.25


async def test_each_fresh_unit_has_a_process_of_its_own_and_does_not_fork(host, work) -> None:
    await host.run(work())
    answers = [await host.run(work(warm=False)) for _ in range(2)]
    assert [answer.data["answered"] for answer in answers] == [1, 1]
    assert all(answer.data["request"]["fork"] is False for answer in answers)


async def test_attachments_go_there_and_come_back(host, work) -> None:
    blobs = (b"", b"\0\xff" * 100_000, b"x")
    assert (await host.run(work(blobs=blobs))).blobs == blobs


async def test_each_side_sees_its_own_files_and_the_project_stays_as_it_is(host, work, project) -> None:
    answers = [await host.run(work(side)) for side in (Side(), CHANGED, Side.of({"m.py": None}))]
    assert [answer.data["file"] for answer in answers] == ["original\n", "changed\n", None]
    assert (project / "m.py").read_text() == "original\n"
    assert [path.name for path in project.iterdir()] == ["m.py"]


async def test_another_program_is_another_worker(host, work) -> None:
    answers = [await host.run(work(environment={"SEED": seed})) for seed in ("1", "2", "1")]
    assert [answer.data["seed"] for answer in answers] == ["1", "2", "1"]
    assert [answer.data["answered"] for answer in answers] == [1, 1, 2]


async def test_setup_is_asked_first_with_its_places_filled_in(host, work) -> None:
    answer = await host.run(work(setup=({"root": "{root}/src", "deep": [{"x": "{root}"}]},)))
    assert answer.data["answered"] == 2


async def test_a_setup_that_fails_is_the_answer(host, work, ours) -> None:
    answer = await host.run(work(setup=({"do": "refuse"},)))
    assert (answer.failure.kind, answer.failure.detail, answer.failure.at) == ("import", "no such module", 3)
    assert ours() == []


@pytest.mark.parametrize(
    ("do", "kind"),
    [
        ("die", "crash"),
        ("exit", "crash"),
        ("half", "crash"),
        ("garbage", "crash"),
        ("oversized", "crash"),
        ("endless", "crash"),
        ("other", "protocol"),
        ("nothing", "protocol"),
    ],
)
@pytest.mark.parametrize("warm", [True, False])
async def test_a_worker_that_breaks_the_protocol_is_ended_and_the_next_one_is_new(
    host, work, ours, do, kind, warm
) -> None:
    answer = await host.run(work(warm=warm, do=do))
    assert answer.failure is not None
    assert answer.failure.kind == kind, answer.failure.detail
    assert dict(answer.data) == {}
    assert ours() == []
    assert (await host.run(work(warm=warm))).data["answered"] == 1


@pytest.mark.parametrize("warm", [True, False])
async def test_a_worker_that_hangs_is_ended_in_time(host, work, ours, warm) -> None:
    answer = await host.run(work(warm=warm, do="sleep", wall=0.2))
    assert answer.failure.kind == "timeout"
    assert ours() == []
    assert (await host.run(work(warm=warm))).failure is None


@pytest.mark.skipif(find() is None, reason="no group bounds the number of processes here")
@pytest.mark.parametrize("warm", [True, False])
async def test_an_answer_after_the_kernel_refused_a_process_is_none(
    host, work, ours, monkeypatch, warm
) -> None:
    # The watcher would end it on most machines before it could answer.
    monkeypatch.setattr("codeflash_core.sandbox.watch._POLL_SECONDS", 60.0)
    answer = await host.run(work(warm=warm, do="outgrow"))
    assert (answer.failure.kind, dict(answer.data)) == ("processes", {})
    assert ours() == []
    assert (await host.run(work(warm=warm))).data["answered"] == 1


async def test_a_failure_that_the_worker_tells_leaves_it_alive(host, work) -> None:
    first = await host.run(work())
    refused = await host.run(work(do="refuse"))
    assert (refused.failure.kind, refused.failure.at) == ("import", 3)
    assert (await host.run(work())).data["pid"] == first.data["pid"]


async def test_a_failure_of_odd_types_is_text_all_the_same(host, work) -> None:
    failure = (await host.run(work(do="odd"))).failure
    assert isinstance(failure.kind, str)
    assert len(failure.kind) <= 40
    assert isinstance(failure.detail, str)
    assert failure.at == -1


async def test_a_worker_that_dies_between_requests_costs_one_answer_at_most(host, work) -> None:
    first = await host.run(work(do="answer-and-die"))
    assert first.failure is None
    later = [await host.run(work()) for _ in range(2)]
    assert later[1].failure is None
    assert later[1].data["answered"] == (1 if later[0].failure else 2)
    assert later[1].data["pid"] != first.data["pid"] or later[0].failure is not None


@pytest.mark.parametrize(("extra", "kind"), [("stillborn", "start"), ("silent", "start")])
async def test_a_worker_that_does_not_begin_is_a_failure(host, work, ours, monkeypatch, extra, kind) -> None:
    if extra == "silent":
        monkeypatch.setattr(local, "SETUP_SECONDS", 0.5)
    answer = await host.run(work(extra=(extra,)))
    assert answer.failure.kind == kind, answer.failure.detail
    assert ours() == []


async def test_units_of_one_warm_worker_wait_for_each_other(host, work) -> None:
    answers = await asyncio.gather(*(host.run(work(n=n)) for n in range(8)))
    assert len({answer.data["pid"] for answer in answers}) == 1
    assert sorted(answer.data["answered"] for answer in answers) == list(range(1, 9))
    assert [answer.data["request"]["n"] for answer in answers] == list(range(8))


async def test_a_worker_that_breaks_is_replaced_for_those_who_wait(host, work) -> None:
    answers = await asyncio.gather(
        host.run(work()), host.run(work(do="die")), *(host.run(work()) for _ in range(3))
    )
    assert [answer.failure is None for answer in answers] == [True, False, True, True, True]


async def test_no_more_warm_workers_wait_than_set(host, work, ours, monkeypatch) -> None:
    monkeypatch.setattr(local, "WARM_PROCESSES", 2)
    pids = [(await host.run(work(environment={"SEED": str(n)}))).data["answered"] for n in range(5)]
    assert pids == [1] * 5
    # The newest is still there, the oldest was ended to make room.
    assert (await host.run(work(environment={"SEED": "4"}))).data["answered"] == 2
    assert (await host.run(work(environment={"SEED": "0"}))).data["answered"] == 1


async def test_a_discarded_side_is_gone_and_can_come_again(host, work, ours, tmp_path) -> None:
    await host.run(work(CHANGED))
    trees = tmp_path / "scratch" / "trees"
    assert [path.name for path in trees.iterdir()] == [CHANGED.id]
    await host.discard(CHANGED)
    assert ours() == []
    assert list(trees.iterdir()) == []
    again = await host.run(work(CHANGED))
    assert (again.data["answered"], again.data["file"]) == (1, "changed\n")


async def test_a_side_that_was_never_used_can_be_discarded(host) -> None:
    await host.discard(CHANGED)


async def test_closing_leaves_no_process(host, work, ours) -> None:
    await asyncio.gather(host.run(work()), host.run(work(CHANGED)), host.run(work(warm=False)))
    assert ours() != []
    await host.close()
    assert ours() == []


@pytest.mark.parametrize("warm", [True, False])
async def test_cancelled_work_leaves_no_process_after_the_host_is_closed(host, work, ours, warm) -> None:
    await host.run(work(n=1))
    task = asyncio.create_task(host.run(work(warm=warm, do="sleep")))
    while len(ours()) < (1 if warm else 2):
        await turns(1)
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await host.close()
    assert ours() == []


async def test_a_cancelled_request_does_not_give_its_answer_to_the_next(host, work) -> None:
    task = asyncio.create_task(host.run(work(n=1)))
    await turns(3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for n in (2, 3):
        answer = await host.run(work(n=n))
        assert answer.failure is None
        assert answer.data["request"]["n"] == n


async def test_a_request_cancelled_under_way_does_not_spoil_the_next(host, work) -> None:
    await host.run(work(n=0))
    task = asyncio.create_task(host.run(work(n=1, do="sleep")))
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    answer = await host.run(work(n=2, wall=20.0))
    assert answer.failure is None
    assert (answer.data["request"]["n"], answer.data["answered"]) == (2, 1)


async def test_a_process_started_beforehand_serves_one_unit_and_is_then_gone(host, work, ours) -> None:
    fresh = work(warm=False)
    await host.ready([(fresh.side, fresh.program)] * 2, 60.0)
    started = set(ours())
    answers = [await host.run(fresh) for _ in range(2)]
    assert [answer.data["answered"] for answer in answers] == [1, 1]
    assert ours() == []
    await host.run(fresh)
    assert started
    assert ours() == []


async def test_processes_started_for_nothing_are_ended_when_others_are_wanted(host, work, ours) -> None:
    fresh, other = work(warm=False), work(CHANGED, warm=False)
    await host.ready([(fresh.side, fresh.program)], 60.0)
    one = set(ours())
    await host.ready([(other.side, other.program), (fresh.side, fresh.program)], 60.0)
    both = set(ours())
    assert one < both
    await host.ready([(other.side, other.program)], 60.0)
    assert set(ours()) == both - one
    await host.discard(CHANGED)
    assert ours() == []


@pytest.fixture
def crowded(host, monkeypatch):
    """``crowded()``: the next start fails for want of file descriptors, once the event is set."""
    start = host._sandbox.start
    events = []

    async def begin(*given, **named):
        if events:
            await events.pop().wait()
            raise OSError(errno.EMFILE, "Too many open files")
        return await start(*given, **named)

    monkeypatch.setattr(host._sandbox, "start", begin)

    def crowd(*, at_once: bool = False) -> asyncio.Event:
        events.append(asyncio.Event())
        if at_once:
            events[-1].set()
        return events[-1]

    return crowd


@pytest.mark.parametrize("warm", [True, False])
async def test_a_start_that_the_system_refuses_is_tried_again_by_the_next_unit(
    host, work, crowded, warm
) -> None:
    crowded(at_once=True)
    with pytest.raises(OSError, match="Too many open files"):
        await host.run(work(warm=warm))
    assert (await host.run(work(warm=warm))).data["answered"] == 1


async def test_a_start_that_fails_when_nobody_waits_any_more_is_forgotten(host, work, crowded) -> None:
    event = crowded()
    task = asyncio.create_task(host.run(work()))
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    event.set()
    await asyncio.wait(list(host._warm.values()))
    await turns(2)
    assert host._warm == {}
    assert (await host.run(work())).data["answered"] == 1


async def test_closing_stops_every_worker_whatever_a_start_failed_with(host, work, ours, crowded) -> None:
    await host.run(work())
    event = crowded()
    failing = asyncio.create_task(host.run(work(environment={"SEED": "1"})))
    await turns()
    await host.run(work(CHANGED))
    # What fails is stopped first.
    host._warm = dict(sorted(host._warm.items(), key=lambda each: each[1].done()))
    closing = asyncio.create_task(host.close())
    await turns()
    event.set()
    with pytest.raises(OSError, match="Too many open files"):
        await failing
    await closing
    assert ours() == []


async def test_processes_that_could_not_be_started_beforehand_are_started_when_asked_for(
    host, work, crowded
) -> None:
    crowded(at_once=True)
    fresh = work(warm=False)
    await host.ready([(fresh.side, fresh.program)], 60.0)
    assert (await host.run(fresh)).data["answered"] == 1


async def test_a_worker_that_took_the_place_of_a_broken_one_stays(host, work) -> None:
    await host.run(work())
    (key,) = host._warm
    broken = host._warm.pop(key)
    second = await host.run(work())
    host._forget(key, broken)
    assert (await host.run(work())).data["pid"] == second.data["pid"]
    await host._stop(broken)
