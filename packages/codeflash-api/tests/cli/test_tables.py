from __future__ import annotations

from codeflash_api.cli.tables import table


def test_columns_are_aligned() -> None:
    assert table(("a", "long"), [("xyz", "1"), ("", "22")]) == "a    long\nxyz  1\n     22"


def test_control_characters_are_left_out() -> None:
    assert table(("a",), [("x\x1b[31m\n",)]) == "a\nx[31m"
