"""Workflows as PyYAML reads them, and projects to write them for."""

import subprocess

import pytest
import yaml
from attrs import evolve

from codeflash_core.workflows.values import Choices, Setup
from codeflash_core.workflows.writing import render

PLAIN = Choices(
    Setup("setup.py", "3.12", ('python -m venv "$RUNNER_TEMP/project"',)),
    install="pipx install codeflash-cli",
)


class Loader(yaml.SafeLoader):
    """YAML 1.2 as GitHub reads it: ``on`` is a word."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="session")
def choices():
    """``choices(base="main")`` are choices that differ in that from plain ones."""

    def make(*, python=None, **fields):
        setup = PLAIN.setup if python is None else evolve(PLAIN.setup, python=python)
        return evolve(PLAIN, setup=setup, **fields)

    return make


@pytest.fixture(scope="session")
def parsed(choices):
    """``parsed(base="main")`` is the document of such a workflow."""

    def make(**fields):
        return yaml.load(render(choices(**fields)), Loader)

    return make


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty git repository."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = tmp_path / "a repository"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root
