import pytest

from codeflash_lsp.settings import EDITOR_SETTINGS, EditorSettings, read_settings


def test_nothing_needs_to_be_set() -> None:
    assert read_settings(None) == (EditorSettings(), ())
    assert read_settings({}) == (EditorSettings(), ())


def test_values_are_read_from_the_section_or_from_what_holds_it() -> None:
    found, warnings = read_settings({"codeflash": {"budget": 30, "codeLens": False, "tests": ["tests"]}})
    assert warnings == ()
    assert (found.code_lens, found.engine) == (False, {"budget": "30s", "tests": ["tests"]})
    assert read_settings({"sandbox": "require"}, found)[0].engine["sandbox"] == "require"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"budgt": 3}, "codeflash.budgt is not known; did you mean budget?"),
        ({"sandbox": "maybe"}, "codeflash.sandbox: one of auto, require, off is wanted"),
        ({"delay": -1}, "codeflash.delay: milliseconds from 0 to 10000 are wanted"),
        ({"delay": True}, "codeflash.delay: milliseconds from 0 to 10000 are wanted"),
        ({"diagnostics": "yes"}, "codeflash.diagnostics: true or false is wanted"),
        ([], "the section codeflash is no object"),
    ],
)
def test_what_is_not_understood_is_told_and_changes_nothing(told, said) -> None:
    found, warnings = read_settings(told)
    assert warnings == (said,)
    assert found == EditorSettings()


def test_null_is_not_set() -> None:
    assert read_settings({"python": None, "budget": None}) == (EditorSettings(), ())


def test_code_of_a_workspace_that_is_not_trusted_runs_confined_or_not_at_all() -> None:
    found, _ = read_settings({"trusted": False, "sandbox": "off"})
    assert found.for_the_engine() == {"sandbox": "require", "trusted": False}


def test_trust_is_withdrawn_and_never_given_by_what_may_come_out_of_the_workspace() -> None:
    doubtful, _ = read_settings({"trusted": False, "python": "/usr/bin/python3"})
    found, _ = read_settings({"trusted": True, "python": "/project/evil", "budget": "9s"}, doubtful)
    assert not found.trusted
    assert (found.engine["python"], found.engine["budget"]) == ("/usr/bin/python3", "9s")
    found, _ = read_settings({"trusted": False, "python": "/project/evil"}, EditorSettings())
    assert not found.trusted
    assert "python" not in found.engine


def test_trust_that_is_not_understood_is_none() -> None:
    found, warnings = read_settings({"trusted": "false"})
    assert warnings == ("codeflash.trusted: true or false is wanted",)
    assert not found.trusted


def test_a_section_that_is_gone_sets_nothing() -> None:
    assert read_settings({"codeflash": None}) == (EditorSettings(), ())


def test_every_setting_has_a_meaning() -> None:
    assert all(each.meaning.endswith(".") for each in EDITOR_SETTINGS)
