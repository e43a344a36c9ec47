"""Read project files and write them back."""

import tomlkit

TABLE = """[tool.part-{0}] # part
name = "part {0}"
long = "words and words and words and words and words and words and words"
list = [1, 2, {0}]
"""

for size in (1, 4, 12):
    text = "# a file\n" + "".join(TABLE.format(number) for number in range(size))
    assert tomlkit.parse(text).as_string() == text
