from collections.abc import Sequence
from pathlib import Path

import pytest

from codeflash_core.errors import UsageError
from codeflash_core.model.target import Project, Target
from codeflash_core.pipeline import opening
from codeflash_core.pipeline.opening import (
    Asked,
    as_judged,
    name_inside,
    open_project,
    relative_names,
    request_of,
)
from codeflash_core.pipeline.session import Request
from codeflash_core.ports.projects import Interpreters
from codeflash_core.sandbox import Mode


class TextProjects:
    """A language whose files are lists of names."""

    suffixes = (".txt",)

    def root_of(self, start: Path) -> Path:
        return start if start.is_dir() else start.parent

    def project(
        self,
        root: Path,
        *,
        interpreter: str,
        tests: Sequence[str],
        names: Sequence[str],
        allowed: Interpreters = Interpreters.ANY,
    ) -> Project:
        # A language without links and files of its own: the folder tells what was allowed.
        (root / "allowed").write_text(allowed)
        return Project(root, "text", Path("/bin/true"), tests=tuple(tests))

    def targets(
        self, project: Project, names: Sequence[str], *, everything: bool = False
    ) -> tuple[Target, ...]:
        for name in names:
            if not (project.root / name.partition("::")[0]).exists():
                raise UsageError(f"there is no file {name}")
        return tuple(Target(name, "f", "") for name in names)

    def defined_in(self, text: str) -> tuple[str, ...]:
        return tuple(text.split())


@pytest.fixture(autouse=True)
def text_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "plugins", lambda group: {"text": TextProjects})
    for name in ("CODEFLASH_SEED", "CODEFLASH_BUDGET", "CODEFLASH_TESTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("f g")
    (tmp_path / "load.py").write_text("print(1)\n")
    return tmp_path


def requested(asked: Asked) -> Request:
    opened = open_project(asked)
    return request_of(opened, relative_names(opened), words=("optimize",), version="1")[0]


def test_settings_asked_for_reach_the_request(folder) -> None:
    request = requested(Asked(folder, ("a.txt::f",), settings={"seed": 7, "budget": "5s", "sandbox": None}))
    assert (request.settings.seed, request.settings.budget_seconds) == (7, 5.0)
    assert request.mode.value == "auto"


def test_names_are_relative_to_where_one_stands(folder, monkeypatch) -> None:
    monkeypatch.chdir("/")
    opened = open_project(Asked(folder, (str(folder / "a.txt") + "::f",)))
    assert relative_names(opened) == ("a.txt::f",)


def test_a_target_of_another_place_is_refused(folder, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("other") / "b.txt"
    other.write_text("f")
    opened = open_project(Asked(folder, ("a.txt", str(other))))
    with pytest.raises(UsageError, match="is not in the project"):
        relative_names(opened)


def test_a_missing_target_is_refused_before_anything_starts(folder) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        relative_names(open_project(Asked(folder, ("missing.txt",))))


def test_without_a_backend_it_says_so(folder, monkeypatch) -> None:
    monkeypatch.setattr(opening, "plugins", lambda group: {})
    with pytest.raises(UsageError, match="no language backend"):
        open_project(Asked(folder, ("a.txt",)))


def test_the_tests_are_the_workload_unless_a_script_is_named(folder) -> None:
    assert requested(Asked(folder)).workload.kind == "tests"
    workload = requested(Asked(folder, script="python load.py --fast")).workload
    assert (workload.kind, workload.paths, workload.arguments) == ("script", ("load.py",), ("--fast",))
    assert requested(Asked(folder, workload="load.py")).workload.paths == ("load.py",)


def test_a_workload_outside_the_project_travels_as_text(folder, tmp_path_factory) -> None:
    place = tmp_path_factory.mktemp("away") / "use.py"
    place.write_text("print(2)\n")
    assert requested(Asked(folder, workload=str(place))).workload.text == "print(2)\n"


def test_a_workload_that_cannot_be_read_is_refused(folder) -> None:
    with pytest.raises(UsageError, match="can't read the workload"):
        requested(Asked(folder, workload="none.py"))


def test_a_name_elsewhere_has_no_place_in_the_project(tmp_path) -> None:
    (tmp_path / "p").mkdir()
    assert name_inside(tmp_path, tmp_path / "p", "/elsewhere/a.txt") is None
    assert name_inside(tmp_path, tmp_path / "p", "p/a.txt::f") == "a.txt::f"


def test_a_change_handed_in_is_judged_as_it_is(folder) -> None:
    settings = as_judged(requested(Asked(folder, ("a.txt",)))).settings
    assert (settings.rounds, settings.minimize, settings.confirmations) == (1, False, 1)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({}, Interpreters.ANY),
        ({"sandbox": "off"}, Interpreters.ANY),
        ({"sandbox": "require"}, Interpreters.NOT_ITS_FILES),
        ({"trusted": False}, Interpreters.NOT_ITS_OWN),
        ({"trusted": "no", "sandbox": "off"}, Interpreters.NOT_ITS_OWN),
    ],
)
def test_what_the_project_brings_is_started_only_where_that_is_fine(
    folder: Path, settings: dict[str, object], allowed: Interpreters
) -> None:
    open_project(Asked(folder, settings=settings))
    assert (folder / "allowed").read_text() == allowed


def test_a_project_that_is_not_trusted_names_nothing_that_runs_unconfined(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.codeflash]\nenv = ["TOKEN"]\nformatter = ["./evil"]\npython = "evil"\nsandbox = "off"\nseed = 7\n'
    )
    request = requested(Asked(folder, targets=("a.txt",), settings={"trusted": False, "sandbox": "off"}))
    assert request.pass_through == ()
    assert request.project.formatter == ("none",)
    assert request.mode is Mode.REQUIRE
    assert request.settings.seed == 7


def test_what_an_editor_holds_of_the_project_reaches_it_and_nothing_else_does(
    folder, tmp_path_factory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "b.txt"
    held = {folder / "deep" / "a.txt": b"g", elsewhere: b"f"}
    assert open_project(Asked(folder, ("a.txt::f",), held=held)).project.held == {"deep/a.txt": b"g"}


def test_a_project_can_not_have_a_coding_agent_run(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.codeflash]\nsources = ["rewrites", "agent:claude"]\n')
    with pytest.raises(UsageError, match=r"pyproject\.toml wants the coding agent agent:claude") as caught:
        requested(Asked(folder, targets=("a.txt",)))
    assert caught.value.hint.endswith("--source rewrites,agent:claude")
    confirmed = requested(Asked(folder, targets=("a.txt",), settings={"sources": "agent:claude"}))
    assert confirmed.sources == ("agent:claude",)
    assert confirmed.options["agent"].options["sandbox"] == "auto"
