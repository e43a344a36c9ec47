"""Whether a machine is fit to measure on now: other load, stolen time, swapping, frequency scaling, heat.

Linux tells it in files below ``/proc`` and ``/sys``. Two snapshots of them, taken a moment apart, are all that is judged, so
that this machine and one at the other end of a connection are judged alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from attrs import frozen

SECONDS = 0.5
"""Time between the two snapshots."""
FILES = (
    "/proc/stat",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/vmstat",
    "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor",
    "/sys/devices/system/cpu/cpufreq/boost",
    "/sys/devices/system/cpu/intel_pstate/no_turbo",
    "/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/core_throttle_count",
)
"""What is read, as patterns of names."""
MARK = "== "
"""What stands before a file's name where a shell prints the files one after the other."""

Snapshot = Mapping[str, str]
"""Texts by file."""

QUIET_CORES, QUIET_STEAL, NOISY_STEAL = 0.25, 0.005, 0.02
"""Cores that other work may take on a quiet machine, and shares of time that its host may."""
QUIET_SWAP = 0.1
"""Share of the memory's size that may lie in swap on a quiet machine."""


class Fitness(StrEnum):
    """How fit a machine is."""

    QUIET = "quiet"
    USABLE = "usable"
    NOISY = "noisy"


@frozen
class Facts:
    """What two snapshots say; None for what this machine does not tell.

    Attributes:
        cores: Processors that are on.
        busy_cores: How many of them others kept busy, in the mean.
        steal: Share of time that the host of a virtual machine took away.
        load: Mean number of runnable tasks of the last minute.
        swap_share: Memory in swap, as a share of the memory's size.
        swapped_pages: Pages that went to or from swap between the snapshots.
        governors: Names of the frequency governors in use.
        boost: Whether processors may go above their nominal frequency.
        throttled: How often a core was slowed down for its heat between the snapshots.
    """

    cores: int | None = None
    busy_cores: float | None = None
    steal: float | None = None
    load: float | None = None
    swap_share: float | None = None
    swapped_pages: int | None = None
    governors: tuple[str, ...] = ()
    boost: bool | None = None
    throttled: int | None = None


@frozen
class Health:
    """The judgement.

    Attributes:
        verdict: In a word.
        reasons: What keeps the machine from being quiet, in plain words, the worst first.
        unknown: What it does not tell.
    """

    verdict: Fitness
    reasons: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """In one line."""
        return f"{self.verdict.value}: {'; '.join(self.reasons)}" if self.reasons else self.verdict.value


async def machine_health(seconds: float = SECONDS) -> Health:
    """The health of this machine now.

    Args:
        seconds: How long to look.
    """
    before = snapshot()
    await asyncio.sleep(seconds)
    return judge(facts_of(before, snapshot()))


def snapshot() -> Snapshot:
    """The files of this machine; those that can't be read are left out."""
    found = {}
    for pattern in FILES:
        for file in sorted(Path("/").glob(pattern.lstrip("/"))):
            with contextlib.suppress(OSError):
                found[str(file)] = file.read_text(encoding="utf-8", errors="replace")
    return found


def printed_snapshot(text: str) -> Snapshot:
    """The files as a shell printed them, each after a line with its name."""
    found: dict[str, str] = {}
    for part in re.split(rf"^{MARK}", text, flags=re.MULTILINE)[1:]:
        name, _, content = part.partition("\n")
        found[name.strip()] = content
    return found


def facts_of(before: Snapshot, after: Snapshot) -> Facts:
    """What two snapshots say.

    Args:
        before: The first.
        after: The second.
    """
    cores, busy, steal = _processors(before, after)
    memory = _numbers(after.get("/proc/meminfo", ""))
    total, swap, free = (memory.get(name) for name in ("MemTotal", "SwapTotal", "SwapFree"))
    load = after.get("/proc/loadavg", "").split()
    return Facts(
        cores=cores,
        busy_cores=busy,
        steal=steal,
        load=float(load[0]) if load else None,
        swap_share=(swap - free) / total if total and swap is not None and free is not None else None,
        swapped_pages=_grown(
            *(_swapped(each.get("/proc/vmstat", "")) for each in (before, after)),
        ),
        governors=tuple(sorted({after[name].strip() for name in after if name.endswith("scaling_governor")})),
        boost=_boost(after),
        throttled=_grown(_throttled(before), _throttled(after)),
    )


