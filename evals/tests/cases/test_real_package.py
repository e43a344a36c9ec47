import pytest

from codeflash_core.errors import UsageError
from codeflash_evals.cases.real_package import read_package

MANIFEST = """
schema = 1
package = "demo"
before = "1.0"
after = "1.1"
before_sha256 = "{digest}"
after_sha256 = "{digest}"
target = "demo/core.py::slow"
fix = "a set instead of a list"
"""


@pytest.fixture
def manifest(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/hidden.py").write_text("")
    (tmp_path / "demo/workload.py").write_text("import demo\n")
    path = tmp_path / "demo.toml"
    path.write_text(MANIFEST.format(digest="ab" * 32))
    return path


def test_a_manifest_is_read_with_what_stands_beside_it(manifest):
    package = read_package(manifest)
    assert (package.id, package.workload, package.requires) == ("repos/demo", "import demo\n", ())
    assert "1.1" in package.title


def test_a_workload_in_the_manifest_wins(manifest):
    manifest.write_text(manifest.read_text() + 'workload = "print(1)"\nrequires = ["other==2"]\n')
    assert read_package(manifest).workload == "print(1)"
    assert read_package(manifest).requires == ("other==2",)


def test_a_hash_that_is_none_is_refused(manifest):
    manifest.write_text(MANIFEST.format(digest="abc"))
    with pytest.raises(UsageError, match="no SHA-256"):
        read_package(manifest)


@pytest.mark.parametrize("name", ["hidden.py", "workload.py"])
def test_a_missing_script_is_named(manifest, name):
    (manifest.with_suffix("") / name).unlink()
    with pytest.raises(UsageError, match=name.partition(".")[0]):
        read_package(manifest)
