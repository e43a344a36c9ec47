from hypothesis import given
from hypothesis import strategies as st

from codeflash_core.model.candidate import patched, unified_diff

LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "\n", "--- x\n", "+++ b/p\n", "@@ -1 +1 @@\n", "a\x0c", "c\r\n", "d"])
).map("".join)


@given(LINES, LINES, LINES)
def test_a_patch_gives_each_file_its_new_text(before, after, other) -> None:
    diff = unified_diff({"p": before, "q": other}, {"p": after, "q": other + "more\n", "z": "new\n"})
    if before != after:
        assert patched(before, diff, "p") == after
    assert patched(other, diff, "q") == other + "more\n"


def test_a_patch_that_does_not_fit_is_no_text() -> None:
    diff = unified_diff({"p": "a\nb\n"}, {"p": "a\nc\n"})
    assert patched("x\ny\n", diff, "p") is None
    assert patched("", diff, "p") is None


def test_a_file_that_the_patch_does_not_name_is_no_text() -> None:
    assert patched("a\n", unified_diff({"p": "a\n"}, {"p": "b\n"}), "q") is None
    assert patched("a\n", "", "q") is None
