"""What is printed as JSON is read again as it was."""

import json
import math

import pytest
from attrs import evolve

from codeflash_core.errors import StageError
from codeflash_core.git.exporting import Ref
from codeflash_core.model.comparison import Block, InputSamples, Interval
from codeflash_core.pipeline.health import Fitness, Health
from codeflash_core.ports.benchmarks import FunctionTime
from codeflash_core.stats.rows import Difference
from codeflash_core.versions.documents import versions_document
from codeflash_core.versions.reading import comparison_of
from codeflash_core.versions.values import FunctionChange, Memory, Row, VersionsComparison

SAMPLES = InputSamples("bench", 1.0, 7, (4.0, 5.0), (1.0, 2.0), (4.5, 5.5), (1.5, 2.5))
ROW = Row(
    "bench",
    Difference.FASTER,
    Interval(3.5, 3.25, 4.0, 0.999, 4),
    "wall",
    before_ns=4.0,
    after_ns=1.0,
    notes=("a note",),
    functions=(FunctionChange("m.py", "work", FunctionTime("m.py", "work", 1.0, 2.0, 3.0), None),),
    memory={"base": Memory(5, 6), "head": Memory(7, 8)},
    blocks=(Block((SAMPLES,), hash_seed=9, mode="separate"),),
)
FOUND = VersionsComparison(
    Ref("main", "a" * 40, "First"),
    Ref("HEAD", "b" * 40, "Second"),
    (
        ROW,
        Row("import shop", imports=(("decimal",), ()), problem="fails", lost=True),
        evolve(ROW, id="open", blocks=(), interval=Interval(3.5, 3.0, math.inf, 0.999, 2)),
    ),
    0.02,
    0.004,
    12.0,
    8.0,
    {"cores": "2"},
    ("noted",),
    Health(Fitness.NOISY, ("busy",), ("heat",)),
)


def test_a_document_is_read_as_it_was_written() -> None:
    assert comparison_of(json.loads(json.dumps(versions_document(FOUND)))) == FOUND


def test_a_document_of_a_codeflash_without_health_is_read() -> None:
    document = versions_document(FOUND)
    del document["health"]
    for row in document["rows"]:
        del row["lost"]
    assert comparison_of(document).health is None


@pytest.mark.parametrize(
    "change",
    [
        {"rows": None},
        {"rows": [{}]},
        {"base": "x"},
        {"noise_floor": "much"},
        {"rows": [{**versions_document(FOUND)["rows"][0], "outcome": "better"}]},
        {"health": {"verdict": "fine", "reasons": [], "unknown": []}},
    ],
)
def test_what_is_no_such_document_is_refused(change) -> None:
    with pytest.raises(StageError, match="no comparison of two versions"):
        comparison_of({**versions_document(FOUND), **change})
