import pytest

from codeflash_github_app.jobs import changed
from codeflash_github_app.jobs.changed import Changed, is_plain, touched
from codeflash_github_app.jobs.configuration import Configuration

BEFORE = "def kept(x):\n    return x\n\n\nclass C:\n    def m(self):\n        return 1\n\n\ndef gone():\n    pass\n"
AFTER = "def kept(x):  # a remark\n    return (x)\n\n\nclass C:\n    def m(self):\n        return 2\n\n\ndef new():\n    def inner():\n        pass\n    return inner\n"


@pytest.fixture
def found(monkeypatch, tmp_path):
    """``found({path: (before, after)})``: what a change touches."""

    async def ask(files, wanted=None):
        async def changed_files(place, base, head):
            return tuple(files)

        async def blob(place, commit, path, most):
            return files[path][commit == "head"]

        monkeypatch.setattr(changed, "changed_files", changed_files)
        monkeypatch.setattr(changed, "blob", blob)
        return await touched(tmp_path, "base", "head", wanted or Configuration())

    return ask


async def test_new_and_changed_functions_are_found_and_remarks_do_not_count(found):
    told = await found({"a.py": (BEFORE.encode(), AFTER.encode())})
    assert told.functions == (Changed("a.py", "C.m", 6), Changed("a.py", "new", 10))
    assert told.functions[0].target == "a.py::C.m"


async def test_tests_and_files_that_are_not_wanted_are_left_alone(found):
    text = (b"", b"def f():\n    pass\n")
    files = dict.fromkeys(
        ("tests/a.py", "test_a.py", "a_test.py", "conftest.py", "a.txt", "gen/a.py", "b.py"), text
    )
    told = await found(files, Configuration(exclude=("gen",)))
    assert [each.path for each in told.functions] == ["b.py"]


async def test_no_more_than_the_repository_allows(found):
    text = "".join(f"def f{number}():\n    pass\n" for number in range(5))
    told = await found({"a.py": (b"", text.encode())}, Configuration(most_functions=2))
    assert len(told.functions) == 2
    assert told.notes == ("3 more changed functions were left out: most-functions is 2",)


@pytest.mark.parametrize(
    ("after", "note"),
    [
        (b"def f(:", "does not parse"),
        (b"\x00", "does not parse"),
        (b"x = " + b"-" * 200_000 + b"1", "does not parse"),
        (None, "larger than 1 MiB"),
    ],
)
async def test_a_file_that_can_not_be_read_is_told_and_others_are_read(found, after, note):
    told = await found({"a.py": (b"", after), "b.py": (b"", b"def f():\n    pass\n")})
    assert [each.path for each in told.functions] == ["b.py"]
    assert note in told.notes[0]


@pytest.mark.parametrize("path", ["a.py", "src/a b/c-d.py", ".x/ä.py"])
def test_plain_names(path):
    assert is_plain(path)


@pytest.mark.parametrize(
    "path", ["../a.py", "a/../b.py", "/a.py", "-a.py", "a\nb.py", "a`.py", "a::b.py", "\udcff.py", "a.txt"]
)
def test_names_that_are_not_plain(path):
    assert not is_plain(path)
