"""Modules that cannot be imported: the stage says which and why, and nothing hangs."""

import pytest

from codeflash_core.errors import StageError
from codeflash_core.hosts import local
from codeflash_core.model.target import Workload
from codeflash_core.ports.language import Query
from codeflash_python.stages import bench

pytestmark = pytest.mark.slow
BODY = "def distinct(names):\n    return list(dict.fromkeys(names))\n"
WAYS = [
    ("import sys\nsys.exit(3)\n", "(exit)", "ends the program"),
    ("raise ValueError('not today')\n", "not today", ""),
    ("import os\nos._exit(0)\n", "(crash)", "ends the process"),
]


@pytest.mark.parametrize(("first", "said", "hint"), WAYS, ids=["exit", "raise", "die"])
async def test_the_error_says_what_keeps_the_module_from_being_imported(place, first, said, hint) -> None:
    here = place({"shop.py": first + BODY})
    target = await here.target("shop.py::distinct")
    with pytest.raises(StageError) as caught:
        await here.corpus(target)
    assert said in caught.value.message
    assert hint in caught.value.hint


async def test_an_import_without_an_end_is_cut(place, monkeypatch) -> None:
    monkeypatch.setattr(bench, "REPLAY_SECONDS", 1.0)
    monkeypatch.setattr(local, "SETUP_SECONDS", 2.0)
    here = place({"shop.py": "while True:\n    pass\n" + BODY})
    target = await here.target("shop.py::distinct")
    with pytest.raises(StageError, match="can't be imported") as caught:
        await here.corpus(target)
    assert "does not end" in caught.value.hint


@pytest.mark.parametrize(("first", "said", "hint"), WAYS, ids=["exit", "raise", "die"])
async def test_a_workload_that_cannot_be_imported_can_not_be_profiled(place, first, said, hint) -> None:
    here = place({"shop.py": first + BODY})
    targets = await here.language.discover(here.project, Query(everything=True))
    with pytest.raises(StageError, match="can't be profiled"):
        await here.language.profile(here.project, targets, Workload("tests", here.project.tests))
