from pathlib import Path

import pytest

from codeflash_core.sandbox import Confinement, Limits, copy_project, mounts, remove
from codeflash_core.sandbox.policy import open_to_network

CONFINED = Confinement("bubblewrap", (), "/usr/bin/bwrap", ("--unshare-all",), sized_tmpfs=True)


@pytest.fixture
def write(project, tmp_path):
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "passwd").touch()

    def arguments(confinement=CONFINED, **more) -> list[str]:
        remove(tmp_path / "copy")
        tree = copy_project(project, tmp_path / "copy", confinement)
        return mounts.arguments(confinement, tree, etc=etc, cwd=project, limits=Limits(), **more)

    return arguments


def triples(options: list[str], kind: str) -> list[tuple[str, str]]:
    return [(options[at + 1], options[at + 2]) for at, word in enumerate(options) if word == kind]


def test_the_copy_is_the_only_writable_thing_of_the_host(write, project, tmp_path):
    options = write(read_only=[(tmp_path / "copy", Path("/worker"))], prefixes=[tmp_path / "copy"])
    assert triples(options, "--bind") == [(str(tmp_path / "copy"), str(project))]
    assert options[-3:] == ["--chdir", str(project), "--"]


def test_the_root_is_sealed_after_everything_is_in_place(write):
    options = write()
    sealed = options.index("--remount-ro")
    assert not {"--bind", "--ro-bind", "--symlink", "--dir", "--tmpfs"} & set(options[sealed:])
    assert triples(options, "--remount-ro")[1][0] == "/"


def test_outer_places_come_before_inner_ones(write, project, tmp_path):
    inner = project / "vendor"
    options = write(read_only=[(tmp_path, inner), (tmp_path, inner / "deep"), (tmp_path, Path("/w"))])
    places = [options[at + 2] for at, word in enumerate(options) if word in ("--bind", "--ro-bind")]
    order = [places.index(str(one)) for one in ("/w", project, inner, inner / "deep")]
    assert order == sorted(order)


def test_a_prefix_that_is_the_home_folder_shows_only_what_an_interpreter_needs(write, tmp_path, monkeypatch):
    home = tmp_path / "home"
    for name in ("bin", "lib", ".ssh", "Documents"):
        (home / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    shown = {inside for _, inside in triples(write(prefixes=[home, tmp_path]), "--ro-bind")}
    assert {str(home / "bin"), str(home / "lib")} <= shown
    assert not {str(home), str(tmp_path), str(home / ".ssh"), str(home / "Documents")} & shown


def test_a_prefix_that_holds_what_programs_keep_shows_only_what_an_interpreter_needs(
    write, tmp_path, monkeypatch
):
    prefix = tmp_path / "home/.local"
    for name in ("bin", "lib", "share/keyrings", "state"):
        (prefix / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    shown = {inside for _, inside in triples(write(prefixes=[prefix]), "--ro-bind")}
    assert {each for each in shown if each.startswith(str(tmp_path / "home"))} == {
        str(prefix / "bin"),
        str(prefix / "lib"),
    }


def test_a_prefix_below_the_home_folder_shows_that_prefix_only(write, tmp_path, monkeypatch):
    prefix = tmp_path / "home/.pyenv/versions/3.12"
    prefix.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    shown = [
        inside
        for _, inside in triples(write(prefixes=[prefix]), "--ro-bind")
        if inside.startswith(str(tmp_path))
    ]
    assert shown == [str(prefix)]


def test_links_on_the_way_to_an_interpreter_are_shown_as_they_are(write, tmp_path):
    real = tmp_path / "pythons/3.12.4"
    (real / "bin").mkdir(parents=True)
    (real / "bin/python3.12").touch()
    (tmp_path / "pythons/3.12").symlink_to("3.12.4")
    (tmp_path / "python").symlink_to(tmp_path / "pythons/3.12/bin/python3.12")
    options = write(prefixes=[tmp_path / "pythons/3.12"], programs=[tmp_path / "python"])
    assert triples(options, "--symlink")[-2:] == [
        (str(tmp_path / "pythons/3.12/bin/python3.12"), str(tmp_path / "python")),
        ("3.12.4", str(tmp_path / "pythons/3.12")),
    ]
    assert (str(real), str(real)) in triples(options, "--ro-bind")


def test_a_loop_of_links_ends(write, tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    options = write(programs=[tmp_path / "a"])
    assert {("b", str(tmp_path / "a")), ("a", str(tmp_path / "b"))} <= set(triples(options, "--symlink"))


def test_a_missing_prefix_and_the_systems_own_are_passed_over(write, tmp_path):
    assert write(prefixes=[tmp_path / "missing", Path("/usr"), Path("/")]) == write()


def test_an_environment_of_the_project_is_shown_in_its_place(write, project, tmp_path):
    (project / ".venv").mkdir()
    (project / ".venv/pyvenv.cfg").touch()
    options = write()
    assert (str(project / ".venv"), str(project / ".venv")) in triples(options, "--ro-bind")


def test_temporary_file_systems_are_bounded_where_that_can_be(write, tmp_path, project):
    options = write()
    assert options.count("--size") == options.count("--tmpfs") == 2
    older = Confinement("bubblewrap", (), "/usr/bin/bwrap", (), sized_tmpfs=False)
    tree = copy_project(project, tmp_path / "older", older)
    assert "--size" not in mounts.arguments(older, tree, etc=tmp_path / "etc", cwd=project, limits=Limits())


def test_neither_home_nor_run_is_ever_shown(write):
    options = write()
    shown = {inside for kind in ("--ro-bind", "--ro-bind-try") for _, inside in triples(options, kind)}
    assert "/usr" in shown
    assert not [
        one for one in shown if one.startswith(("/home", "/root", "/run", "/var", "/sys", "/etc/shadow"))
    ]
    assert "/etc" not in shown


def test_an_open_network_comes_with_the_look_up_of_names(write):
    assert "/etc/resolv.conf" not in write()
    assert ("/etc/resolv.conf", "/etc/resolv.conf") in triples(
        write(open_to_network(CONFINED)), "--ro-bind-try"
    )


def test_a_folder_of_the_host_is_writable_only_where_it_is_asked_for(write, tmp_path):
    options = write(writable=[(tmp_path / "etc", Path("/agent"))])
    assert (str(tmp_path / "etc"), "/agent") in triples(options, "--bind")
