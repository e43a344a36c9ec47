"""Import roots and module names are found without configuration."""

from __future__ import annotations

import pytest

from codeflash_python.discovery.roots import find_root, import_roots, module_name


def test_a_flat_layout_imports_from_the_root(project):
    root = project({"pkg/__init__.py": "", "pkg/mod.py": ""})
    roots = import_roots(root)
    assert roots == (".",)
    assert module_name(root, "pkg/mod.py", roots) == "pkg.mod"
    assert module_name(root, "pkg/__init__.py", roots) == "pkg"
    assert module_name(root, "script.py", roots) == "script"


def test_a_src_layout_imports_from_src(project):
    root = project({"src/pkg/__init__.py": "", "src/pkg/sub/__init__.py": "", "src/pkg/sub/mod.py": ""})
    roots = import_roots(root)
    assert roots == ("src", ".")
    assert module_name(root, "src/pkg/sub/mod.py", roots) == "pkg.sub.mod"


def test_a_package_called_src_is_no_root(project):
    root = project({"src/__init__.py": "", "src/mod.py": ""})
    assert import_roots(root) == (".",)
    assert module_name(root, "src/mod.py", (".",)) == "src.mod"


def test_namespace_packages_are_named_from_their_root(project):
    root = project({"src/ns/part/mod.py": ""})
    roots = import_roots(root)
    assert roots == ("src", ".")
    assert module_name(root, "src/ns/part/mod.py", roots) == "ns.part.mod"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["lib"]\n'),
        ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "lib"\n'),
        ("pyproject.toml", '[[tool.poetry.packages]]\ninclude = "pkg"\nfrom = "lib"\n'),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["lib/pkg"]\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = "lib"\n'),
        ("setup.cfg", "[options]\npackage_dir =\n    = lib\n"),
        ("setup.cfg", "[options.packages.find]\nwhere = lib\n"),
    ],
)
def test_what_the_configuration_names_is_a_root(project, file, text):
    root = project({"lib/pkg/__init__.py": "", "lib/pkg/mod.py": "", file: text})
    roots = import_roots(root)
    assert roots == ("lib", ".")
    assert module_name(root, "lib/pkg/mod.py", roots) == "pkg.mod"


def test_configuration_that_does_not_parse_or_leads_outside_is_passed_over(project):
    assert import_roots(project({"pyproject.toml": "[tool", "setup.cfg": "no section"})) == (".",)
    outside = '[tool.setuptools.packages.find]\nwhere = ["../x", "/", "missing"]\n'
    assert import_roots(project({"pyproject.toml": outside})) == (".",)


def test_the_folder_above_the_topmost_package_of_a_target_is_a_root(project):
    root = project(
        {"parts/one/src/a/__init__.py": "", "parts/one/src/a/b.py": "", "parts/one/tests/t.py": ""}
    )
    assert import_roots(root) == (".",)
    roots = import_roots(root, ["parts/one/src/a/b.py"])
    assert roots == ("parts/one/src", ".")
    assert module_name(root, "parts/one/src/a/b.py", roots) == "a.b"
    assert import_roots(root, ["parts"]) == ("parts/one/src", ".")


def test_a_root_inside_a_package_does_not_rename_its_modules(project):
    root = project({"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/mod.py": ""})
    assert module_name(root, "pkg/sub/mod.py", ("pkg", ".")) == "pkg.sub.mod"


def test_the_project_is_the_nearest_folder_with_a_marker(project):
    root = project({"pyproject.toml": "", "a/b/mod.py": ""})
    assert find_root(root / "a" / "b" / "mod.py") == root
    assert find_root(root) == root
