from __future__ import annotations

from codeflash_api.code.flat import read_flat, write_flat
from codeflash_api.code.markdown import Block

BLOCKS = (Block("x = 1", "a/b.py"), Block("y = 2\nz = 3", "c.py"))


def test_what_is_written_is_read_again():
    assert read_flat(write_flat(BLOCKS)) == BLOCKS


def test_text_before_the_first_path_is_a_file_without_one():
    assert read_flat("import os\n# file: a.py\nx = 1\n") == (Block("import os"), Block("x = 1", "a.py"))


def test_other_comment_signs_and_line_ends_are_understood():
    assert read_flat("// file: a.ts\r\nlet x\r\n", "typescript") == (Block("let x", "a.ts", "typescript"),)


def test_an_empty_file_is_a_file():
    assert read_flat("# file: a.py") == (Block("", "a.py"),)


def test_nothing_is_no_file():
    assert read_flat(" \n") == ()
    assert write_flat([]) == ""


def test_a_block_without_a_path_has_no_head():
    assert write_flat([Block("x = 1")]) == "x = 1"
