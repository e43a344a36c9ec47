from pathlib import Path

import pytest

from codeflash_core.errors import UsageError
from codeflash_mcp.places import Places, client_places, places_of, server_places


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in ("work/deep", "other"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "other/secret.py").write_text("")
    (tmp_path / "work/link").symlink_to(tmp_path / "other")
    return tmp_path / "work"


@pytest.mark.parametrize(
    "name", ["../other/secret.py", "link/secret.py", "deep/../../other", "/etc/passwd", "~root\0"]
)
def test_a_path_outside_is_refused_however_it_is_written(work, name) -> None:
    with pytest.raises(UsageError):
        places_of([work]).inside(name, work)


def test_a_path_inside_is_resolved(work) -> None:
    assert places_of([work]).inside("deep/../new.py", work) == work / "new.py"


def test_a_root_behind_a_link_is_its_real_folder(work, tmp_path) -> None:
    assert places_of([work / "link"]).roots == (tmp_path / "other",)


def test_a_folder_is_the_first_root_unless_named(work) -> None:
    places = places_of([work])
    assert places.folder("") == work
    assert places.folder("deep") == work / "deep"
    with pytest.raises(UsageError, match="there is no folder"):
        places.folder("missing")
    with pytest.raises(UsageError, match="no folder to work in"):
        Places(()).folder("")


def test_roots_of_a_client_are_local_folders_only(work) -> None:
    places = client_places([work.as_uri(), "https://example.test/x", (work / "none").as_uri()])
    assert places.roots == (work,)


def test_a_server_without_roots_works_where_it_was_started(work, monkeypatch) -> None:
    monkeypatch.chdir(work)
    assert server_places([]).roots == (work,)
    monkeypatch.chdir("/")
    assert server_places([]).roots == ()
    with pytest.raises(UsageError, match="--root"):
        server_places([str(work / "none")])
