"""What a replay says of calls, on each interpreter."""

from __future__ import annotations

from array import array
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from codeflash_worker import payload

MODULE = """
import asyncio, functools, os, random, time, uuid, datetime
SEEN = []
class Counter:
    made = 0
    def __init__(self): self.value = 1
    def add(self, x):
        self.value += x
        return self
    def take(self): return [self.value]
def append(x): SEEN.append(x)
def count(x): Counter.made += 1
def fresh(x): return [x]
@functools.lru_cache(maxsize=None)
def cached(x): return [x]
def same(x): return x
def double(source):
    for item in source: yield item * 2
def eager(source): return [item * 2 for item in source]
async def later(x):
    await asyncio.sleep(0)
    return x + 1
async def stream(x):
    for item in x:
        await asyncio.sleep(0)
        yield item
def forever(x):
    while True:
        try:
            while True: pass
        except Exception: pass
def leave(x): os._exit(3)
def now(x): return [time.time(), uuid.uuid4(), datetime.datetime.now(), os.urandom(4)]
def draw(x): return random.random()
def noisy(x):
    print("to stdout")
    os.write(2, b"to stderr")
def rebind(x): x["a"] = [item + 1 for item in x["a"]]
def in_place(x): x["a"][:] = [item + 1 for item in x["a"]]
def take_out(x):
    old = x.pop("a")
    old.clear()
def leave_out(x): x.pop("a")
def untouched(*x): return [1]
def deep(x): return deep(x + 1)
def fails(x):
    error = ValueError("at 0x7f00aa", [x])
    error.more = {"k": x}
    raise error
"""


@pytest.fixture
def replay(worker: Callable[..., Any], project: Callable[..., Path], any_python: str) -> Callable[..., Any]:
    started = worker(project({"m.py": MODULE}), python=any_python)

    def ask(qualname: str, *inputs: Any, **fields: Any) -> Any:
        blobs = [payload.dump(args if isinstance(args, tuple) else (args,), {}) for args in inputs]
        target = {"path": "m.py", "module": "m", "qualname": qualname}
        fields.setdefault("again", False)
        return started.ask("replay", blobs, target=target, seed=3, **fields)["calls"]

    return ask


Replay = Callable[..., list[dict[str, Any]]]


def test_inputs_come_a_second_time_at_the_end(replay: Replay):
    assert [call["input"] for call in replay("fresh", 1, 2, again=True)] == [0, 1, 0, 1]
    assert [call["input"] for call in replay("fresh", 1, 2, order=[1, 0])] == [1, 0]


def test_equal_calls_have_equal_digests_and_others_have_not(replay: Replay):
    one, two, other = replay("fresh", 5, 5, 6, again=False)
    assert one["facets"]["result"] == two["facets"]["result"] != other["facets"]["result"]


def test_flags_say_whether_arguments_may_be_shared(replay: Replay):
    flags = {
        name: [replay(name, value)[0][flag] for flag in ("mutated", "aliased", "consumed")]
        for name, value in (("fresh", 1), ("same", [1]), ("fails", 1))
    }
    assert flags == {"fresh": [False] * 3, "same": [False, True, False], "fails": [False] * 3}
    call = replay("double", payload.Stream([1, 2]))[0]
    assert (call["mutated"], call["consumed"]) == (True, True)


def test_containers_that_drop_out_of_reach_are_looked_at_after_the_call(replay: Replay):
    rows = [
        ("rebind", {"a": [1]}),
        ("in_place", {"a": [1]}),
        ("take_out", {"a": [1]}),
        ("leave_out", {"a": [1]}),
    ]
    calls = [replay(name, value)[0] for name, value in rows]
    assert len({call["facets"]["arguments"] for call in calls}) == 4
    assert all(call["mutated"] for call in calls)
    assert replay("rebind", {"a": [1]})[0]["facets"]["arguments"] == calls[0]["facets"]["arguments"]
    full = replay("rebind", {"a": [1]}, graphs=[0])[0]["full"]
    assert [full["nodes"][number][2] for _, number in full["kept"]] == [["a", ["r", 1]], [1]]
    assert [full["nodes"][1][2], full["kept"][1]] == [[2], ["r", 2]]


def test_arguments_of_all_kinds_that_nothing_changes_are_not_mutated(replay: Replay):
    values = (
        [[1], {"k": {1, 2}}, (3, [4]), bytearray(b"x")],
        deque([1, [2]], 3),
        OrderedDict(a=[1]),
        timedelta(3),
        Fraction(1, 2),
        [payload.Stream([1])],
        ValueError([1]),
        array("i", [1, 2]),
        partial(int, [1]),
        Random(1),
    )
    for value in values:
        assert not replay("untouched", value, again=True)[0]["mutated"], value
    assert not replay("untouched", values)[0]["mutated"]
    many = replay("untouched", [[at] for at in range(5000)], graphs=[0])[0]
    assert (many["mutated"], len(many["full"]["kept"])) == (False, 2000)


