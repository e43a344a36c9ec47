"""The list of variables is the whole list, and says what the code does."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

import codeflash_api
import codeflash_web
from codeflash_api.cli.arguments import parse
from codeflash_api.feature import Feature
from codeflash_api.llm.registry import build_chains
from codeflash_api.settings import PROVIDERS, ProviderSettings, Settings, read_settings
from codeflash_api.variables import GENERAL, OF_PROVIDERS, PREFIX, default, every
from codeflash_core.errors import UsageError

NAMES = {variable.name for variable in every()}
# Asked of every provider, so that they are kept out of records.
ALWAYS_HIDDEN = {"secret_key", "session_token", "token"}


class Watched(dict[str, str]):
    """Variables that are all unset, and the names that were asked for."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        super().__init__(given or {})
        self.asked: set[str] = set()

    def get(self, name: str, otherwise: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, otherwise)


def listed(name: str) -> bool:
    endings = [f"_{feature.name}" for feature in Feature if name.endswith(f"_{feature.name}")]
    return name in NAMES or any(f"{name.removesuffix(ending)}_<FEATURE>" in NAMES for ending in endings)


def test_each_variable_stands_once_with_a_meaning() -> None:
    assert len(NAMES) == len(every())
    assert all(variable.meaning and not variable.meaning.endswith(".") for variable in every())


def test_all_that_settings_read_is_listed() -> None:
    environment = Watched()
    read_settings(environment, Path())
    assert len(environment.asked) > 20
    assert [name for name in sorted(environment.asked) if not listed(name)] == []


def test_settings_of_nothing_are_the_defaults() -> None:
    assert read_settings({}, Path()) == Settings(
        chain=dict.fromkeys(Feature, ("rules",)), providers={"rules": ProviderSettings("rules")}
    )


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name != "rules"])
def test_all_that_a_provider_reads_is_listed(name: str, tmp_path: Path) -> None:
    options = Watched({"region": "eu-central-1"})
    provider = ProviderSettings(name, "m", "http://127.0.0.1:9", "k" * 8, options)
    build_chains(Settings(data=tmp_path, chain={Feature.RANK: (name,)}, providers={name: provider}))
    asked = {f"{PREFIX}{name.upper()}_{option.upper()}" for option in options.asked - ALWAYS_HIDDEN}
    if name == "recorded":  # it has the models of those who were recorded
        asked.remove(f"{PREFIX}RECORDED_MODEL_RANK")
    assert [each for each in sorted(asked) if not listed(each)] == []


def test_the_rest_of_the_list_is_read_somewhere() -> None:
    sources = (Path(package.__file__).parent for package in (codeflash_api, codeflash_web))
    words = {
        node.value
        for source in sources
        for file in source.rglob("*.py")
        if file.name != "variables.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for variable in GENERAL:
        name = variable.name.removeprefix(PREFIX).removesuffix("<FEATURE>")
        assert words & {name, variable.name}, variable.name
    for provider, variables in OF_PROVIDERS.items():
        for variable in variables:
            option = (
                variable.name.removeprefix(f"{PREFIX}{provider.upper()}_").removesuffix("<FEATURE>").lower()
            )
            assert words & {option}, variable.name


def test_every_provider_has_its_list() -> None:
    assert set(OF_PROVIDERS) == set(PROVIDERS)


def test_credentials_are_marked() -> None:
    marked = {variable.name for variable in every() if variable.secret}
    assert "DATABASE_URL" in marked
    for variable in every():
        if variable.name.endswith(("_KEY", "_TOKEN")):
            assert variable.name in marked


def test_ports_and_host_come_from_variables_and_options_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEFLASH_API_HOST", "0.0.0.0")
    monkeypatch.setenv("CODEFLASH_API_PORT", "9000")
    monkeypatch.setenv("CODEFLASH_API_COMPANION_PORT", " ")
    options = parse(["serve"])
    assert (options.host, options.port, options.companion_port) == ("0.0.0.0", 9000, 3001)
    assert parse(["serve", "--port", "0"]).port == 0


def test_a_variable_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEFLASH_API_PORT", "http")
    with pytest.raises(UsageError, match="not a port: http"):
        parse(["serve"])


def test_numbers_have_bounds() -> None:
    assert default(f"{PREFIX}CONCURRENCY") == "16"
    for text in ("-1", "0", "many", "nan"):
        with pytest.raises(UsageError, match="CONCURRENCY is not a positive number"):
            read_settings({f"{PREFIX}CONCURRENCY": text}, Path())
