"""Templates that look like what they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_MARK = re.compile(r"<<([a-z_]+)>>")


def template(name: str) -> str:
    """The text of a template of this folder."""
    return files("codeflash_core.workflows").joinpath(name).read_text(encoding="utf-8")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values where a template has ``<<name>>``.

    A mark alone on its line takes any number of lines, indented as it is; without any, its line goes. What a value says is never
    read as a mark.

    Args:
        text: The template.
        values: By name.

    Raises:
        KeyError: There is no value for a mark.
    """
    lines: list[str] = []
    for line in text.splitlines():
        alone = _MARK.fullmatch(line.strip())
        if alone is None:
            lines.append(_MARK.sub(lambda found: values[found[1]], line))
            continue
        indent = line[: len(line) - len(line.lstrip())]
        lines += [f"{indent}{each}" if each else "" for each in values[alone[1]].splitlines()]
    return "".join(f"{line}\n" for line in lines)
