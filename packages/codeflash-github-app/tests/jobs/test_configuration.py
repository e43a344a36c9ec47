from pathlib import Path

import pytest

from codeflash_github_app.jobs.configuration import KEYS, Configuration, read_configuration


def test_without_a_file_all_is_as_by_default():
    assert read_configuration(b"") == Configuration()


def test_all_keys_are_read():
    text = b"""
[github]
include = ["src/**"]
exclude = ["src/generated"]
least-speedup = 1.2
budget = "90s"
most-functions = 3
pull-requests = false
push-reports = false
regression = "5%"
regressions-fail = true
automatic_pull_requests = true
open-pull-requests = 0
"""
    assert read_configuration(text) == Configuration(
        ("src/**",), ("src/generated",), 1.2, 90.0, 3, False, False, 0.05, True, True, 0
    )


def test_each_default_is_what_the_reference_says():
    text = "[github]\n" + "\n".join(f"{key.name} = {key.written}" for key in KEYS)
    assert read_configuration(text.encode()) == Configuration()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"[github]\nbugdet = 1", "unknown key bugdet; did you mean budget?"),
        (b"[github]\nzzz = 1", "unknown key zzz"),
        (b"[github]\nbudget = 'soon'", 'budget: not a duration: soon; it is "60s" instead'),
        (b"[github]\nautomatic-pull-requests = 'yes'", "true or false is wanted"),
        (b"[github]\ninclude = 'src'", "a list of texts is wanted"),
        (b"[github]\nexclude = [" + b"'a'," * 51 + b"]", "50 patterns of 200 signs each"),
        (b"[github]\nexclude = ['" + b"a" * 201 + b"']", "50 patterns of 200 signs each"),
        (b"[github]\nleast-speedup = true", "a factor from 1.0 up is wanted"),
        (b"[github]\nmost-functions = 0", "a whole number from 1 up is wanted"),
        (b"github = 3", "github is no table"),
        (b"[github", "can't be read"),
        (b"\xff\xfe", "can't be read"),
        (b"a = " + b"[" * 5000, "can't be read"),
        (None, "larger than 64 KiB"),
    ],
)
def test_what_is_not_understood_is_told_and_passed_over(text, told):
    found = read_configuration(text)
    assert len(found.warnings) == 1
    assert told in found.warnings[0]
    assert found.budget_seconds == 60.0


@pytest.mark.parametrize("covered", [True, False])
def test_files_are_included_and_excluded(covered):
    path = "src/a.py" if covered else "lib/a.py"
    assert Configuration(include=("docs", "src")).covers(path) is covered
    assert Configuration(exclude=("docs", "src")).covers(path) is not covered


PAGE = (Path(__file__).resolve().parents[4] / "docs/how-to/configure-the-app.md").read_text(encoding="utf-8")


def test_the_page_lists_every_key():
    rows = [f"| `{key.name}` | `{key.written}` | {key.meaning} |" for key in KEYS]
    told = PAGE.partition("<!-- keys begin -->\n")[2].partition("\n<!-- keys end -->")[0]
    assert told.splitlines()[2:] == rows


def test_the_example_of_the_page_is_understood():
    example = PAGE.partition("```toml\n")[2].partition("```")[0]
    found = read_configuration(example.encode())
    assert found.warnings == ()
    assert (found.least_speedup, found.automatic_pull_requests) == (1.1, True)
