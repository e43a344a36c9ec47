"""The machine that figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil

from codeflash_core.model.comparison import Machine


def describe_machine() -> Machine:
    """Processor, cores, memory, system and load of this machine, without its name."""
    facts = {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": str(os.cpu_count() or 1),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load": " ".join(f"{value:.2f}" for value in psutil.getloadavg()),
    }
    return Machine(facts)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
