from pathlib import Path

import pytest

from codeflash_core.errors import UsageError
from codeflash_core.model.target import Ranked, Target
from codeflash_core.ports.language import Profile
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.fingerprint import Fingerprint
from codeflash_core.records.journal import Journal
from codeflash_core.records.reading import read_inputs, read_profile

PROFILE = Profile(
    (Ranked(Target("m.py", "f", "m"), 1.0, 2.0, 3, 0.5, hints=("fill-loop",)),), 4.0, ("a note",)
)


def test_the_profile_of_a_run_is_read_as_it_was_made(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:
        journal.append("header", {})
        assert read_profile(tmp_path) is None
        journal.append("step", {"name": "profile", "value": make_converter().unstructure(PROFILE)})
    assert read_profile(tmp_path) == PROFILE


def test_a_profile_of_another_shape_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:
        journal.append("step", {"name": "profile", "value": {"ranked": 3}})
    with pytest.raises(UsageError, match="can't be read by this version"):
        read_profile(tmp_path)


def test_what_a_run_rests_on_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = Fingerprint({"m.py": "file - abc"}, {"the tests": "tests"}, ("report.html",))
    with Journal(tmp_path / "journal.jsonl") as journal:
        journal.append("header", {})
        assert read_inputs(tmp_path) is None
        journal.append("inputs", found.record(BlobStore(tmp_path / "blobs")))
    assert read_inputs(tmp_path) == found
