import pytest

from codeflash_core.versions.version_files import lend_version_files

TOOLS = [
    '[tool.setuptools_scm]\nversion_file = "pkg/_version.py"',
    '[tool.setuptools_scm]\nwrite_to = "pkg/_version.py"',
    '[tool.hatch.build.hooks.vcs]\nversion-file = "pkg/_version.py"',
    '[tool.pdm.version]\nsource = "scm"\nwrite_to = "pkg/_version.py"',
    '[tool.poetry-dynamic-versioning]\nfiles = ["pkg/_version.py"]',
    '[tool.versioningit.write]\nfile = "pkg/_version.py"',
]


@pytest.fixture
def trees(tmp_path):
    def make(declared, theirs='__version__ = "1.2"\n'):
        user, folder = tmp_path / "user", tmp_path / "export"
        for each in (user, folder):
            (each / "pkg").mkdir(parents=True)
        (folder / "pyproject.toml").write_text(declared)
        if theirs is not None:
            (user / "pkg/_version.py").write_text(theirs)
        return user, folder

    return make


@pytest.mark.parametrize("declared", TOOLS)
def test_a_declared_file_that_the_version_lacks_is_lent(trees, declared):
    user, folder = trees(declared)
    (note,) = lend_version_files(user, folder)
    assert (folder / "pkg/_version.py").read_text() == '__version__ = "1.2"\n'
    assert note.startswith("pkg/_version.py is in no commit: ")


def test_a_file_that_the_version_has_stays(trees):
    user, folder = trees(TOOLS[0])
    (folder / "pkg/_version.py").write_text("old = 1\n")
    assert lend_version_files(user, folder) == ()
    assert (folder / "pkg/_version.py").read_text() == "old = 1\n"


def test_a_file_that_nobody_has_is_told(trees):
    user, folder = trees(TOOLS[0], theirs=None)
    (note,) = lend_version_files(user, folder)
    assert "install the project" in note


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        "/etc/version.py",
        "../version.py",
        "pkg/secrets.py",
        "pkg/version.txt",
        3,
        "no/such/version.py",
    ],
)
def test_a_version_gets_nothing_else_by_declaring_it(trees, name):
    user, folder = trees(f"[tool.setuptools_scm]\nwrite_to = {name!r}")
    for each in (".env", "pkg/secrets.py", "pkg/version.txt", "../version.py"):
        (user / each).write_text("secret")
    before = sorted(folder.rglob("*"))
    assert lend_version_files(user, folder) == ()
    assert sorted(folder.rglob("*")) == before


def test_a_link_out_of_the_user_s_tree_or_out_of_the_export_is_not_followed(trees, tmp_path):
    user, folder = trees(TOOLS[0], theirs=None)
    (tmp_path / "secret").write_text("secret")
    (user / "pkg/_version.py").symlink_to(tmp_path / "secret")
    lend_version_files(user, folder)
    assert not (folder / "pkg/_version.py").exists()
    (user / "pkg/_version.py").unlink()
    (user / "pkg/_version.py").write_text("x = 1\n")
    (folder / "pkg").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "pkg").symlink_to(tmp_path / "elsewhere")
    lend_version_files(user, folder)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("text", ["not toml [", "", "tool = 3", "[tool]\nsetuptools_scm = 1"])
def test_other_project_files_ask_for_nothing(trees, text):
    assert lend_version_files(*trees(text)) == ()
