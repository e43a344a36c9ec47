import difflib

import pytest

from codeflash_github_app.posts.diffs import Edit, edits_of, right_side

TEXT = [f"line {number}" for number in range(1, 31)]


def diff(after, before=TEXT):
    return "\n".join(difflib.unified_diff(before, after, "a/x.py", "b/x.py", lineterm="")) + "\n"


def applied(edits, before=TEXT):
    lines = list(before)
    for edit in sorted(edits, key=lambda each: -each.start):
        lines[edit.start - 1 : edit.end] = edit.lines
    return lines


CHANGES = {
    "one line": lambda lines: [*lines[:9], "new", *lines[10:]],
    "several lines": lambda lines: [*lines[:9], "new", "more", *lines[14:]],
    "a line less": lambda lines: [*lines[:9], *lines[10:]],
    "a line more": lambda lines: [*lines[:9], "new", *lines[9:]],
    "a line more at the beginning": lambda lines: ["new", *lines],
    "a line more at the end": lambda lines: [*lines, "new"],
    "near each other": lambda lines: [*lines[:9], "new", *lines[10:12], "more", *lines[13:]],
    "far from each other": lambda lines: [*lines[:2], "new", *lines[3:25], "more", *lines[26:]],
    "an empty line": lambda lines: [*lines[:9], "", *lines[10:]],
    "signs of a diff": lambda lines: [*lines[:9], "--- a", "+++ b", "@@ -1 +1 @@", *lines[10:]],
    "everything": lambda lines: ["new"],
}


@pytest.mark.parametrize("kind", CHANGES)
def test_edits_make_the_change(kind):
    after = CHANGES[kind](TEXT)
    assert applied(edits_of(diff(after))) == after


def test_edits_that_are_near_are_one_and_those_that_are_far_are_two():
    assert len(edits_of(diff(CHANGES["near each other"](TEXT)))) == 1
    assert len(edits_of(diff(CHANGES["far from each other"](TEXT)))) == 2


def test_an_edit_names_its_lines():
    assert edits_of(diff(CHANGES["one line"](TEXT))) == (Edit(10, 10, ("new",)),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no diff",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n",
    ],
)
def test_what_can_not_be_put_in_lines_has_no_edits(text):
    assert edits_of(text) is None


def test_remarks_stand_on_the_new_side_of_a_hunk():
    patch = "@@ -1,3 +1,4 @@ def f():\n a\n+b\n c\n d\n@@ -20 +21,0 @@\n-x\n@@ -30,0 +31 @@\n+y"
    assert right_side(patch) == ((1, 4), (31, 31))
