from pathlib import Path

import pytest

from codeflash_core.agents.claude import Claude
from codeflash_core.agents.codex import Codex
from codeflash_core.agents.programs import (
    describe,
    find_program,
    host_of,
    passed_variables,
    secret_variables,
)
from codeflash_core.errors import PrerequisiteError


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_program_on_the_path_is_shown_alone(tmp_path):
    found = program(tmp_path / "bin/claude")
    there = find_program(Claude.kind, {"PATH": str(found.parent)})
    assert (there.path, there.shown, there.prefixes) == (found.resolve(), (found.resolve(),), ())


def test_an_npm_package_is_shown_with_those_beside_it_and_its_interpreter(tmp_path):
    modules = tmp_path / "lib/node_modules"
    script = program(modules / "@openai/codex/bin/codex.js", "#!/usr/bin/env node\n")
    node = program(tmp_path / "node/bin/node")
    link = tmp_path / "bin/codex"
    link.parent.mkdir()
    link.symlink_to(script)
    found = find_program(Codex.kind, {"PATH": f"{link.parent}:{node.parent}"})
    assert (found.path, found.shown) == (script.resolve(), (modules.resolve(),))
    assert found.prefixes == (node.resolve().parent.parent,)


def test_a_variable_names_the_program(tmp_path):
    found = program(tmp_path / "other")
    assert find_program(Claude.kind, {"CODEFLASH_CLAUDE": str(found), "PATH": ""}).path == found.resolve()


@pytest.mark.parametrize(
    ("variables", "words"),
    [({"PATH": ""}, "claude is not installed"), ({"CODEFLASH_CLAUDE": "/nowhere"}, "names /nowhere, which")],
)
def test_a_missing_program_is_told_with_how_to_install_it(variables, words):
    with pytest.raises(PrerequisiteError, match=words) as caught:
        find_program(Claude.kind, variables)
    assert "npm install -g @anthropic-ai/claude-code" in caught.value.hint


def test_a_program_that_the_project_brings_is_not_run(tmp_path):
    found = program(tmp_path / "node_modules/.bin/claude")
    with pytest.raises(PrerequisiteError, match="which the project brings"):
        find_program(Claude.kind, {"PATH": str(found.parent)}, tmp_path)


def test_an_interpreter_that_the_project_brings_runs_no_agent(tmp_path):
    script = program(tmp_path / "lib/codex.js", "#!/usr/bin/env node\n")
    node = program(tmp_path / "project/node_modules/.bin/node")
    variables = {"CODEFLASH_CODEX": str(script), "PATH": str(node.parent)}
    assert find_program(Codex.kind, variables).path == script.resolve()
    with pytest.raises(PrerequisiteError, match=r"node_modules, which the project brings"):
        find_program(Codex.kind, variables, tmp_path / "project")


def test_only_what_an_agent_needs_is_passed():
    variables = {"ANTHROPIC_API_KEY": "k", "HTTPS_PROXY": "p", "ANTHROPIC_BASE_URL": "", "GITHUB_TOKEN": "t"}
    assert passed_variables(Claude.kind, variables) == {"ANTHROPIC_API_KEY": "k", "HTTPS_PROXY": "p"}


@pytest.mark.parametrize("variables", [{}, {"ANTHROPIC_API_KEY": ""}, {"ANTHROPIC_BASE_URL": "http://x"}])
def test_without_a_key_it_says_which_one_to_set(variables):
    with pytest.raises(PrerequisiteError, match="no key for its model") as caught:
        passed_variables(Claude.kind, variables)
    assert "ANTHROPIC_API_KEY" in caught.value.hint


def test_a_description_has_names_and_no_values(tmp_path):
    found = program(tmp_path / "bin/claude")
    said = describe(Claude.kind, {"PATH": str(found.parent), "ANTHROPIC_API_KEY": "secret"})
    assert said == f"{found.resolve()}; passed to it: ANTHROPIC_API_KEY"
    assert "not installed" in describe(Claude.kind, {"PATH": ""})


@pytest.mark.parametrize(
    ("address", "host", "secret"),
    [
        ("", "Anthropic", False),
        ("http://127.0.0.1:80/v1", "127.0.0.1:80", False),
        ("https://gate.example", "gate.example", False),
        ("https://me:word@gate.example", "gate.example", True),
        ("https://gate.example?key=word", "gate.example", True),
        ("https://gate.example:word", "Anthropic", False),
    ],
)
def test_of_an_address_only_the_host_is_told(address, host, secret):
    passed = {"ANTHROPIC_API_KEY": "k", "AWS_REGION": "us-east-1", "ANTHROPIC_BASE_URL": address}
    assert host_of(Claude.kind, passed) == host
    hidden = {"ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"} if secret else {"ANTHROPIC_API_KEY"}
    assert set(secret_variables(Claude.kind, passed)) == hidden
