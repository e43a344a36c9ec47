"""Measure the cells of a table."""

from wcwidth import wcswidth

for number in range(60):
    for cell in (
        f"row {number}",
        "a heading of some length",
        "12,345.67",
        "caf\u00e9",
        "\u4e2d\u6587",
        "\u2764\ufe0f",
        "",
    ):
        assert wcswidth(cell) >= 0
assert wcswidth("bell\x07") == -1
assert wcswidth("abcdef", 3) == 3
