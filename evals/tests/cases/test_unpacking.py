import hashlib
import subprocess
import zipfile

import pytest

from codeflash_core.errors import PrerequisiteError
from codeflash_evals.cases import unpacking
from codeflash_evals.cases.real_package import RealPackage
from codeflash_evals.cases.unpacking import prepare


def wheel(place, version, code):
    path = place / f"demo-{version}-py3-none-any.whl"
    info = f"demo-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo/__init__.py", code)
        archive.writestr("demo/same.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: demo\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    place = tmp_path / "shelf"
    place.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(place))
    return place


def package(place, **more):
    files = [wheel(place, "1.0", "def f(): return 1\n"), wheel(place, "1.1", "def f(): return 1  # faster\n")]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    values = {
        "name": "demo",
        "folder": place,
        "package": "demo",
        "before": "1.0",
        "after": "1.1",
        "before_sha256": digests[0],
        "after_sha256": digests[1],
        "target": "demo/__init__.py::f",
        "workload": "import demo\n",
        "fix": "nothing",
    }
    return RealPackage(**{**values, **more})


@pytest.mark.slow
def test_the_release_before_is_the_project_and_the_one_after_the_reference(shelf, tmp_path, monkeypatch):
    demo = package(shelf, tests=("tests/test_f.py",))
    case = prepare(demo, tmp_path / "cache")
    assert (case.project / "demo/__init__.py").read_text() == "def f(): return 1\n"
    assert 'version = "1.0"' in (case.project / "pyproject.toml").read_text()
    assert case.reference == {"demo/__init__.py": b"def f(): return 1  # faster\n"}
    assert case.words[0] == "--workload" and case.asked == ("demo/__init__.py::f",)
    assert case.words[2:] == ("--tests", "tests/test_f.py")

    def refused(*words, **more):
        raise AssertionError("it is made once")

    monkeypatch.setattr(subprocess, "run", refused)
    assert prepare(demo, tmp_path / "cache") == case


@pytest.mark.slow
def test_a_release_that_is_not_what_was_pinned_is_refused(shelf, tmp_path):
    with pytest.raises(PrerequisiteError, match="can't be made ready"):
        prepare(package(shelf, before_sha256="ab" * 32), tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache/demo").iterdir() if not path.name.startswith(".")]


def test_an_archive_that_is_none_is_named(tmp_path):
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(b"not an archive")
    with pytest.raises(PrerequisiteError, match="can't be unpacked"):
        unpacking._unpack(path, tmp_path / "into")
