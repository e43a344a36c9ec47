"""Read project files and write them back."""

import tomlkit

for size in (1, 4, 12):
    text = "# a file\n" + "".join(
        f'[tool.part-{number}] # part\nname = "part {number}"\nlong = "{"words and " * 8}"\nlist = [1, 2, {number}]\n'
        for number in range(size)
    )
    assert tomlkit.parse(text).as_string() == text
