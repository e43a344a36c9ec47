import sys
from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError
from codeflash_python.runtime.interpreter import probe


def program(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_version_and_the_folders_of_an_interpreter_are_told() -> None:
    found = probe(Path(sys.executable))
    assert found.version == sys.version_info[:3]
    assert Path(sys.base_prefix) in found.prefixes


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ('echo \'[[3, 8, 1], "/usr", "lib"]\'', "is Python 3.8"),
        ("echo 'Unknown option: -I' >&2; exit 2", "before Python 3.4"),
        ("exit 3", "exit code 3"),
        ("echo nonsense", "does not work"),
    ],
)
def test_an_interpreter_that_is_too_old_or_broken_is_refused(tmp_path: Path, answer: str, said: str) -> None:
    with pytest.raises(PrerequisiteError, match=said):
        probe(program(tmp_path, answer))


def test_a_missing_interpreter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="does not work"):
        probe(tmp_path / "nowhere")
