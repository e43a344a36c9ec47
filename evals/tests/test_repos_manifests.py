"""The manifests of real packages, as they are committed; nothing is downloaded."""

import ast

import pytest
from packaging.version import Version

from codeflash_evals.cases.catalogue import evals_folder
from codeflash_evals.cases.real_package import read_package

MANIFESTS = sorted((evals_folder() / "repos").glob("*.toml"))


def root_of(package):
    """The name that the package is imported by."""
    return package.target.partition("::")[0].partition("/")[0].removesuffix(".py")


def functions_of(tree):
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def text_of(tree, name):
    """What the script sets a name to."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    return ""


@pytest.fixture(params=MANIFESTS, ids=lambda path: path.stem)
def package(request):
    return read_package(request.param)


@pytest.fixture
def hidden(package):
    return ast.parse(package.hidden.read_text(encoding="utf-8"))


def test_there_are_manifests():
    assert len(MANIFESTS) >= 12


def test_every_folder_belongs_to_a_manifest():
    folders = {path.name for path in (evals_folder() / "repos").iterdir() if path.is_dir()}
    assert folders == {path.stem for path in MANIFESTS}


def test_the_fix_is_in_a_later_release_of_another_hash(package):
    assert Version(package.before) < Version(package.after)
    assert package.before_sha256 != package.after_sha256


def test_what_is_needed_is_pinned(package):
    assert all("==" in each for each in package.requires)


def test_the_target_is_a_function_of_a_file(package):
    path, _, name = package.target.partition("::")
    assert path.endswith(".py")
    assert name.replace(".", "_").isidentifier()


def test_the_hidden_script_makes_inputs_and_a_workload_for_what_it_enters(package, hidden):
    module, _, name = text_of(hidden, "ENTRY").partition(":")
    names = functions_of(hidden)
    assert {"inputs", "workload"} <= names
    if module == "hidden":
        assert name in names
        module = text_of(hidden, "USES")
    assert module.split(".")[0] == root_of(package)


def test_hidden_inputs_are_made_afresh_by_the_same_dice(package):
    scope = {}
    exec(compile(package.hidden.read_text(encoding="utf-8"), str(package.hidden), "exec"), scope)
    first, second = list(scope["inputs"]()), list(scope["inputs"]())
    assert first == second
    assert len(first) >= 3
    assert all(isinstance(given, tuple) and isinstance(named, dict) for given, named in first)


def test_the_workload_uses_the_package(package):
    used = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(package.workload))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert root_of(package) in used
