import pytest

from codeflash_core.errors import StageError, UsageError
from codeflash_core.workflows.placing import Placed, find_place, place, refuse_odd_branch
from codeflash_core.workflows.writing import render

NAME = ".github/workflows/codeflash.yml"


def test_a_workflow_is_written_once(repository, choices):
    where = find_place(repository)
    text = render(choices())
    assert place(where, text) is Placed.WRITTEN
    assert (repository / NAME).read_text() == text
    assert place(where, text) is Placed.UNCHANGED
    assert [each.name for each in (repository / ".github/workflows").iterdir()] == ["codeflash.yml"]


def test_one_that_nobody_edited_is_written_anew(repository, choices):
    where = find_place(repository)
    place(where, render(choices()))
    assert place(where, render(choices(comment=True))) is Placed.REPLACED
    assert (repository / NAME).read_text() == render(choices(comment=True))


@pytest.mark.parametrize("theirs", ["name: mine\n", "", b"\xff\xfe"])
def test_one_that_somebody_edited_stays_unless_forced(repository, choices, theirs):
    where = find_place(repository)
    where.file.parent.mkdir(parents=True)
    theirs = theirs.encode() if isinstance(theirs, str) else theirs
    where.file.write_bytes(theirs)
    with pytest.raises(UsageError, match="edited") as refused:
        place(where, render(choices()))
    assert "--force" in refused.value.hint
    assert where.file.read_bytes() == theirs
    assert place(where, render(choices()), force=True) is Placed.REPLACED


def test_a_project_below_the_top_has_its_workflow_at_the_top(repository):
    below = repository / "libs" / "ä b"
    below.mkdir(parents=True)
    where = find_place(below)
    assert where.folder == "libs/ä b/"
    assert where.file.parent == (repository / NAME).parent


def test_each_project_of_a_repository_has_a_workflow_of_its_own(repository, choices):
    places = []
    for name in ("", "libs/a", "libs/b"):
        (repository / name).mkdir(parents=True, exist_ok=True)
        places.append(find_place(repository / name))
    for where in places:
        assert place(where, render(choices(folder=where.folder))) is Placed.WRITTEN
    for where in places:
        assert place(where, render(choices(folder=where.folder))) is Placed.UNCHANGED
    names = [each.name for each in sorted((repository / NAME).parent.iterdir())]
    assert names == ["codeflash-libs-a.yml", "codeflash-libs-b.yml", "codeflash.yml"]


def test_outside_of_git_it_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no git repository") as refused:
        find_place(tmp_path)
    assert "git init" in refused.value.hint


@pytest.mark.parametrize("link", [".github", ".github/workflows", NAME])
def test_a_link_out_of_the_repository_is_not_followed(repository, tmp_path, choices, link):
    outside = tmp_path / "outside"
    outside.mkdir()
    (repository / link).parent.mkdir(parents=True, exist_ok=True)
    (repository / link).symlink_to(outside / "file.yml" if link == NAME else outside)
    with pytest.raises(UsageError, match="link"):
        place(find_place(repository), render(choices()), force=True)
    assert list(outside.iterdir()) == []


def test_a_file_where_the_folder_should_be_is_told(repository, choices):
    (repository / ".github").write_text("")
    with pytest.raises((UsageError, StageError), match="can't"):
        place(find_place(repository), render(choices()))


@pytest.mark.parametrize("name", ["main", "release/1.x", "ä", "a+b", "!x"])
def test_branches_that_git_takes_are_taken(repository, name):
    refuse_odd_branch(repository, name)


@pytest.mark.parametrize("name", ["", "-x", "a b", "a..b", "a*", "x.lock", "@{-1}", "a\nb", "a\0b", "/a"])
def test_branches_that_git_takes_not_are_refused(repository, name):
    with pytest.raises(UsageError, match="--base"):
        refuse_odd_branch(repository, name)
