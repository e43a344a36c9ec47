from pathlib import Path

import pytest

from codeflash_core.errors import UsageError
from codeflash_core.settings import load_settings


def pyproject(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.codeflash]\n{text}\n")


def test_flags_win_over_variables_over_the_file_over_defaults(tmp_path: Path) -> None:
    pyproject(tmp_path, 'budget = "30s"\nsandbox = "require"\nseed = 4')
    settings = load_settings(tmp_path, {"seed": "6"}, {"CODEFLASH_SEED": "5", "CODEFLASH_BUDGET": "20s"})
    assert (settings["seed"], settings["budget"], settings["sandbox"]) == (6, 20.0, "require")
    origins = {key: value.origin for key, value in settings.values.items()}
    assert origins["seed"] == "--seed"
    assert origins["budget"] == "CODEFLASH_BUDGET"
    assert origins["sandbox"] == "pyproject.toml"
    assert origins["env"] == "default"


def test_nothing_needs_configuring(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {}, {})
    assert settings["sources"] == ("rewrites",)
    assert settings.warnings == ()


def test_an_unknown_key_is_warned_of_with_the_nearest(tmp_path: Path) -> None:
    pyproject(tmp_path, 'budgett = "30s"')
    (warning,) = load_settings(tmp_path, {}, {}).warnings
    assert "budgett" in warning
    assert "did you mean budget?" in warning


def test_keys_of_the_existing_client_are_understood(tmp_path: Path) -> None:
    pyproject(tmp_path, 'tests-root = "checks"\nmodule-root = "src"\nignore-paths = ["a", "b"]')
    settings = load_settings(tmp_path, {}, {})
    assert settings["tests"] == ("checks",)
    assert settings["ignore"] == ("a", "b")
    assert settings.warnings == ()


@pytest.mark.parametrize(
    "text", ['sandbox = "maybe"', "budget = -1", "tests = 3", 'seed = "x"', "python = 1"]
)
def test_a_malformed_value_names_its_place(tmp_path: Path, text: str) -> None:
    pyproject(tmp_path, text)
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        load_settings(tmp_path, {}, {})


def test_a_file_that_does_not_parse_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        load_settings(tmp_path, {}, {})
