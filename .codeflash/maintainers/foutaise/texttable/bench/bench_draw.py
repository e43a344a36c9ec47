"""What it costs to draw a table of 200 rows."""

from texttable import Texttable

ROWS = [[f"row {number}", number, f"some words about the {number}th thing"] for number in range(200)]


def draw():
    table = Texttable()
    table.set_cols_dtype(["t", "i", "t"])
    table.add_rows(ROWS, header=False)
    table.draw()
