import asyncio
import threading

import pytest

from codeflash_core.errors import StageError
from codeflash_github_app.jobs import changed
from codeflash_github_app.jobs.changed import LARGEST, Changed, is_plain, touched
from codeflash_github_app.jobs.configuration import Configuration
from codeflash_github_app.jobs.contents import Change
from codeflash_syntax.parse import parse_module

BEFORE = "def kept(x):\n    return x\n\n\nclass C:\n    def m(self):\n        return 1\n\n\ndef gone():\n    pass\n"
AFTER = "def kept(x):  # a remark\n    return (x)\n\n\nclass C:\n    def m(self):\n        return 2\n\n\ndef new():\n    def inner():\n        pass\n    return inner\n"


@pytest.fixture
def found(monkeypatch, tmp_path):
    """``found({path: (before, after)})``: what a change touches."""

    async def ask(files, wanted=None, **more):
        texts = {f"{path}:{at}": text for path, both in files.items() for at, text in enumerate(both)}

        async def changes(place, base, head):
            return tuple(Change(path, f"{path}:0", f"{path}:1") for path in files)

        async def sizes(place, names):
            return {name: LARGEST + 1 if texts[name] is None else len(texts[name]) for name in names}

        async def contents(place, names, most):
            return {name: texts[name] for name in names}

        for double in (changes, sizes, contents):
            monkeypatch.setattr(changed, double.__name__, double)
        return await touched(tmp_path, "base", "head", wanted or Configuration(), **more)

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
    assert told.notes == ("further changed functions were left out: most-functions is 2",)


@pytest.fixture
def parsed(monkeypatch):
    """The texts that are parsed."""
    texts = []

    def parse(text):
        texts.append(text)
        return parse_module(text)

    monkeypatch.setattr(changed, "parse_module", parse)
    return texts


async def test_nothing_is_parsed_once_there_is_enough(found, parsed):
    files = {f"a{number}.py": (b"", b"def f():\n    pass\n") for number in range(50)}
    told = await found(files, Configuration(most_functions=2))
    assert [each.path for each in told.functions] == ["a0.py", "a1.py"]
    assert len(parsed) == 6  # one more than wanted, each before and after


async def test_of_very_many_files_the_first_are_looked_at(found, parsed):
    told = await found({f"a{number:03}.py": (b"", b"x = 1\n") for number in range(1000)})
    assert told.notes == ("only the first 200 changed files were looked at",)
    assert len(parsed) == 400


async def test_of_very_large_files_the_first_are_read(found, parsed, monkeypatch):
    monkeypatch.setattr(changed, "MOST_BYTES", 10)
    told = await found({"a.py": (b"y = 1", b"x = 1"), "b.py": (b"", b"z")})
    assert told.notes == ("only the first 0 MiB of changed files were looked at",)
    assert parsed == [b"y = 1", b"x = 1"]


async def test_of_many_odd_names_few_are_told(found):
    told = await found(
        {**{f"a`{number}.py": (b"", b"") for number in range(9)}, "a" * 600 + ".py": (b"", b"")}
    )
    assert len(told.notes) == 6
    assert told.notes[-1] == "left out, because of the signs in their names: 5 more"


async def test_it_ends_in_time_and_when_nobody_wants_it_any_more(found, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slowly(text):
        begun.set()
        assert go_on.wait(60)
        return parse_module(text)

    async def unwanted():
        await asyncio.to_thread(begun.wait, 60)
        raise RuntimeError("stopped")

    monkeypatch.setattr(changed, "parse_module", slowly)
    try:
        with pytest.raises(StageError, match="took longer"):
            await found({"a.py": (b"", b"")}, seconds=0.1)
        begun.clear()
        with pytest.raises(RuntimeError, match="stopped"):
            await found({"a.py": (b"", b"")}, watch=unwanted)
    finally:
        go_on.set()


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
