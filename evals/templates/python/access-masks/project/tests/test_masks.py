import pytest

from accessmasks.masks import DELETE, READ, WRITE, UnknownPermission, decide, mask, names_of


def test_masks_and_names():
    assert mask(["read", "delete"]) == READ | DELETE
    assert names_of(READ | WRITE) == ["read", "write"]


def test_an_unknown_permission_is_named():
    with pytest.raises(UnknownPermission, match="fly"):
        mask(["read", "fly"])


def test_all_bits_are_needed():
    assert decide({"a": READ}, [("a", READ), ("a", READ | WRITE), ("b", READ), ("b", 0)]) == [True, False, False, True]


def test_many_requests():
    grants = {f"r{n}": n % 16 for n in range(50)}
    answers = decide(grants, [(f"r{n % 60}", n % 7) for n in range(20_000)])
    assert len(answers) == 20_000
