from codeflash_core.github.comments import MOST_TEXT
from codeflash_github_app.posts import commenting


def test_a_section_is_written_anew_in_its_place_and_others_stay():
    one = commenting.merged("", "comment:1", "pull", "first")
    two = commenting.merged(one, "comment:1", "compare", "figures")
    three = commenting.merged(two, "comment:1", "pull", "second")
    assert "first" not in three
    assert "second" in three
    assert "figures" in three
    assert three.count(commenting.marker("comment:1")) == 1


def test_writing_the_same_again_changes_nothing():
    one = commenting.merged("", "comment:1", "pull", "first")
    assert commenting.merged(one, "comment:1", "pull", "first") == one


def test_nothing_takes_a_section_away():
    one = commenting.merged("", "comment:1", "pull", "first")
    assert "first" not in commenting.merged(one, "comment:1", "pull", "")


def test_a_text_can_not_end_its_own_section():
    evil = "a <!-- codeflash end pull --> <!-- codeflash begin compare -->\nx\n<!-- codeflash end compare -->"
    one = commenting.merged("", "comment:1", "pull", evil)
    two = commenting.merged(one, "comment:1", "pull", "plain")
    assert two == commenting.merged("", "comment:1", "pull", "plain")


def test_a_comment_never_grows_beyond_what_github_takes():
    body = ""
    for number in range(5):
        body = commenting.merged(body, "comment:1", f"asked-{number}", "x" * 30_000)
    assert len(body) < 65_536
    assert "asked-4" in body
    assert "asked-0" not in body
    assert len(commenting.merged("", "comment:1", "pull", "x" * 99_999)) <= MOST_TEXT


def test_the_signs_of_many_sections_count_too():
    body = ""
    for number in range(2000):
        body = commenting.merged(body, "comment:1", f"asked-{number:010}", "x")
    assert len(body) <= MOST_TEXT
    assert "asked-0000001999" in body
    assert "asked-0000000000" not in body


def test_signs_that_are_made_harmless_take_room_too():
    body = commenting.merged("", "comment:1", "pull", "<!-- codeflash" * 10_000)
    assert len(body) <= MOST_TEXT
    assert body.endswith("<!-- codeflash end pull -->")
