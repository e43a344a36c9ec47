import subprocess

import pytest

from codeflash_core.cases.checkouts import find_checkout
from codeflash_core.errors import UsageError
from codeflash_core.git.repository import find_repository


def clone(place, remote=""):
    place.mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=place, check=True)
    if remote:
        subprocess.run(["git", "remote", "add", "origin", remote], cwd=place, check=True)
    return find_repository(place)


@pytest.fixture
def pattern(tmp_path):
    return str(tmp_path / "work/{org}_org/{project}")


def test_the_pattern_names_the_folder(tmp_path, pattern):
    clone(tmp_path / "work/psf_org/requests")
    here = clone(tmp_path / "cases", "git@github.com:ada/cases.git")
    assert find_checkout("psf", "requests", pattern, here).top == tmp_path / "work/psf_org/requests"
    assert find_checkout("psf", "requests", pattern, None).top == tmp_path / "work/psf_org/requests"


def test_the_home_folder_is_meant_by_its_sign(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    clone(tmp_path / "Desktop/work/psf_org/requests")
    found = find_checkout("psf", "requests", "~/Desktop/work/{org}_org/{project}", None)
    assert found.top == tmp_path / "Desktop/work/psf_org/requests"


@pytest.mark.parametrize("remote", ["git@github.com:PSF/Requests.git", ""])
def test_the_repository_that_one_stands_in_counts_where_it_is_the_project(tmp_path, pattern, remote):
    here = clone(tmp_path / "requests", remote)
    assert find_checkout("psf", "requests", pattern, here).top == tmp_path / "requests"


@pytest.mark.parametrize("remote", ["git@github.com:psf/cases.git", "../requests"])
def test_another_repository_is_not_taken_for_it(tmp_path, pattern, remote):
    here = clone(tmp_path / "requests", remote)
    with pytest.raises(UsageError, match="no checkout of psf/requests: not here, and not in") as told:
        find_checkout("psf", "requests", pattern, here)
    assert "--checkout DIR" in told.value.hint


def test_a_named_folder_wins_and_has_to_be_a_checkout(tmp_path, pattern):
    here = clone(tmp_path / "requests")
    other = clone(tmp_path / "other")
    assert find_checkout("psf", "requests", pattern, here, str(other.top)).top == tmp_path / "other"
    (tmp_path / "plain").mkdir()
    for name in ("plain", "gone"):
        with pytest.raises(UsageError, match=f"no git checkout in .*{name}"):
            find_checkout("psf", "requests", pattern, here, str(tmp_path / name))
