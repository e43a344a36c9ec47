from __future__ import annotations

import importlib.resources

import pytest

from codeflash_api.feature import Feature
from codeflash_api.llm.model import Message
from codeflash_api.prompting import prompts
from codeflash_api.prompting.library import Library

ALL = [(feature, name) for feature in Feature for name in prompts.LIBRARY.names(prompts.FOLDERS[feature])]


@pytest.fixture
def library(tmp_path, monkeypatch):
    folder = tmp_path / "ranking" / "prompts"
    folder.mkdir(parents=True)
    (folder / "rank.system.jinja").write_text("Rank.", encoding="utf-8")
    (folder / "rank.user.jinja").write_text('{{ diff | fenced("a diff") }}', encoding="utf-8")
    monkeypatch.setattr(prompts, "LIBRARY", Library(tmp_path))


@pytest.mark.parametrize(("feature", "name"), ALL, ids=[f"{feature}:{name}" for feature, name in ALL])
def test_every_prompt_of_the_service_has_both_files_and_can_be_read(feature, name):
    assert prompts.version_of(feature, name).startswith(f"{name}-")
    assert isinstance(prompts.inputs_of(feature, name), frozenset)


def test_every_feature_has_a_folder_of_the_package():
    package = importlib.resources.files("codeflash_api")

    assert set(prompts.FOLDERS) == set(Feature)
    assert all((package / folder).is_dir() for folder in prompts.FOLDERS.values())


def test_a_rendered_prompt_becomes_a_request(library):
    rendered = prompts.render(Feature.RANK, "rank", diff="-a\n+b")

    request = rendered.prompt(max_tokens=100, temperature=0.5)

    assert request.feature is Feature.RANK
    assert request.version == rendered.version == prompts.version_of(Feature.RANK, "rank")
    assert request.system.startswith("Rank.")
    assert request.messages == (Message("user", rendered.user),)
    assert (request.max_tokens, request.temperature) == (100, 0.5)


def test_code_does_not_stand_in_the_repr(library):
    assert "secret_code" not in repr(prompts.render(Feature.RANK, "rank", diff="secret_code"))
