"""Read configuration files with long comments."""

from contextlib import suppress

import tomli

line = "# " + "what this setting does, and why " * 5 + "\n"
text = "".join(f"{line}{line}name-{number} = 'v{number}' # {number}\n" for number in range(30))
assert len(tomli.loads(text)) == 30
assert tomli.loads("# nothing") == {}
assert tomli.loads("a = [1, # one\n 2] # two\n[t] # table\nb = 3") == {"a": [1, 2], "t": {"b": 3}}
for bad in ("# bad \x00", "x = # nothing\n", "x = 1 \x01"):
    with suppress(tomli.TOMLDecodeError):
        tomli.loads(bad)