def judge(facts: Facts) -> Health:
    """How fit a machine is.

    Args:
        facts: What it tells.
    """
    noisy: list[str] = []
    usable: list[str] = []
    cores, busy = facts.cores, facts.busy_cores
    if cores is not None and busy is not None and busy > QUIET_CORES:
        # Two versions run one at a time: a free core is what they need.
        (noisy if busy > cores - 1 and busy > 0.5 else usable).append(
            f"other work keeps {busy:.1f} of {cores} {'core' if cores == 1 else 'cores'} busy"
        )
    if facts.steal is not None and facts.steal > QUIET_STEAL:
        (noisy if facts.steal > NOISY_STEAL else usable).append(
            f"the host takes {facts.steal:.1%} of the time for other machines"
        )
    if facts.swapped_pages:
        noisy.append(f"memory is being swapped ({facts.swapped_pages} pages)")
    elif facts.swap_share is not None and facts.swap_share > QUIET_SWAP:
        usable.append(f"swap holds as much as {facts.swap_share:.0%} of the memory")
    if facts.throttled:
        noisy.append(f"cores are too hot and were slowed down ({facts.throttled} times)")
    if facts.load is not None and cores is not None and facts.load > cores:
        usable.append(f"the load of the last minute was {facts.load:.1f} on {cores} cores")
    slow = [name for name in facts.governors if name != "performance"]
    if slow:
        usable.append(f"the frequency follows the load (governor {', '.join(slow)})")
    if facts.boost:
        usable.append("the frequency may rise above the nominal one and fall back (boost is on)")
    if busy is None:
        usable.append("how busy the machine is can't be seen")
    verdict = Fitness.NOISY if noisy else Fitness.USABLE if usable else Fitness.QUIET
    return Health(verdict, (*noisy, *usable), _unknown(facts))


def _unknown(facts: Facts) -> tuple[str, ...]:
    told = {
        "other load": facts.busy_cores is not None,
        "stolen time": facts.steal is not None,
        "swap": facts.swapped_pages is not None,
        "frequency": bool(facts.governors) or facts.boost is not None,
        "heat": facts.throttled is not None,
    }
    return tuple(name for name, known in told.items() if not known)


def _processors(before: Snapshot, after: Snapshot) -> tuple[int | None, float | None, float | None]:
    """Cores, how many of them were busy, and the share of time stolen, as ``proc_stat(5)`` counts ticks."""
    ticks = [_ticks(each.get("/proc/stat", "")) for each in (before, after)]
    cores = len(re.findall(r"^cpu\d+ ", after.get("/proc/stat", ""), re.MULTILINE)) or None
    if cores is None or any(len(each) < 8 for each in ticks):
        return cores, None, None
    spent = [max(0, later - earlier) for earlier, later in zip(*ticks, strict=True)]
    # The times of guests are part of user and nice.
    user, nice, system, _, _, irq, softirq, steal = spent
    total = sum(spent)
    if not total:
        return cores, None, None
    busy = user + nice + system + irq + softirq
    return cores, cores * busy / total, steal / total


def _ticks(text: str) -> list[int]:
    found = re.search(r"^cpu +(.*)$", text, re.MULTILINE)
    return [int(word) for word in found[1].split()[:8]] if found else []


def _numbers(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"^(\w+)[: ]\s*(\d+)", text, re.MULTILINE)}


def _swapped(text: str) -> int | None:
    counts = _numbers(text)
    return counts["pswpin"] + counts["pswpout"] if {"pswpin", "pswpout"} <= counts.keys() else None


def _throttled(each: Snapshot) -> int | None:
    counts = [int(text) for name, text in each.items() if "thermal_throttle" in name and text.strip()]
    return sum(counts) if counts else None


def _grown(before: int | None, after: int | None) -> int | None:
    return max(0, after - before) if before is not None and after is not None else None


def _boost(each: Snapshot) -> bool | None:
    boost = each.get("/sys/devices/system/cpu/cpufreq/boost", "").strip()
    stopped = each.get("/sys/devices/system/cpu/intel_pstate/no_turbo", "").strip()
    if boost:
        return boost == "1"
    return stopped == "0" if stopped else None
