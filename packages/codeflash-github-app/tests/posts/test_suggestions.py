import pytest

from codeflash_core.model.comparison import Interval
from codeflash_github_app.findings import Finding
from codeflash_github_app.posts.suggestions import suggestions_for

INTERVAL = Interval(point=2.0, low=1.9, high=2.1, level=0.999, blocks=6)


def finding(new, old="    return a\n", line=10):
    diff = f"--- a/x.py\n+++ b/x.py\n@@ -{line},1 +{line},1 @@\n-{old}+{new}"
    return Finding("x.py::f", "accepted", INTERVAL, diff=diff, why="It is.")


def test_a_change_in_the_lines_of_the_pull_request_is_suggested():
    (remark,) = suggestions_for(finding("    return b\n"), {"x.py": "@@ -8,3 +8,5 @@\n"})
    assert (remark.path, remark.start, remark.end) == ("x.py", 10, 10)
    assert remark.body.endswith("```suggestion\n    return b\n```")
    assert "at least 1.90x" in remark.body


@pytest.mark.parametrize("patch", ["", "@@ -1,3 +1,5 @@\n", "@@ -11,3 +11,5 @@\n"])
def test_a_change_elsewhere_is_not(patch):
    assert suggestions_for(finding("    return b\n"), {"x.py": patch}) == ()


def test_a_file_that_the_pull_request_leaves_alone_has_none():
    assert suggestions_for(finding("    return b\n"), {"y.py": "@@ -8,3 +8,5 @@\n"}) == ()


def test_backticks_do_not_end_a_suggestion():
    (remark,) = suggestions_for(finding('    return "````"\n'), {"x.py": "@@ -8,3 +8,5 @@\n"})
    assert remark.body.endswith('`````suggestion\n    return "````"\n`````')


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\x1b"])
def test_what_no_reader_sees_is_not_suggested(sign):
    assert suggestions_for(finding(f"    return b  # {sign}\n"), {"x.py": "@@ -8,3 +8,5 @@\n"}) == ()
