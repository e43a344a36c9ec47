from pathlib import Path

import pytest

from codeflash_core.errors import UsageError
from codeflash_core.settings import SETTINGS, load_settings


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
    pyproject(
        tmp_path,
        'tests-root = "checks"\nmodule_root = "src"\nignore-paths = ["a", "b"]\n'
        'disable-telemetry = true\ntest-framework = "pytest"',
    )
    settings = load_settings(tmp_path, {}, {})
    assert settings["tests"] == ("checks",)
    assert settings["modules"] == ("src",)
    assert settings["ignore"] == ("a", "b")
    assert settings.values["tests"].origin == "pyproject.toml, tests-root"
    assert settings.warnings == ()
    assert settings.passed_over == {
        "disable-telemetry": "there is none",
        "test-framework": "pytest runs the tests, those of unittest too",
    }


def test_a_setting_by_its_own_name_wins_over_the_client_s(tmp_path: Path) -> None:
    pyproject(tmp_path, 'tests = "own"\ntests-root = "theirs"')
    assert load_settings(tmp_path, {}, {})["tests"] == ("own",)


def test_underscores_are_taken_for_hyphens(tmp_path: Path) -> None:
    pyproject(tmp_path, "float_tolerance = 0.001")
    assert load_settings(tmp_path, {}, {})["float-tolerance"] == 0.001


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"auto"', ()),
        ('"ruff"', ("ruff",)),
        ('"none"', ("none",)),
        ('["yapf"]', ("yapf",)),
        ('"tool --as {path} -"', ("tool", "--as", "{path}", "-")),
        ('["my tool", "-"]', ("my tool", "-")),
    ],
)
def test_a_formatter_is_a_name_or_a_command(tmp_path: Path, written: str, meant: tuple[str, ...]) -> None:
    pyproject(tmp_path, f"formatter = {written}")
    assert load_settings(tmp_path, {}, {})["formatter"] == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('["disabled"]', ("none",)),
        ('"disabled"', ("none",)),
        ('["black $file"]', ("black",)),
        ('["ruff check --exit-zero --fix $file", "ruff format $file"]', ("ruff",)),
        ('["/opt/bin/black $file"]', ("black",)),
    ],
)
def test_the_client_s_formatter_commands_are_translated(tmp_path: Path, written: str, meant) -> None:
    pyproject(tmp_path, f"formatter-cmds = {written}")
    settings = load_settings(tmp_path, {}, {})
    assert settings["formatter"] == meant
    assert settings.passed_over == {}


@pytest.mark.parametrize("written", ['["yapf -i $file"]', '["ruff check $file"]', "[]", "3", "['\"open']"])
def test_formatter_commands_that_have_no_meaning_here_are_passed_over(tmp_path: Path, written: str) -> None:
    pyproject(tmp_path, f"formatter-cmds = {written}")
    settings = load_settings(tmp_path, {}, {})
    assert settings["formatter"] == ()
    assert "standard input" in settings.passed_over["formatter-cmds"]


def test_a_variable_that_is_nearly_one_of_ours_is_warned_of(tmp_path: Path) -> None:
    environment = {"CODEFLASH_BUGDET": "20s", "CODEFLASH_PR_NUMBER": "7"}
    settings = load_settings(tmp_path, {}, environment)
    assert settings.warnings == ("unknown variable: CODEFLASH_BUGDET; did you mean CODEFLASH_BUDGET?",)


def test_codeflash_that_is_no_table_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\ncodeflash = 3\n")
    with pytest.raises(UsageError, match="no table"):
        load_settings(tmp_path, {}, {})


@pytest.mark.parametrize(
    "text",
    [
        'sandbox = "maybe"',
        "budget = -1",
        "tests = 3",
        'seed = "x"',
        "python = 1",
        'formatter = "rufff"',
        "formatter = []",
    ],
)
def test_a_malformed_value_names_its_place(tmp_path: Path, text: str) -> None:
    pyproject(tmp_path, text)
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        load_settings(tmp_path, {}, {})


def test_a_file_that_does_not_parse_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        load_settings(tmp_path, {}, {})


def test_a_value_where_a_variable_s_name_is_wanted_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="without their values") as caught:
        load_settings(tmp_path, {"env": ["TOKEN=hunter2"]}, {})
    assert "hunter2" not in str(caught.value)


HOSTILE = """
sources = ["service"]
api-url = "http://127.0.0.1:1"
python = "./evil"
formatter = ["./evil"]
env = ["TOKEN"]
sandbox = "off"
float-tolerance = 0.5
checkouts = "/x/{org}/{project}"
tests = ["checks"]
ignore = ["old"]
seed = 3
"""


def test_a_project_that_is_not_trusted_says_only_what_and_how_long(tmp_path: Path) -> None:
    pyproject(tmp_path, HOSTILE)
    settings = load_settings(tmp_path, {"trusted": False}, {})
    defaults = {setting.key: setting.default for setting in SETTINGS}
    told = {"trusted": False, "sandbox": "require", "formatter": ("none",)}
    assert {key: each.value for key, each in settings.values.items()} == defaults | told | {
        "tests": ("checks",),
        "ignore": ("old",),
        "seed": 3,
    }
    assert len(settings.warnings) == 8
    assert "python in [tool.codeflash] is not heeded: the project is not trusted" in settings.warnings


def test_what_a_user_sets_is_heeded_for_a_project_that_is_not_trusted(tmp_path: Path) -> None:
    settings = load_settings(
        tmp_path, {"sandbox": "off"}, {"CODEFLASH_TRUSTED": "no", "CODEFLASH_PYTHON": "/opt/python"}
    )
    assert settings["python"] == "/opt/python"
    assert (settings["sandbox"], settings["formatter"]) == ("require", ("none",))


@pytest.mark.parametrize("written", ["true", "false", '"yes"'])
def test_no_project_vouches_for_itself(tmp_path: Path, written: str) -> None:
    pyproject(tmp_path, f"trusted = {written}")
    settings = load_settings(tmp_path, {}, {"CODEFLASH_TRUSTED": "false"})
    assert settings["trusted"] is False
    assert load_settings(tmp_path, {}, {})["trusted"] is True
    assert settings.warnings == ("trusted in [tool.codeflash] is not heeded: no project vouches for itself",)


def test_a_client_s_key_is_not_heeded_where_ours_is_not(tmp_path: Path) -> None:
    pyproject(tmp_path, 'formatter-cmds = ["black $file"]\ntests-root = "checks"')
    assert load_settings(tmp_path, {}, {})["formatter"] == ("black",)
    settings = load_settings(tmp_path, {"trusted": False}, {})
    assert (settings["formatter"], settings["tests"]) == (("none",), ("checks",))


def test_trust_is_yes_or_no(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="true or false"):
        load_settings(tmp_path, {}, {"CODEFLASH_TRUSTED": "perhaps"})
