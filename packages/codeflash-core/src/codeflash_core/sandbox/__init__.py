"""Where foreign code runs: private copies, bubblewrap, limits, and the clean-up after a crash."""

from codeflash_core.sandbox.launch import Sandbox
from codeflash_core.sandbox.policy import Confinement, Limits, Mode, detect
from codeflash_core.sandbox.process import EndOfStream, Exit, Process
from codeflash_core.sandbox.tree import Tree, copy_project, remove, with_changes

__all__ = [
    "Confinement",
    "EndOfStream",
    "Exit",
    "Limits",
    "Mode",
    "Process",
    "Sandbox",
    "Tree",
    "copy_project",
    "detect",
    "remove",
    "with_changes",
]
