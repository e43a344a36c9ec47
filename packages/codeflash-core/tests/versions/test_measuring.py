import time
from types import SimpleNamespace

import pytest
from attrs import evolve

from codeflash_core.stats.rows import Difference
from codeflash_core.stats.sequential import Plan
from codeflash_core.versions import measuring as module
from codeflash_core.versions.measuring import Measuring, largest_floor


@pytest.fixture
def measure(bench_of):
    async def run(script, ids, seconds=600.0):
        measuring = Measuring(Plan(), lambda event: None, time.monotonic() + seconds)
        rows = await measuring.run(ids, bench_of(script).block)
        return {row.id: row for row in rows}, measuring

    return run


async def test_rows_get_their_outcomes(scripted, measure):
    script = scripted({"gain": (1000.0, 500.0), "loss": (1000.0, 1100.0), "same": (1000.0, 1000.0)})
    rows, measuring = await measure(script, ["gain", "loss", "same"])
    assert rows["gain"].outcome is Difference.FASTER
    assert rows["gain"].interval.low > 1.9
    assert rows["loss"].outcome is Difference.SLOWER
    assert rows["loss"].interval.high < 1.0
    assert rows["same"].outcome is Difference.NO_DIFFERENCE
    assert rows["gain"].before_ns == pytest.approx(1000.0, rel=0.01)
    assert rows["gain"].after_ns == pytest.approx(500.0, rel=0.01)
    assert largest_floor(list(rows.values())) < 0.01
    assert measuring.inside_seconds > 0.0


async def test_a_row_that_is_decided_is_measured_no_more(scripted, measure):
    script = scripted({"gain": (1000.0, 500.0), "edge": (1020.0, 1000.0)}, noise=0.01)
    rows, _ = await measure(script, ["gain", "edge"])
    assert len(rows["gain"].blocks) < len(rows["edge"].blocks)


async def test_what_cannot_be_measured_says_why(scripted, measure):
    script = scripted({"one": (1000.0, "fails"), "two": ("fails", "fails"), "three": (1e3, 1e3)})
    rows, _ = await measure(script, ["one", "two", "three"])
    assert rows["one"].problem == "fails in head: assert 1 == 2"
    assert rows["two"].problem == "fails in both versions: assert 1 == 2"
    assert rows["one"].outcome is None
    assert [rows[name].lost for name in ("one", "two", "three")] == [True, False, False]
    assert rows["three"].outcome is Difference.NO_DIFFERENCE


async def test_when_the_time_is_over_nothing_is_claimed(scripted, measure):
    rows, _ = await measure(scripted({"x": (1000.0, 500.0)}, noise=0.3), ["x"], seconds=0.0)
    assert rows["x"].outcome is Difference.INCONCLUSIVE
    assert len(rows["x"].blocks) == 2
    assert "time was over" in rows["x"].notes[0]


async def test_noise_is_no_difference(scripted, measure):
    rows, _ = await measure(scripted({"x": (1000.0, 1000.0)}, noise=0.4), ["x"])
    assert rows["x"].outcome not in (Difference.FASTER, Difference.SLOWER)


@pytest.mark.parametrize(("seconds", "blocks"), [(34.0, 3), (36.0, 4), (3.0, 2)])
async def test_a_block_is_begun_only_where_at_least_half_of_it_fits(
    scripted, bench_of, monkeypatch, seconds, blocks
):
    now, bench = [0.0], bench_of(scripted({"x": (1020.0, 1000.0)}, noise=0.1))
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))

    async def block(ids):
        now[0] += 10.0
        return await bench.block(ids)

    measuring = Measuring(Plan(), lambda event: None, seconds)
    (row,) = await measuring.run(["x"], block)
    assert len(row.blocks) == blocks


async def test_a_block_with_a_disturbed_process_is_left_out_and_told(scripted, bench_of):
    bench, done = bench_of(scripted({"x": (1000.0, 500.0)})), 0

    async def block(ids):
        nonlocal done
        done += 1
        result = await bench.block(ids)
        if done != 3:
            return result
        (samples,) = result.blocks["x"].inputs
        half = len(samples.b_cpu) // 2
        slow = {
            f"b_{clock}": tuple(
                each * (8 if at < half else 1) for at, each in enumerate(getattr(samples, f"b_{clock}"))
            )
            for clock in ("cpu", "wall")
        }
        return evolve(result, blocks={"x": evolve(result.blocks["x"], inputs=(evolve(samples, **slow),))})

    measuring = Measuring(Plan(), lambda event: None, time.monotonic() + 600.0)
    (row,) = await measuring.run(["x"], block)
    assert row.outcome is Difference.FASTER
    assert row.interval.low > 1.9
    assert row.interval.blocks == 3
    assert len(row.blocks) == 4
    assert row.notes[-1].startswith("1 of 4 blocks left out")
