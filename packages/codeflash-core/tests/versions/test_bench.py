import itertools

import pytest

from codeflash_core.versions import bench


async def test_each_benchmark_is_sampled_on_both_sides_in_mixed_order(scripted, bench_of):
    script = scripted({"x": (1000.0, 500.0), "y": (2000.0, 2000.0)})
    done = await bench_of(script).block(["x", "y"])
    assert script.starts == 4
    assert set(done.blocks) == {"x", "y"}
    samples = done.blocks["x"].inputs[0]
    assert len(samples.a_cpu) == len(samples.b_cpu) == 48
    assert min(samples.a_cpu) >= 1000.0
    assert max(samples.b_cpu) <= 501.0
    sides = [number for name, number in script.order if name == "x"]
    assert sides != sorted(sides)
    assert sides != sorted(sides, reverse=True)
    assert done.failures == {}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("fails", "assert 1 == 2"),
        ("fails late", "late failure"),
        ("timeout", "it hangs"),
        ("crash", "crash: it died"),
        ("raises", "ValueError: no more"),
    ],
)
async def test_what_breaks_on_one_side_is_told_and_the_others_are_measured(scripted, bench_of, value, told):
    script = scripted({"before": (1000.0, 1000.0), "broken": (1000.0, value), "after": (1000.0, 1000.0)})
    done = await bench_of(script).block(["before", "broken", "after"])
    assert set(done.blocks) == {"before", "after"}
    assert done.failures == {("broken", "head"): told}


async def test_what_breaks_on_both_sides_is_told_of_both(scripted, bench_of):
    done = await bench_of(scripted({"x": ("fails", "fails"), "y": (1e3, 1e3)})).block(["x", "y"])
    assert done.failures == {("x", "base"): "assert 1 == 2", ("x", "head"): "assert 1 == 2"}
    assert set(done.blocks) == {"y"}


async def test_a_long_call_is_sampled_less_often(scripted, bench_of):
    done = await bench_of(scripted({"x": (4e8, 4e8)})).block(["x"])
    assert len(done.blocks["x"].inputs[0].a_cpu) == 4
    assert done.blocks["x"].inputs[0].loops == 1


@pytest.mark.parametrize(
    ("names", "seconds", "times"),
    [("x", 10.0, 8), ("x", 0.5, 3), ("x", 0.0, 1), ("abcdefghijklmnopqrst", 3.0, 1)],
)
async def test_a_slow_start_is_worth_more_samples_of_few_benchmarks(
    scripted, bench_of, monkeypatch, names, seconds, times
):
    made = bench_of(scripted(dict.fromkeys(names, (1000.0, 1000.0))))
    clock = itertools.chain([0.0], itertools.repeat(seconds))
    monkeypatch.setattr(bench.time, "monotonic", lambda: next(clock))
    done = await made.block(list(names))
    assert len(done.blocks["x" if names == "x" else "a"].inputs[0].a_cpu) == 48 * times


async def test_all_blocks_of_a_benchmark_have_as_many_samples(scripted, bench_of, monkeypatch):
    made = bench_of(scripted({"x": (1000.0, 1000.0)}))
    clock = itertools.chain([0.0], itertools.repeat(0.5))
    monkeypatch.setattr(bench.time, "monotonic", lambda: next(clock))
    first = await made.block(["x"])
    monkeypatch.setattr(bench.time, "monotonic", lambda: 0.0)
    second = await made.block(["x"])
    assert len(first.blocks["x"].inputs[0].a_cpu) == len(second.blocks["x"].inputs[0].a_cpu) == 144


@pytest.mark.parametrize("computes", [True, False])
async def test_all_processes_of_a_round_share_a_core_where_the_call_computes(scripted, bench_of, computes):
    script = scripted({"x": (1000.0, 1000.0)}, computes=computes)
    made = bench_of(script)
    made.cores = (2, 5)
    await made.block(["x"])
    rounds = [set(script.cores[at : at + 4]) for at in range(0, len(script.cores), 4)]
    assert all(len(each) == 1 for each in rounds)
    assert set.union(*rounds) == ({2, 5} if computes else {None})
