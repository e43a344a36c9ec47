import pytest

SOURCE = "packages/codeflash-core/src/codeflash_core/thing.py"
WORKER = "packages/codeflash-python/src/codeflash_worker/thing.py"


@pytest.fixture
def layout(tool):
    return tool("tools/check_layout.py")


def test_the_repository_keeps_its_own_layout_rules(layout, root, capsys):
    code = layout.main()
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    ["url = https://files.python" + "hosted.org/x", "see pypi" + ".org", "registry.npm" + "js.org"],
)
def test_a_registry_host_is_found_in_any_file(layout, line):
    assert list(layout.findings("notes.md", f"first\n{line}\n")) == ["notes.md:2: names a package registry"]


@pytest.mark.parametrize("line", ["cd /wo" + "rk/main", '"/ro' + 'ot/.cache"', "see /home" + "/ann/project"])
def test_a_path_of_one_machine_is_found(layout, line):
    assert list(layout.findings("notes.md", line)) == ["notes.md:1: holds a path of one machine"]


@pytest.mark.parametrize("line", ["a/work/b", "https://example.test/work/", "homework/x", "./root/x"])
def test_relative_paths_and_addresses_are_left_alone(layout, line):
    assert not [found for found in layout.machine_paths("notes.md", line) if "example" not in line]


def test_a_module_over_six_hundred_lines_is_found(layout):
    assert not list(layout.findings(SOURCE, "x = 1\n" * 600))
    assert len(list(layout.findings(SOURCE, "x = 1\n" * 601))) == 1


def test_a_function_over_sixty_lines_is_found_in_packages_only(layout):
    text = "def f():\n" + "    x = 1\n" * 60
    assert len(list(layout.findings(SOURCE, text))) == 1
    assert not list(layout.findings("tests/test_thing.py", text))
    assert not list(layout.findings(SOURCE, "def f():\n" + "    x = 1\n" * 59))


def test_a_vague_module_name_is_found(layout):
    assert list(layout.findings("packages/a/src/a/utils.py", ""))
    assert list(layout.findings("packages/a/src/a/common/thing.py", ""))
    assert not list(layout.findings("packages/a/src/a/baseline.py", ""))


def test_the_worker_may_import_only_the_standard_library(layout):
    assert list(layout.findings(WORKER, "import attrs\n"))
    assert list(layout.findings(WORKER, "def f():\n    from codeflash_core import model\n"))
    assert not list(
        layout.findings(WORKER, "import json\nfrom . import channel\nimport codeflash_worker.serve\n")
    )
    assert not list(layout.findings(SOURCE, "import attrs\n"))


def test_the_worker_may_try_what_the_target_has(layout):
    text = "try:\n    import cloudpickle\nexcept ImportError:\n    cloudpickle = None\n"
    assert not list(layout.findings(WORKER, text))
    assert not list(layout.findings(WORKER, "with contextlib.suppress(Exception):\n    import hypothesis\n"))
    assert list(layout.findings(WORKER, "with open(__file__):\n    import hypothesis\n"))


@pytest.mark.parametrize(
    "text",
    [
        "import ast\nast.parse(x)\n",
        "import ast as syntax\nsyntax.parse(x)\n",
        "from ast import parse\nparse(x)\n",
        "from ast import literal_eval as value\nvalue(x)\n",
        "def f(x):\n    return compile(x, 'f', 'exec')\n",
        "import builtins\nbuiltins.compile(x, 'f', 'eval')\n",
        "import libcst\nlibcst.parse_module(x)\n",
        "import libcst as cst\ncst.parse_expression(x)\n",
        "exec(x)\n",
    ],
)
def test_parsing_without_the_lock_is_found(layout, text):
    (found,) = layout.findings(SOURCE, text)
    assert "which locks" in found


def test_other_calls_of_those_names_are_left_alone(layout):
    text = "import re\nfrom argparse import parse\nre.compile(x)\nparse(x)\nself.compile(x)\n"
    assert not list(layout.findings(SOURCE, text))


def test_the_worker_tests_and_the_locked_parser_itself_may_parse(layout):
    text = "import ast\nast.parse(x)\n"
    parser = "packages/codeflash-syntax/src/codeflash_syntax/parse.py"
    for path in (WORKER, parser, "tests/test_thing.py", "tools/thing.py"):
        assert not list(layout.findings(path, text))


def test_the_plugin_that_pytest_loads_may_import_pytest(layout):
    assert not list(layout.findings(WORKER.replace("thing", "pytest_plugin"), "import pytest\n"))
    assert list(layout.findings(WORKER, "import pytest\n"))
