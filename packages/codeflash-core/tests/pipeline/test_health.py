"""What files of Linux say of a machine, and what is made of it."""

import pytest

from codeflash_core.pipeline.health import (
    MARK,
    Facts,
    Fitness,
    facts_of,
    judge,
    machine_health,
    printed_snapshot,
)

STAT = (
    "cpu  {user} 0 0 {idle} 0 0 0 {steal} 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 1 0 0 1 0 0 0 0 0 0\nctxt 5\n"
)


def taken(user=0, idle=0, steal=0, swapped=0, **more):
    return {
        "/proc/stat": STAT.format(user=user, idle=idle, steal=steal),
        "/proc/loadavg": "0.10 0.20 0.30 1/100 4242\n",
        "/proc/meminfo": "MemTotal:  1000 kB\nSwapTotal: 500 kB\nSwapFree: 480 kB\n",
        "/proc/vmstat": f"pgpgin 7\npswpin {swapped}\npswpout 0\n",
        **more,
    }


def test_an_idle_machine_is_quiet() -> None:
    facts = facts_of(taken(), taken(idle=100))
    assert facts.cores == 2
    assert facts.busy_cores == 0
    assert judge(facts).verdict is Fitness.QUIET
    assert judge(facts).line == "quiet"


@pytest.mark.parametrize(
    ("after", "verdict", "told"),
    [
        (taken(user=50, idle=50), Fitness.USABLE, "other work keeps 1.0 of 2 cores busy"),
        (taken(user=80, idle=20), Fitness.NOISY, "other work keeps 1.6 of 2 cores busy"),
        (taken(idle=99, steal=1), Fitness.USABLE, "the host takes 1.0% of the time"),
        (taken(idle=90, steal=10), Fitness.NOISY, "the host takes 10.0% of the time"),
        (taken(idle=100, swapped=3), Fitness.NOISY, "memory is being swapped (3 pages)"),
    ],
    ids=["a core is free", "no core is free", "a little stolen", "much stolen", "swapping"],
)
def test_what_disturbs_is_named(after, verdict, told) -> None:
    health = judge(facts_of(taken(), after))
    assert health.verdict is verdict
    assert told in health.line


@pytest.mark.parametrize(
    ("facts", "verdict", "told"),
    [
        (Facts(1, 0.0, 0.0, 0.0, 0.0, 0, ("powersave",)), Fitness.USABLE, "governor powersave"),
        (Facts(1, 0.0, 0.0, 0.0, 0.0, 0, ("performance",), True), Fitness.USABLE, "boost is on"),
        (Facts(1, 0.0, 0.0, 0.0, 0.0, 0, ("performance",), False, 2), Fitness.NOISY, "too hot"),
        (Facts(1, 0.0, 0.0, 0.0, 0.5, 0), Fitness.USABLE, "swap holds as much as 50%"),
        (Facts(2, 0.0, 0.0, 9.0, 0.0, 0), Fitness.USABLE, "load of the last minute was 9.0 on 2 cores"),
        (Facts(1, 0.9, 0.0), Fitness.NOISY, "0.9 of 1 core busy"),
    ],
)
def test_scaling_heat_and_swap_are_named(facts, verdict, told) -> None:
    health = judge(facts)
    assert health.verdict is verdict
    assert told in health.line


def test_frequency_and_heat_are_read_where_the_machine_tells_them() -> None:
    cpu = "/sys/devices/system/cpu"
    more = {
        f"{cpu}/cpu0/cpufreq/scaling_governor": "powersave\n",
        f"{cpu}/intel_pstate/no_turbo": "1\n",
        f"{cpu}/cpu0/thermal_throttle/core_throttle_count": "5\n",
    }
    later = {**more, f"{cpu}/cpu0/thermal_throttle/core_throttle_count": "7\n"}
    facts = facts_of(taken(**more), taken(idle=10, **later))
    assert (facts.governors, facts.boost, facts.throttled) == (("powersave",), False, 2)
    assert judge(facts).unknown == ()


def test_a_machine_that_tells_nothing_is_usable_and_says_so() -> None:
    health = judge(facts_of({}, {}))
    assert health.verdict is Fitness.USABLE
    assert "can't be seen" in health.line
    assert health.unknown == ("other load", "stolen time", "swap", "frequency", "heat")


def test_what_a_shell_printed_is_the_same_snapshot() -> None:
    files = taken(user=3)
    assert printed_snapshot("".join(f"{MARK}{name}\n{text}" for name, text in files.items())) == files


async def test_this_machine_is_judged() -> None:
    assert (await machine_health(0.0)).verdict in Fitness
