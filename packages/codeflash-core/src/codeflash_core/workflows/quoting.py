"""Text that somebody else chose, in YAML and in a shell's command: it stays one text, or is refused."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata

from codeflash_core.errors import UsageError

_UNWRITABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_PATTERN = re.compile(r"([\\*?+\[\]!])")


def one_line(what: str, text: str) -> str:
    """The text without blanks around it.

    Args:
        what: What it is, for the message.
        text: Anything.

    Raises:
        UsageError: It is empty, not one line of visible characters, or would be read as an expression.
    """
    text = text.strip()
    if not text:
        raise UsageError(f"{what}: it is empty")
    if any(unicodedata.category(character) in _UNWRITABLE for character in text):
        raise UsageError(f"{what}: one line of visible characters is wanted, not {text!r}")
    if "${{" in text:
        raise UsageError(
            f"{what}: GitHub would read ${{{{ as an expression: {text}",
            "Nothing that runs a pull request's code may be given values of the repository.",
        )
    return text


def yaml_text(text: str) -> str:
    """A line as a double-quoted scalar of YAML."""
    return json.dumps(text, ensure_ascii=False)


def shell_word(text: str) -> str:
    """A line as one word of a shell's command."""
    return shlex.quote(text)


def literal_pattern(text: str) -> str:
    """A name as a filter pattern of GitHub that means just it."""
    return _PATTERN.sub(r"\\\1", text)
