"""A case on disk, and results as the tools write them."""

import json

import pytest

from codeflash_core.cases.prose import read_prose
from codeflash_core.cases.recording import Recorded, record
from codeflash_core.cases.study import PLOT, SUMMARY, plot_of, summary_page
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.results_tsv import read_rows

DATA = "../../../.codeflash/ada/org/words/data/results.tsv"
MACHINE = {"system": "Linux 6", "processor": "EPYC", "cores": "2", "load": "0.1"}
PROSE = """# words counts more quickly

## What was slow

`count` took 20.0 µs.

## What was done

A set: 2.00x, 1.90x at least.

## How to reproduce

```console
$ python -c "9.99x and 5 ms are only code"
```
"""


def versions(point=2.0, benchmark="test_count", outcome="faster"):
    """The document of ``compare BASE HEAD``."""
    speedup = {
        "point": point,
        "low": 0.95 * point,
        "high": 1.05 * point,
        "level": 0.999,
        "blocks": 6,
        "clock": "cpu",
    }
    return {
        "schema": 1,
        "base": {"name": "v1", "commit": "a" * 40, "subject": ""},
        "head": {"name": "v2", "commit": "b" * 40, "subject": ""},
        "rows": [
            {"benchmark": benchmark, "outcome": outcome, "speedup": speedup, "before_ns": 20_000.0, "after_ns": 20_000.0 / point},
            {"benchmark": "test_gone", "outcome": "not-measured", "speedup": None},
        ],
        "machine": MACHINE,
    }  # fmt: skip


def encoded(document):
    return json.dumps(document).encode()


@pytest.fixture
def document():
    return versions


@pytest.fixture
def as_bytes():
    return encoded


@pytest.fixture
def told():
    return Recorded("set", "look up in a set", "cpu", "2026-11-28T12:00:00Z")


@pytest.fixture
def place(tmp_path):
    return CasePlace(tmp_path, "ada", "org", "words")


class Case:
    """A case with two rows, and its study."""

    def __init__(self, place, told):
        self.place, self.study, self.data = place, place.root / "case-studies/org/words", DATA
        record(place, [encoded(versions())], told)
        record(place, [encoded(versions(0.99, "test_other", "no-difference"))], told)
        self.text = place.folder / "case.md"
        self.text.write_text(PROSE)
        self.build()

    def build(self):
        rows = read_rows(self.place.results)
        self.study.mkdir(parents=True, exist_ok=True)
        (self.study / SUMMARY).write_text(summary_page(read_prose(self.text), rows, DATA))
        (self.study / PLOT).write_text(plot_of(rows))

    def change(self, path, old, new):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def case(place, told):
    return Case(place, told)