def test_one_object_handed_out_twice_shows(replay: Replay):
    assert [bool(call["facets"]["shared"]) for call in replay("cached", 1, again=True)] == [False, True]
    assert [bool(call["facets"]["shared"]) for call in replay("fresh", 1, again=True)] == [False, False]


def test_globals_and_class_attributes_that_change_are_named(replay: Replay):
    assert [list(call["facets"]["globals"]) for call in replay("append", 1, 2)] == [["SEEN"], ["SEEN"]]
    assert list(replay("count", 1)[0]["facets"]["globals"]) == ["Counter.made"]
    assert "globals" not in replay("fresh", 1)[0]["facets"]


def test_generators_are_read_and_their_laziness_is_noted(replay: Replay):
    full = replay("double", payload.Stream([1, 2]), graphs=[0])[0]["full"]
    assert full["kind"] == "generator"
    assert [consumed for _, consumed in full["facts"]["trace"]] == [[0], [1], [2]]
    assert full["consumed"] == [[2, True]]


def test_coroutines_and_asynchronous_generators_are_run(replay: Replay):
    later = replay("later", 1, graphs=[0])[0]
    assert (later["full"]["kind"], later["full"]["result"]) == ("coroutine", 2)
    stream = replay("stream", [1, 2], graphs=[0])[0]["full"]
    assert (stream["kind"], stream["nodes"][1][2]) == ("async-generator", [1, 2])


def test_a_call_that_never_ends_is_stopped_and_the_next_one_made(replay: Replay):
    calls = replay("forever", 1, 2, call_wall=0.1)
    assert [call.get("timeout") for call in calls] == [True, True]


def test_a_call_that_ends_the_process_is_placed(replay: Replay, failed: Any):
    with pytest.raises(failed) as caught:
        replay("leave", 1, 2)
    assert (caught.value.kind, caught.value.at) == ("crash", 0)


def test_random_numbers_are_the_same_each_time(replay: Replay):
    one, two, again, _ = replay("draw", 1, 2, again=True)
    assert one["facets"]["result"] == again["facets"]["result"] != two["facets"]["result"]
    assert one["facets"]["random"] != replay("fresh", 1)[0]["facets"]["random"]


def test_a_fixed_clock_makes_the_present_repeatable(replay: Replay):
    one, two = replay("now", 1, again=True, fix_clock=True)
    assert one["digest"] == two["digest"]
    one, two = replay("now", 1, again=True)
    assert one["digest"] != two["digest"]


def test_output_of_python_and_c_is_kept_apart(replay: Replay):
    full = replay("noisy", 1, graphs=[0])[0]["full"]
    assert (full["stdout"], full["stderr"]) == ("to stdout\n", "to stderr")


def test_exceptions_are_kept_with_their_attributes_and_without_addresses(replay: Replay):
    call = replay("fails", 1, graphs=[0])[0]
    assert call["raised"] == "builtins.ValueError"
    node = call["full"]["nodes"][call["full"]["error"][1]]
    assert node[2][:2] == ["('at 0x', [1])", "at 0x"]
    assert node[3] == ["__cause__", "more"]


def test_running_out_of_stack_is_an_outcome(replay: Replay):
    assert replay("deep", 1)[0]["raised"] == "builtins.RecursionError"


def test_a_replay_stops_at_the_first_unexpected_digest(replay: Replay):
    digests = [call["digest"] for call in replay("fresh", 1, 2, 3)]
    assert len(replay("fresh", 1, 2, 3, expected=digests)) == 3
    assert len(replay("fresh", 1, 2, 3, expected=[digests[0], "x", "y"])) == 2


def test_inputs_that_do_not_load_are_refused(worker: Any, project: Any, failed: Any):
    started = worker(project({"m.py": MODULE}))
    target = {"path": "m.py", "module": "m", "qualname": "fresh"}
    with pytest.raises(failed, match="payload"):
        started.ask("replay", [b"nonsense"], target=target)


def test_calls_are_rendered_readably(worker: Any, project: Any):
    started = worker(project({"m.py": MODULE}))
    blobs = [payload.dump(([1, "a"],), {"key": float("nan")}), payload.dump((payload.Stream([1]),), {}), b"x"]
    blobs.append(payload.dump(("y" * 5000,), {}))
    texts = started.ask("render", blobs, target={"qualname": "C.f"})["calls"]
    assert texts[:2] == ["C.f([1, 'a'], key=float('nan'))", "C.f(iter([1]))"]
    assert texts[2].startswith("C.f(<does not load")
    assert len(texts[3]) <= 1000
