from pathlib import Path

import pytest

from codeflash_core.errors import StageError
from codeflash_core.records.blobs import BlobStore


def test_bytes_come_back_by_their_name(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    name = store.put(b"\x00payload")
    assert store.get(name) == b"\x00payload"
    assert store.put(b"\x00payload") == name
    assert len(list(tmp_path.rglob("*.part"))) == 0


def test_a_missing_blob_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="missing"):
        BlobStore(tmp_path).get("0" * 64)


def test_a_damaged_blob_is_noticed(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    name = store.put(b"payload")
    (tmp_path / name[:2] / name).write_bytes(b"other")
    with pytest.raises(StageError, match="damaged"):
        store.get(name)
