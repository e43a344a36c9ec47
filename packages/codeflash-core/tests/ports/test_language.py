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
