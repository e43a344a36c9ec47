import pytest

from codeflash_core.model.cheat import CheatKind
from codeflash_core.model.side import Prepared, Side
from codeflash_core.model.target import Target, Workload
from codeflash_core.pipeline.preparing import workload_edits

TARGET = Target("m.py", "f", "m")


def edits(path: str, workload: Workload) -> list[CheatKind]:
    prepared = Prepared(Side.of({path: b"pass\n"}), "")
    return [cheat.kind for cheat in workload_edits(workload, TARGET, prepared)]


@pytest.mark.parametrize("path", ["work/load.py", "./work/load.py"])
def test_a_change_of_the_workload_is_a_cheat(path: str) -> None:
    assert edits(path, Workload("script", ("work/load.py",))) == [CheatKind.BENCHMARK_EDIT]


def test_other_files_and_other_workloads_accuse_nobody() -> None:
    assert edits("other.py", Workload("script", ("work/load.py",))) == []
    assert edits("work/load.py", Workload("tests", ("tests",))) == []


def test_a_script_that_holds_the_target_may_change() -> None:
    assert edits("m.py", Workload("script", ("m.py",))) == []


def test_a_script_outside_of_the_project_is_not_in_the_change() -> None:
    assert edits("load.py", Workload("script", ("load.py",), text="pass\n")) == []
