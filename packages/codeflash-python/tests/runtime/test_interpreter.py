import subprocess
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


def test_an_environment_has_no_say_in_what_is_started_to_ask_it(tmp_path: Path) -> None:
    """Python imports its own library from the folder that ``pyvenv.cfg`` names."""
    bait, told = tmp_path / "bait", tmp_path / "told"
    library = bait / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    (library / "encodings").mkdir(parents=True)
    (library / "os.py").write_text("")
    note = f"import posix\nposix.mkdir({str(told)!r})\n"
    (library / "encodings" / "__init__.py").write_text(note)
    environment = tmp_path / "project" / ".venv"
    (environment / "bin").mkdir(parents=True)
    (bait / "bin").mkdir()
    (environment / "pyvenv.cfg").write_text(f"home = {bait / 'bin'}\n")
    own = environment / "bin" / "python"
    own.symlink_to(Path(sys.executable).resolve())
    subprocess.run([own, "-I", "-S", "-c", ""], check=False, capture_output=True)
    if not told.exists():
        pytest.skip("this Python does not take its library from there")
    told.rmdir()
    found = probe(own)
    assert not told.exists()
    assert found.path == own
    assert found.prefixes == (Path(sys.base_prefix), environment)


def test_an_installation_is_shown_where_the_environment_names_it(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(sys.base_prefix)
    environment = tmp_path / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text(f"home = {tmp_path / 'python' / 'bin'}\nversion = 3\n")
    (environment / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    assert tmp_path / "python" in probe(environment / "bin" / "python").prefixes


def test_a_program_that_goes_by_the_name_of_its_link_is_started_by_it(tmp_path: Path) -> None:
    """As version managers have it: one program behind links of many names."""
    manager = tmp_path / "manager"
    manager.write_text('#!/bin/sh\n[ "${0##*/}" = python ] && echo \'[[3, 12, 1], "/usr", "lib"]\'\n')
    manager.chmod(0o755)
    (tmp_path / "python").symlink_to(manager)
    assert probe(tmp_path / "python").version == (3, 12, 1)


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
