import pytest

from codeflash_core.git.repository import find_repository
from codeflash_core.pulls.change import (
    Lines,
    changed_files,
    functions_of_patch,
    hunks,
    is_test,
    lines_of_patch,
    touched,
)


def at(first, last, path="a.py"):
    return Lines(path, first, last)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (at(3, 5), at(5, 9), True),
        (at(3, 5), at(6, 9), False),
        (at(3, 5), at(3, 5, "b.py"), False),
        (at(4, 3), at(3, 5), True),
        (at(3, 2), at(3, 5), False),
        (at(6, 5), at(3, 5), False),
        (at(4, 3), at(4, 3), True),
        (at(4, 3), at(5, 4), False),
    ],
    ids=["overlap", "behind", "other file", "added inside", "added before", "added behind", "same place", "other place"],
)  # fmt: skip
def test_lines_meet_where_both_change_something(one, other, meet):
    assert one.meets(other) is meet
    assert other.meets(one) is meet


TEXT = """import os


class Shelf:
    def find(self, name):
        for each in self.names:
            if each == name:
                return each

    @property
    def names(self):
        return []


def outside():
    def inner():
        return 1
    return inner()
"""


@pytest.fixture
def versions(job):
    """``versions(edit)`` is what an edit of a file touches."""

    def run(edit, text=TEXT, path="shelf.py"):
        job.project.write(path, text)
        base = job.project.commit("Before")
        job.project.write(path, edit(text))
        head = job.project.commit("After")
        repository = find_repository(job.project.checkout)
        return repository, base, head

    return run


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("each == name", "each is name", ["Shelf.find"]),
        ("    @property\n", "    @cached\n", ["Shelf.names"]),
        ("return 1", "return 2", ["outside.inner"]),
        ("    return inner()", "    return 3", ["outside"]),
        ("import os\n", "import os\nimport re\n", [""]),
        ("return each\n", "return each\n        return None\n", [""]),
        ("class Shelf:", "class Shelf(dict):", [""]),
        ("        for each", "        x = 1\n        for each", ["Shelf.find"]),
    ],
)
def test_the_innermost_function_around_each_change_is_named(versions, old, new, names):
    found = touched(*versions(lambda text: text.replace(old, new, 1)))
    assert [each.name for each in found] == names


def test_a_file_that_does_not_parse_has_lines_only(versions):
    (found,) = touched(*versions(lambda text: text.replace("1", "2"), text="def f(:\n    1\n"))
    assert (found.name, found.lines) == ("", Lines("shelf.py", 2, 2))
    assert str(found) == "shelf.py"


def test_lines_that_look_like_headers_are_not_taken_for_some(versions):
    text = "-- a/x\n@@ -9,9 +9,9 @@\nkept\n"
    repository, base, head = versions(
        lambda text: text.replace("kept", "++ b/x"), text=text, path="odd ö.sql"
    )
    assert hunks(repository, base, head) == (Lines("odd ö.sql", 3, 3),)
    job_lines = versions(
        lambda text: "one\n" + text.replace("-- a/x\n", "").replace("@@ -9,9 +9,9 @@\n", ""),
        text=text,
        path="b.sql",
    )
    assert {each.first for each in hunks(*job_lines)} == {1}
    assert changed_files(*job_lines) == {"b.sql": (1, 2)}


def test_new_and_binary_files_touch_nothing(job):
    base = job.project.start
    job.project.write("new.py", "def f():\n    pass\n")
    (job.project.checkout / "x.bin").write_bytes(b"\0\1\2")
    head = job.project.commit("New")
    repository = find_repository(job.project.checkout)
    assert changed_files(repository, base, head) == {"new.py": (2, 0), "x.bin": (0, 0)}
    assert touched(repository, base, head) == () or all(
        each.name == "" for each in touched(repository, base, head)
    )


PATCH = """@@ -3,7 +3,8 @@ def before():
     context
-    old
+    new
+    newer
 
 
 def after(x):
     context
@@ -40,3 +41,2 @@
 context
-def gone():
 last
\\ No newline at end of file"""


def test_a_patch_tells_its_old_lines_and_functions():
    assert list(lines_of_patch("a.py", PATCH)) == [
        Lines("a.py", 4, 4),
        Lines("a.py", 5, 4),
        Lines("a.py", 5, 4),
        Lines("a.py", 41, 41),
    ]
    assert functions_of_patch(PATCH) == {"before", "gone"}
    assert list(lines_of_patch("a.py", "@@ -0,0 +1 @@\n+x")) == [Lines("a.py", 1, 0)]
    assert functions_of_patch("") == frozenset()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/test_a.py", True),
        ("src/shop/test_a.py", True),
        ("src/shop/stock_test.py", True),
        ("conftest.py", True),
        ("benchmarks/load.py", True),
        ("bench_load.py", True),
        ("src/shop/stock.py", False),
        ("src/testament.py", False),
        ("src/latest/x.py", False),
    ],
)
def test_tests_and_benchmarks_are_told_by_their_names(path, expected):
    assert is_test(path) is expected
