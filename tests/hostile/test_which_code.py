"""Which code ran: whatever lies about in the project or its environment, it is the version asked for."""

import importlib.util
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from codeflash_core.errors import CodeflashError
from codeflash_core.model.verdict import Different, Same, Undecided
from codeflash_core.sandbox import Mode

pytestmark = pytest.mark.slow

PATH = "shop/ordering.py"


@pytest.fixture
def wrong(original):
    """Of the original's size, to the byte."""
    text = original.replace("number > 0", "number < 0")
    assert len(text) == len(original)
    return text


def test_a_version_of_the_same_size_is_the_one_that_runs(court, wrong, good):
    assert isinstance(court.check(wrong), Different)
    court.still_works(good)


def test_a_new_file_is_the_one_that_is_imported(court, good, original):
    text = original.replace("            result += number * number", "            result += square(number)")
    text = "from shop.squares import square\n" + text
    right = {PATH: text, "shop/squares.py": "def square(number):\n    return number * number\n"}
    wrong = {PATH: text, "shop/squares.py": "def square(number):\n    return number + number\n"}
    assert isinstance(court.check(right), Same)
    assert isinstance(court.check(wrong), Different)
    court.still_works(good)


def test_a_deleted_file_is_gone(court, good):
    text = "import shop.prices\n" + good
    assert isinstance(court.check(text), Same)
    assert isinstance(court.check({PATH: text, "shop/prices.py": None}), Different)
    court.still_works()


@pytest.mark.parametrize("name", ["shop/ordering/__init__.py", "shop/ordering.abi3.so"])
def test_a_file_that_shadows_the_target_is_never_the_same(court, good, wrong, name):
    content = b"" if name.endswith(".so") else wrong.encode()
    verdict = court.check({PATH: good, name: content})
    assert isinstance(verdict, Different | Undecided), verdict
    court.still_works()


def plant(root: Path, source: str, into: Path) -> None:
    """Compile other code than the file holds into bytecode that is never checked against it."""
    other = root.parent / "other.py"
    other.write_text(source)
    into.parent.mkdir(exist_ok=True)
    script = (
        "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], dfile=sys.argv[3], doraise=True,"
        " invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)"
    )
    subprocess.run([sys.executable, "-c", script, other, into, root / PATH], check=True)


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.OFF], ids=["sandbox", "copy"])
def test_planted_bytecode_is_not_what_runs(court_of, write_project, tmp_path, good, wrong, mode):
    root = write_project(tmp_path / "project")
    plant(root, "def total(numbers):\n    return 999\n", Path(importlib.util.cache_from_source(root / PATH)))
    plant(root, "def total(numbers):\n    return 999\n", root / "shop/ordering.pyc")
    with court_of(root, tmp_path / "state", mode=mode) as court:
        assert any(call.count for call in court.corpus.calls)
        court.still_works(good)
        assert isinstance(court.check(wrong, depth="quick"), Different)


def environment(root: Path) -> Path:
    """A real virtual environment in the project that has pytest; gives its site-packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(root / ".venv")}))
    borrowed = Path(pytest.__file__).parent.parent
    (packages / "borrowed.pth").write_text(f"{borrowed}\n")
    return packages


FINDER = """\
import sys
from importlib.machinery import PathFinder

class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return PathFinder.find_spec(name, [{source!r}]) if name == "shop" else None

def install():
    sys.meta_path.append(Finder)
"""


@pytest.mark.parametrize("kind", ["path", "finder", "copy", "stale copy first"])
def test_of_an_installed_package_in_src_layout_the_tree_is_judged(
    court_of, write_project, tmp_path, good, wrong, original, kind
):
    root = tmp_path / "project with blank"
    write_project(root)
    (root / "src").mkdir()
    (root / "shop").rename(root / "src/shop")
    packages = environment(root)
    if kind == "path":
        (packages / "__editable__.shop-1.pth").write_text(f"{root / 'src'}\n")
    elif kind == "finder":
        (packages / "__editable__.shop-1.pth").write_text(
            "import __editable___shop; __editable___shop.install()\n"
        )
        (packages / "__editable___shop.py").write_text(FINDER.format(source=str(root / "src")))
    else:
        write_project(packages, {"shop/__init__.py": "", PATH: "def total(numbers):\n    return 999\n"})
    if kind == "stale copy first":
        (root / "src/shop/__init__.py").write_text(f"__path__.insert(0, {str(packages / 'shop')!r})\n")
    name = "src/" + PATH
    if kind == "stale copy first":
        # Nothing of the tree runs, so that nothing can be said of it.
        try:
            with court_of(root, tmp_path / "state", name=name) as court:
                problem, verdict = court.corpus.problem, court.check({name: good}, depth="quick")
        except CodeflashError:
            return
        assert problem or isinstance(verdict, Undecided)
        assert not isinstance(verdict, Same) or not verdict.evidence.calls
        return
    with court_of(root, tmp_path / "state", name=name) as court:
        assert court.target.module == "shop.ordering"
        assert any(call.count for call in court.corpus.calls)
        court.still_works({name: good})
        assert isinstance(court.check({name: wrong}, depth="quick"), Different)
        if kind == "copy":
            detour = f"__path__.insert(0, {str(packages / 'shop')!r})\n"
            verdict = court.check({name: good, "src/shop/__init__.py": detour}, depth="quick")
            assert isinstance(verdict, Undecided)
            assert verdict.why == "wrong code loaded"


def test_an_extension_module_that_shadows_the_target_leaves_nothing_to_judge(
    court_of, write_project, tmp_path, good
):
    root = write_project(tmp_path / "project")
    (root / f"shop/ordering{sysconfig.get_config_var('EXT_SUFFIX')}").touch()
    try:
        with court_of(root, tmp_path / "state") as court:
            problem, verdict = court.corpus.problem, court.check(good, depth="quick")
    except CodeflashError:
        return
    assert problem or not isinstance(verdict, Same)


def test_a_read_only_project_is_judged_and_left_alone(court_of, write_project, tmp_path, good, wrong):
    root = write_project(tmp_path / "project")
    paths = [root, *root.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with court_of(root, tmp_path / "state") as court:
            court.still_works(good)
            assert isinstance(court.check(wrong, depth="quick"), Different)
    finally:
        for path in paths:
            path.chmod(0o755)


@pytest.mark.parametrize("version", ["3.9.18", "3.12.1", "3.13.0"])
def test_another_version_of_the_interpreter_judges_alike(
    court_of, write_project, tmp_path, good, wrong, version
):
    python = Path.home() / f".pyenv/versions/{version}/bin/python"
    if not python.is_file():
        pytest.skip(f"there is no {python.name} {version} here")
    root = write_project(tmp_path / "pröject")
    (root / "run.py").write_text(
        "from shop.ordering import total\nfor n in range(9):\n    total(list(range(-n, n)))\n"
    )
    with court_of(root, tmp_path / "state", python=str(python), script="run.py") as court:
        assert any(call.count for call in court.corpus.calls)
        court.still_works(good)
        assert isinstance(court.check(wrong, depth="quick"), Different)
