"""The reader and the runners of technique pages: what they refuse, and that a wrong technique fails."""

import shutil

import pytest
from snippets import running
from snippets.languages import batches, missing, run
from snippets.techniques import PageError, read

PYTHON = ("def twice(x):\n    return x + x", "def twice(x):\n    return 2 * x")
PYTHON_CHECK = "def work(side):\n    return side.twice(3)\nassert work(slow) == work(fast)"
JAVASCRIPT = ("export const twice = (x) => x + x;", "export const twice = (x) => 2 * x;")
JAVASCRIPT_CHECK = (
    "import assert from 'node:assert/strict';\nexport const work = (side) => side.twice(3);\n"
    "assert.equal(work(slow), work(fast));"
)
GO = ("func Twice(x int) int { return x + x }", "func Twice(x int) int { return 2 * x }")
GO_CHECK = """import "testing"

func BenchmarkTwice(b *testing.B) {
	b.Run("slow", func(b *testing.B) {
		for b.Loop() {
			slow.Twice(3)
		}
	})
	b.Run("fast", func(b *testing.B) {
		for b.Loop() {
			fast.Twice(3)
		}
	})
}

func TestTwice(t *testing.T) {
	if slow.Twice(3) != fast.Twice(3) {
		t.Error("they differ")
	}
	counted(t, "steps", 2, 1)
}"""

LANGUAGES = {
    "python": (*PYTHON, PYTHON_CHECK),
    "javascript": (*JAVASCRIPT, JAVASCRIPT_CHECK),
    "go": (*GO, GO_CHECK),
}


def outcomes(page, **options):
    (batch,) = batches(read(page))
    if reason := missing(batch.techniques[0]):
        pytest.skip(reason)
    return list(run(batch, **options))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_right_technique_passes_and_is_timed_in_turns(page, language):
    found = outcomes(page(*LANGUAGES[language], language=language), rounds=2, processes=2)
    assert [outcome.error for outcome in found] == ["", ""]
    for outcome in found:
        # Go takes a process for every sample, and so one quad of them.
        assert len(outcome.slow_ns) == len(outcome.fast_ns) == (2 if language == "go" else 4)
        assert min(outcome.slow_ns + outcome.fast_ns) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fast_version_that_gives_something_else_fails(page, language):
    slow, fast, check = LANGUAGES[language]
    (outcome,) = outcomes(page(slow, fast.replace("2 *", "3 *"), check, language=language))
    assert outcome.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_effect_that_is_not_less_fails(page, language):
    slow, fast, check = LANGUAGES[language]
    told = {"python": "counted('calls', slow=1, fast=1)", "javascript": "counted('calls', 1, 1);", "go": ""}
    check = check.replace('"steps", 2, 1', '"calls", 1, 1') + "\n" + told[language]
    (outcome,) = outcomes(page(slow, fast, check, language=language))
    assert "calls: 1 with the fast version is not less than 1" in outcome.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_that_does_not_parse_fails_with_its_place_in_the_page(page, language):
    slow, _, check = LANGUAGES[language]
    path = page(slow, "¤", check, language=language)
    line = path.read_text(encoding="utf-8").splitlines().index("¤") + 1
    (outcome,) = outcomes(path)
    assert str(path) in outcome.error
    assert f"{line}" in outcome.error.partition("failed")[2] or f"fast.go:{line}" in outcome.error


def test_a_check_that_names_no_unit_of_work_fails(page):
    (outcome,) = outcomes(page(*PYTHON, "assert slow.twice(1) == fast.twice(1)"))
    assert "defines no work(side)" in outcome.error


def test_what_a_check_counted_is_kept(page):
    (outcome,) = outcomes(page(*PYTHON, PYTHON_CHECK + "\ncounted('calls', slow=2, fast=1)"))
    assert outcome.counted == (running.Counted("calls", 2, 1),)


def test_a_warning_is_a_failure(page):
    (outcome,) = outcomes(page(*PYTHON, PYTHON_CHECK + "\nimport warnings\nwarnings.warn('old')"))
    assert "UserWarning: old" in outcome.error


def test_an_endless_check_is_ended(page, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.5)
    (outcome,) = outcomes(page(*PYTHON, PYTHON_CHECK + "\nwhile True: pass"))
    assert "took more than" in outcome.error


def test_a_process_that_ends_without_an_answer_fails(page):
    (outcome,) = outcomes(page(*PYTHON, PYTHON_CHECK + "\nimport os\nos._exit(0)"))
    assert "nothing said" in outcome.error


def test_a_missing_package_is_named(page):
    (technique,) = read(page(*PYTHON, PYTHON_CHECK, more=" needs=json,no_such_package"))
    assert missing(technique) == "not installed: no_such_package"


def test_a_missing_toolchain_is_named(page, monkeypatch):
    (technique,) = read(page(*JAVASCRIPT, JAVASCRIPT_CHECK, language="javascript"))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "no node" in missing(technique)


def test_techniques_of_a_go_page_share_one_build(page):
    path = page(*GO, GO_CHECK, language="go")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.partition("Prose.\n")[2].replace("A title", "Another"), encoding="utf-8")
    (batch,) = batches(read(path))
    assert (batch.id, len(batch.techniques)) == ("go/cpu", 2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("python fast", "python", "needs three blocks"),
        ("python check", "python slow", "needs three blocks"),
        ("python fast", "ruby fast", "another language"),
        ("python fast", "go fast", "another language"),
        ("**Traps:** none.", "", "does not say its traps"),
        ("**When it helps:** always.", "", "does not say when it helps"),
        ("## A title", "# A title", "no technique"),
        ("python check", "python check need=numpy", "unknown word 'need=numpy'"),
        ("python slow", "python slow needs=numpy", "unknown word"),
        ("assert ", "", "asserts nothing"),
    ],
)
def test_a_page_that_would_hide_something_untested_is_refused(page, old, new, told):
    path = page(*PYTHON, PYTHON_CHECK)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(PageError, match=told) as refused:
        read(path)
    assert str(refused.value).startswith(f"{path}:")


def test_a_block_that_is_never_closed_is_refused(page):
    path = page(*PYTHON, PYTHON_CHECK)
    path.write_text(path.read_text(encoding="utf-8").rstrip().removesuffix("```"), encoding="utf-8")
    with pytest.raises(PageError, match="never closed"):
        read(path)


def test_two_techniques_of_one_title_are_refused(page):
    path = page(*PYTHON, PYTHON_CHECK)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.partition("Prose.\n")[2], encoding="utf-8")
    with pytest.raises(PageError, match="a second technique"):
        read(path)


def test_a_heading_inside_a_block_begins_no_technique(page):
    path = page(*PYTHON, PYTHON_CHECK + "\n## a comment")
    assert len(read(path)) == 1
