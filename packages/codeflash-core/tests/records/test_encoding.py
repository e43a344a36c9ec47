import json
from pathlib import Path

from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.side import Prepared, Side
from codeflash_core.model.verdict import Counterexample, Different, Evidence, Fault, Same, Undecided, Verdict
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter


def round_trip(tmp_path: Path, value: object, kind: object) -> object:
    converter = make_converter(BlobStore(tmp_path))
    plain = json.loads(json.dumps(converter.unstructure(value, kind)))
    return converter.structure(plain, kind)  # type: ignore[arg-type]


def test_verdicts_keep_their_kind(tmp_path: Path) -> None:
    faults = (Fault(3, "a < b", "a <= b", True), Fault(4, "x", "y", False, True))
    for verdict in (
        Same(Evidence(calls=3, grades={"test": 3}, faults=faults)),
        Different(Counterexample("f(1)", "result", "1", "2")),
        Undecided("wrong code loaded", "stale file"),
    ):
        assert round_trip(tmp_path, verdict, Verdict) == verdict


def test_payloads_go_through_the_blob_store(tmp_path: Path) -> None:
    call = Call("id", b"\x80\x04payload", Grade.TRACED, count=2, size=7, shared=True)
    corpus = Corpus("m.py::f", (call,), facts={"parameters": {"x": {"types": ["int"]}}})
    assert round_trip(tmp_path, corpus, Corpus) == corpus
    assert any(path.is_file() for path in tmp_path.rglob("*"))


def test_sides_keep_deleted_and_new_files(tmp_path: Path) -> None:
    side = Side.of({"a.py": b"x = 1\r\n", "gone.py": None})
    prepared = Prepared(side, "diff", adds=("_SEEN",))
    assert round_trip(tmp_path, prepared, Prepared) == prepared


def test_without_a_store_bytes_are_only_counted() -> None:
    plain = make_converter().unstructure(Call("id", b"12345", Grade.TEST))
    assert plain["payload"] == {"bytes": 5}
