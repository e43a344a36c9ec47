import re
import sys

import pytest
from hypothesis import given, strategies

from codeflash_github_app.jobs.patterns import LONGEST, matches


@pytest.mark.parametrize(
    ("pattern", "path", "named"),
    [
        ("src", "src/a.py", True),
        ("src", "src2/a.py", False),
        ("src/**", "src/a/b.py", True),
        ("**/a.py", "a.py", True),
        ("**/a.py", "x/y/a.py", True),
        ("**/**/a.py", "a.py", True),
        ("a/**/b.py", "a/b.py", True),
        ("a/**/b/*.py", "a/b/b/c/b/d.py", True),
        ("a/**/b/*.py", "a/b/c/d.py", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/x/a.py", False),
        ("src/?.py", "src/a.py", True),
        ("src/?.py", "src/ab.py", False),
        ("/src/", "src/a.py", True),
        ("*a*b", "xaybzab", True),
        ("a**.py", "abc.py", True),
        ("a.py", "xa.py", False),
        ("[a].py", "a.py", False),
        ("a.py", "a_py", False),
        ("", "a.py", True),
    ],
)
def test_patterns_name_files_and_folders(pattern, path, named):
    assert matches(pattern, path) is named


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 99 + "b", "a" * 250),
        ("**/" * 66 + "b", "/".join("a" * 125)),
        ("**/a/" * 39 + "b", "/".join("a" * 125)),
    ],
)
def test_the_worst_pattern_looks_at_few_things(pattern, path):
    # A search that goes back further than to the last sign would need billions of comparisons.
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += 1
        assert calls < 300_000

    assert len(pattern) <= LONGEST
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = matches(pattern, path)
    finally:
        sys.setprofile(before)
    assert not found


@given(
    strategies.text("ab*?", max_size=8).filter(lambda text: "**" not in text),
    strategies.text("ab", max_size=8),
)
def test_it_agrees_with_a_regular_expression_within_a_folder(pattern, name):
    wanted = re.fullmatch(pattern.replace("*", ".*").replace("?", "."), name) is not None
    assert matches(f"x/{pattern}", f"x/{name}") is (wanted or not pattern)
