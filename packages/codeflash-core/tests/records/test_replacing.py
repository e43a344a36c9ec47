"""A file is the old one or the new one."""

import pytest

from codeflash_core.errors import StageError
from codeflash_core.records.replacing import replace_file


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "new" / "state.json"
    for content in (b"one", b"two"):
        replace_file(path, content)
        assert path.read_bytes() == content
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]


def test_where_it_can_not_be_written_the_old_one_stays(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    replace_file(path, b"one")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StageError, match="No space left"):
        replace_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]
