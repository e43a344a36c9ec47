import pytest

from codeflash_core.ports.language import Query


@pytest.mark.parametrize(
    ("path", "left_out"),
    [
        ("old/a.py", True),
        ("old.py", True),
        ("older/a.py", False),
        ("src/old/a.py", False),
        ("old/kept.py", False),
    ],
)
def test_ignored_places_hold_no_targets_unless_they_are_named(path: str, left_out: bool) -> None:
    query = Query(names=("old/kept.py::f",), ignore=("old/", "old.py"))
    assert query.leaves_out(path) is left_out


@pytest.mark.parametrize(
    ("path", "left_out"),
    [("src/app/a.py", False), ("src/apps/a.py", True), ("scripts/a.py", True), ("src/app/old/a.py", True)],
)
def test_only_the_places_that_hold_targets_are_looked_in(path: str, left_out: bool) -> None:
    query = Query(everything=True, within=("src/app/",), ignore=("src/app/old",))
    assert query.leaves_out(path) is left_out


def test_what_is_named_is_looked_at_wherever_it_lies() -> None:
    assert not Query(names=("scripts",), within=("src",)).leaves_out("scripts/a.py")
    assert not Query(names=("scripts/a.py::f",), within=("src",), ignore=(".",)).leaves_out("scripts/a.py")
