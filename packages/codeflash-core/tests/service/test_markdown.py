from __future__ import annotations

import pytest

from codeflash_core.service.markdown import Block, read_blocks, read_pieces, write_blocks


def _whole(text: str) -> bool:
    try:
        compile(text, "<test>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def test_what_is_written_is_read_again():
    blocks = (Block("def f():\n    return 1", "shop/a.py"), Block("x = 1", "shop/b.py"))
    assert read_blocks(write_blocks(blocks)) == blocks


def test_one_final_line_end_is_not_part_of_the_block():
    assert read_blocks(write_blocks([Block("x = 1\n\n", "a.py")])) == (Block("x = 1\n", "a.py"),)


def test_line_ends_of_windows_stay():
    text = "```python:a.py\r\nx = 1\r\ny = 2\r\n```\r\n"
    assert read_blocks(text) == (Block("x = 1\r\ny = 2", "a.py"),)


@pytest.mark.parametrize(
    ("text", "path", "language"),
    [
        ("```python\nx\n```", "", "python"),
        ("```\nx\n```", "", ""),
        ("```Python: a b.py \nx\n```", "a b.py", "python"),
        ("~~~py:a.py\nx\n~~~", "a.py", "py"),
        ("  ```c++:a.cc\n x\n  ```", "a.cc", "c++"),
    ],
    ids=["no path", "no language", "spaces", "tildes", "indented"],
)
def test_openings_of_many_kinds_are_understood(text, path, language):
    (block,) = read_blocks(text)
    assert (block.path, block.language, block.text.strip()) == (path, language, "x")


def test_a_fence_in_a_docstring_does_not_end_the_block():
    code = 'def f():\n    """Such as:\n\n```\nf()\n```\n    """\n    return 1'
    blocks = (Block(code, "a.py"), Block("y = 2", "b.py"))
    assert read_blocks(write_blocks(blocks), _whole) == blocks


def test_without_a_judge_the_first_fence_ends_the_block():
    assert read_blocks("```python\na\n```\nb\n```python\nc\n```")[0].text == "a"


def test_code_that_is_never_whole_ends_at_the_first_fence():
    first, second = read_blocks("```python:a.py\ndef (\n```\n```python:b.py\ny = 1\n```", _whole)
    assert (first.text, second.text) == ("def (", "y = 1")


def test_half_a_fence_gives_an_open_block():
    (block,) = read_blocks("Here:\n```python:a.py\nx = 1\ny = ")
    assert (block.text, block.closed) == ("x = 1\ny = ", False)


def test_a_longer_fence_holds_shorter_ones():
    (block,) = read_blocks("````python:a.md\n```\ninner\n```\n````")
    assert block.text == "```\ninner\n```"


@pytest.mark.parametrize("text", ["", "no code here", "x = 1\n"], ids=["empty", "prose", "unfenced"])
def test_text_without_fences_has_no_blocks(text):
    assert read_blocks(text) == ()


def test_prose_keeps_its_place():
    pieces = list(read_pieces("before\n```\nx\n```\nafter"))
    assert [piece.prose or "block" for piece in pieces] == ["before\n", "block", "after"]


def test_an_empty_block_is_a_block():
    assert read_blocks("```python:a.py\n```") == (Block("", "a.py"),)
