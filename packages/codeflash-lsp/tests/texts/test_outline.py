import sys

from codeflash_lsp.texts.outline import words


def test_words_are_those_of_strings_and_comments_too() -> None:
    assert words("a1 = 'über b'  # c_d\n2 + e3") == {"a1", "über", "b", "c_d", "e3"}


def test_texts_are_kept_only_as_long_as_they_are_not_too_much() -> None:
    text = "a text".upper()
    before = sys.getrefcount(text)
    words(text)
    assert sys.getrefcount(text) > before
    for letter in "abcde":
        words(letter * 4_000_000)
    assert sys.getrefcount(text) == before
