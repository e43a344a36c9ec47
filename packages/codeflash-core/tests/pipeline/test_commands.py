import asyncio
import sys

import pytest

from codeflash_core.errors import StageError, UsageError
from codeflash_core.pipeline import commands
from codeflash_core.pipeline.command_runs import CommandRun, Runner
from codeflash_core.pipeline.commands import CommandPair, compare_commands, comparison_document, words_for
from codeflash_core.stats.rows import Difference

MS = 1e6


class Bench:
    """Takes the time that a table names, with a little noise, and no time at all."""

    times: dict[str, float]
    codes: dict[str, int]

    def __init__(self, folder) -> None:
        self.count = 0

    async def run(self, words) -> CommandRun:
        name = words[0]
        self.count += 1
        noise = 1.0 + 0.002 * ((self.count * 7919) % 13 - 6) / 6
        took = self.times.get(name, MS) * noise
        return CommandRun(took, took * 0.97, self.codes.get(name, 0))


@pytest.fixture
def bench(monkeypatch):
    Bench.times, Bench.codes = {"a": 20 * MS, "b": 20 * MS}, {}
    monkeypatch.setattr(commands, "Runner", Bench)
    return Bench


async def compared(tmp_path, **more):
    told = []
    pair = CommandPair(("a",), ("b",), tmp_path, **more)
    return await compare_commands(pair, told.append), told


async def test_a_faster_command_is_faster_by_an_interval(bench, tmp_path) -> None:
    bench.times["b"] = 10 * MS
    found, told = await compared(tmp_path)
    assert found.outcome is Difference.FASTER
    assert 1.8 < found.interval.low < 2.0 < found.interval.high < 2.2
    assert told[0].message == "warming up"


async def test_a_slower_command_is_slower(bench, tmp_path) -> None:
    bench.times["b"] = 30 * MS
    found, _ = await compared(tmp_path)
    assert found.outcome is Difference.SLOWER
    assert found.interval.high < 1


async def test_one_command_is_compared_where_two_runners_run_it(bench, tmp_path) -> None:
    machine = Bench(tmp_path)

    class Slow:
        async def run(self, words) -> CommandRun:
            run = await machine.run(words)
            return CommandRun(2 * run.wall_ns, 2 * run.cpu_ns, run.code)

    pair = CommandPair(("a",), ("a",), tmp_path)
    found = await compare_commands(pair, print, {"a": Slow(), "b": machine})
    assert found.outcome is Difference.FASTER
    assert 1.9 < found.interval.low < found.interval.high < 2.1


async def test_equal_commands_are_no_different(bench, tmp_path) -> None:
    found, _ = await compared(tmp_path)
    assert found.outcome is Difference.NO_DIFFERENCE


async def test_what_waits_is_judged_by_the_wall(bench, tmp_path, monkeypatch) -> None:
    async def waits(self, words) -> CommandRun:
        self.count += 1
        took = bench.times.get(words[0], MS) * (1.0 + 0.001 * (self.count % 3))
        return CommandRun(took, took * 0.1, 0)

    bench.times["b"] = 10 * MS
    monkeypatch.setattr(bench, "run", waits)
    found, _ = await compared(tmp_path)
    assert (found.clock, found.outcome) == ("wall", Difference.FASTER)


async def test_different_exit_codes_are_no_comparison(bench, tmp_path) -> None:
    bench.codes["b"] = 3
    found, _ = await compared(tmp_path)
    assert found.outcome is Difference.INCONCLUSIVE
    assert "exit codes differ: A 0, B 3" in found.reasons[0]
    assert not found.same_codes


async def test_commands_that_both_fail_are_compared_with_a_caution(bench, tmp_path) -> None:
    bench.codes.update(a=1, b=1)
    found, _ = await compared(tmp_path)
    assert found.same_codes
    assert "both commands end with exit code 1" in found.reasons


async def test_a_preparation_that_fails_ends_it(bench, tmp_path) -> None:
    bench.codes["p"] = 1
    with pytest.raises(UsageError, match="the preparation ended with 1"):
        await compared(tmp_path, prepare=("p",))


async def test_without_time_it_is_inconclusive_never_faster(bench, tmp_path) -> None:
    bench.times["b"] = 10 * MS
    found, _ = await compared(tmp_path, budget_seconds=0.0)
    assert found.outcome is Difference.INCONCLUSIVE
    assert "budget" in found.reasons[0]


async def test_the_document_holds_what_the_comparison_found(bench, tmp_path) -> None:
    document = comparison_document((await compared(tmp_path))[0])
    assert document["outcome"] == "no-difference"
    assert document["exit_codes"] == {"a": [0], "b": [0]}
    assert document["seconds"]["a"] == pytest.approx(0.02, rel=0.01)


def test_words_are_split_as_a_shell_would_and_nothing_is_special() -> None:
    assert words_for("prog 'a b' $HOME", shell=False) == ("prog", "a b", "$HOME")
    assert words_for("a | b", shell=True) == ("/bin/sh", "-c", "a | b")


@pytest.mark.parametrize("text", ["", "  ", "'open"])
def test_what_is_no_command_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        words_for(text, shell=False)


async def test_a_run_tells_its_exit_code_and_both_times(tmp_path) -> None:
    run = await Runner(tmp_path).run((sys.executable, "-c", "import sys; sum(range(10**5)); sys.exit(3)"))
    assert run.code == 3
    assert run.wall_ns > 0
    assert run.cpu_ns > 0


async def test_a_missing_program_is_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match="there is no program"):
        await Runner(tmp_path).run(("no-such-program-here",))


async def test_a_command_without_end_is_ended(tmp_path) -> None:
    with pytest.raises(StageError, match="longer than"):
        await Runner(tmp_path, patience=0.05).run(("sleep", "60"))


async def test_a_cancelled_run_takes_its_children_along(tmp_path) -> None:
    file = tmp_path / "pid"
    task = asyncio.create_task(Runner(tmp_path).run(("/bin/sh", "-c", "sleep 600 & echo $! > pid; wait")))
    for _ in range(10_000):
        if file.exists() and file.read_text().strip():
            break
        await asyncio.sleep(0.002)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    status = f"/proc/{file.read_text().strip()}/stat"
    for _ in range(10_000):
        try:
            with open(status) as found:  # noqa: ASYNC230, PTH123
                if found.read().rpartition(")")[2].split()[0] in "ZX":
                    break
        except OSError:
            break
        await asyncio.sleep(0.002)
    else:
        pytest.fail("a child of the command is alive")
