from codeflash_web.bugs import with_its_places


def test_a_bug_is_told_with_its_place_and_without_a_credential():
    try:
        raise ValueError("postgresql://ada:hunter2@db/x")
    except ValueError as problem:
        told = with_its_places(problem)
    text = f"{told.message} {told.hint}"
    assert "ValueError" in text
    assert "test_bugs" in text
    assert "hunter2" not in text
