"""A worker's recording is checked before it becomes a corpus."""

from __future__ import annotations

import copy
import hashlib

import pytest

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Grade
from codeflash_python.tracing.recording import read_recording

PAYLOAD = b"payload"
KEY = "pkg/mod.py::f"


def answer():
    return {
        "results": {
            "t.py::test_a": {"status": "passed", "message": ""},
            "t.py::test_b": {"status": "timeout", "message": "timed out"},
            "t.py::test_c": {"status": "skipped", "message": "no"},
        },
        "problems": {"t2.py": "broken"},
        "notes": ["a note"],
        "missing": {},
        "output": "printed",
        "targets": [
            {
                "key": KEY,
                "calls": [
                    {
                        "id": hashlib.sha256(PAYLOAD).hexdigest(),
                        "blob": 0,
                        "grade": "test",
                        "origin": "t.py::test_a",
                        "count": 3,
                        "seconds": 0.5,
                        "size": 4,
                    }
                ],
                "total_calls": 3,
                "seconds": 0.5,
                "reached_by": ["t.py::test_a"],
                "unkept": {"too large": 2},
                "in_test": ["t.py::test_b"],
                "parameters": {
                    "items": {
                        "types": ["builtins.list"],
                        "lengths": [0, 2, 5],
                        "element_types": ["builtins.int"],
                        "hashable": True,
                    }
                },
                "sampled": False,
            }
        ],
    }


def test_a_recording_becomes_a_corpus_for_each_target():
    recording = read_recording(answer(), [PAYLOAD], [KEY])
    corpus = recording.corpora[KEY]
    (call,) = corpus.calls
    assert (call.payload, call.grade, call.count, call.seconds, call.size) == (PAYLOAD, Grade.TEST, 3, 0.5, 4)
    assert corpus.reached_by == ("t.py::test_a",)
    assert corpus.in_test == ("t.py::test_b",)
    assert corpus.unkept == {"too large": 2}
    assert corpus.failing_tests == {"t.py::test_b": "timed out"}
    assert corpus.total_calls == 3
    assert corpus.facts["parameters"]["items"]["lengths"] == [0, 2, 5]
    assert recording.failing == {"t.py::test_b": "timed out"}
    assert recording.results["t.py::test_c"] == "skipped"
    assert recording.problems == {"t2.py": "broken"}
    assert recording.output == "printed"


def test_a_sample_is_named_in_the_notes():
    data = answer()
    data["targets"][0]["sampled"] = True
    assert len(read_recording(data, [PAYLOAD], [KEY]).corpora[KEY].notes) == 2


def broken(change):
    data = answer()
    change(data, data["targets"][0], data["targets"][0]["calls"][0])
    return data


@pytest.mark.parametrize(
    "change",
    [
        lambda data, target, call: data.pop("targets"),
        lambda data, target, call: data.update(targets={}),
        lambda data, target, call: data["targets"].append(copy.deepcopy(target)),
        lambda data, target, call: target.update(key="other.py::f"),
        lambda data, target, call: target.update(calls=[3]),
        lambda data, target, call: target.update(total_calls=-1),
        lambda data, target, call: target.update(total_calls=True),
        lambda data, target, call: target.update(reached_by=[1]),
        lambda data, target, call: target.update(unkept={"x": "many"}),
        lambda data, target, call: target.update(parameters={"a": {"lengths": [1]}}),
        lambda data, target, call: target.update(parameters=[]),
        lambda data, target, call: call.update(blob=1),
        lambda data, target, call: call.update(blob=-1),
        lambda data, target, call: call.update(id="0" * 64),
        lambda data, target, call: call.update(grade="typed"),
        lambda data, target, call: call.update(grade=["test"]),
        lambda data, target, call: call.update(count=0),
        lambda data, target, call: call.update(count=2**80),
        lambda data, target, call: call.update(seconds=float("nan")),
        lambda data, target, call: call.update(seconds=-1.0),
        lambda data, target, call: call.update(seconds="1"),
        lambda data, target, call: call.update(size="4"),
        lambda data, target, call: data.update(results={"t": "passed"}),
        lambda data, target, call: data.update(results=[]),
        lambda data, target, call: data.update(problems={"x": 3}),
        lambda data, target, call: data.update(output=3),
    ],
)
def test_whatever_is_malformed_is_refused(change):
    with pytest.raises(StageError, match="malformed"):
        read_recording(broken(change), [PAYLOAD], [KEY])


def test_long_texts_are_cut():
    data = answer()
    data["output"] = "x" * 100_000
    assert len(read_recording(data, [PAYLOAD], [KEY]).output) == 8_000
