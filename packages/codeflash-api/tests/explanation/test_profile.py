from __future__ import annotations

import pytest

from codeflash_api.explanation.profile import HotLine, hottest


@pytest.mark.parametrize(
    "text",
    [
        "     4      1000      12000.0     12.0     92.5      if x:",
        "|  1000 |  12000.0 |  12.0 |  92.5 | if x: |",
        "| 4 |  1000 |  12000.0 |  12.0 |  92.5% | if x: |",
    ],
    ids=["plain", "markdown", "markdown with line numbers"],
)
def test_both_kinds_of_tables_are_read(text: str) -> None:
    assert hottest(f"Timer unit: 1e-09 s\n\n{text}\n") == HotLine("if x:", 92.5)


@pytest.mark.parametrize(
    "text",
    ["", "no table", "| a | b |", "1 2 3", "   4  1  1.0  1.0  250.0  more than all", "| 1 | " + "9" * 5000],
)
def test_other_texts_hold_no_profile(text: str) -> None:
    assert hottest(text) is None
