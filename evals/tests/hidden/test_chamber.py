"""What a process of a version finds, and what it leaves; the sandbox is the real one."""

import pytest

from codeflash_core.sandbox import Mode, detect
from codeflash_evals.hidden.chamber import Chamber
from codeflash_evals.hidden.failing import Failed

pytestmark = pytest.mark.slow

KEEPING = """
from pathlib import Path

KEPT = Path(__file__).with_name("kept.txt")

def known():
    found = KEPT.exists()
    KEPT.write_text("the answers")
    return found
"""
HIDDEN = """
from pathlib import Path
import sys

CACHED = sorted(path.suffix for root in sys.path[:1] for path in Path(root).glob("__pycache__/*"))
ENTRY = "{entry}"
USES = "keeping"
def inputs():
    return [((), {{}})]
def cached():
    return CACHED
"""


@pytest.fixture
def chamber(tmp_path):
    """A chamber over a project of one module."""

    def make(code=KEEPING, entry="keeping:known"):
        project, hidden = tmp_path / "project", tmp_path / "hidden" / "hidden.py"
        project.mkdir()
        hidden.parent.mkdir()
        (project / "keeping.py").write_text(code)
        hidden.write_text(HIDDEN.format(entry=entry))
        return Chamber(detect(Mode.AUTO), tmp_path / "scratch", project, hidden)

    return make


async def shown(chamber, version):
    answer = await chamber.ask(version, {"way": "check"}, wall_seconds=30)
    return answer if isinstance(answer, Failed) else answer["calls"][0]["shown"]


async def test_what_a_process_leaves_on_the_disk_is_not_there_for_the_next(chamber):
    place = chamber()
    version = place.version("before", {})
    assert [await shown(place, version) for _ in range(2)] == ["False", "False"]


async def test_bytecode_is_there_before_the_first_process(chamber):
    place = chamber(entry="hidden:cached")
    assert await shown(place, place.version("before", {})) == "['.pyc']"


async def test_bytecode_is_that_of_the_version(chamber):
    place = chamber()
    assert await shown(place, place.version("before", {})) == "False"
    changed = place.version("after", {"keeping.py": b"def known():\n    return 7\n"})
    assert await shown(place, changed) == "7"


async def test_a_version_that_does_not_compile_says_so_by_itself(chamber):
    place = chamber("def known(:\n")
    assert "SyntaxError" in (await shown(place, place.version("before", {}))).why
