"""From choices to the text of a workflow."""

from __future__ import annotations

import hashlib
import math
import re

from codeflash_core.errors import UsageError
from codeflash_core.pipeline.run import MOST_TARGETS
from codeflash_core.units import parse_seconds
from codeflash_core.workflows.filling import fill, template
from codeflash_core.workflows.naming import label_of
from codeflash_core.workflows.quoting import literal_pattern, one_line, shell_word, yaml_text
from codeflash_core.workflows.values import CHECKOUT, DOWNLOAD, PYTHON, UPLOAD, Choices

COMPARE = "5m"
"""Time for the comparison of benchmarks."""
MOST_MINUTES = 360
"""What GitHub gives a job at most on its own machines."""
_INSTALLING = 15
_HEAD = "# Written by `codeflash init-actions`, and written anew by it as long as nobody edits it: "


def render(choices: Choices) -> str:
    """The workflow, whole.

    Args:
        choices: What it is to do.

    Raises:
        UsageError: A choice can't be written so that it means just that.
    """
    budget = one_line("--budget", choices.budget)
    folder = one_line("the project's folder", choices.folder) if choices.folder else ""
    label = label_of(folder)
    values = {
        "name": yaml_text(f"codeflash {folder.rstrip('/')}") if folder else "codeflash",
        "mark": f"codeflash {label}" if label else "codeflash",
        "branches": _branches(choices.base),
        "paths": yaml_text(f"{literal_pattern(folder)}**/*.py"),
        "minutes": str(_minutes(parse_seconds(budget))),
        "directory": _directory(folder),
        "checkout": CHECKOUT.pinned,
        "setup_python": PYTHON.pinned,
        "upload": UPLOAD.pinned,
        "download": DOWNLOAD.pinned,
        "python": yaml_text(_python(choices.setup.python)),
        "install": one_line("--install", choices.install),
        "project": "\n".join(choices.setup.lines),
        "budget": shell_word(budget),
        "compare": COMPARE,
    }
    body = fill(template("measure.yml"), values)
    if choices.comment:
        body += fill(template("comment.yml"), values)
    return f"{_HEAD}{_digest(body)}\n{body}"


def is_as_written(text: str) -> bool:
    """Whether a workflow is one of ours that nobody edited."""
    head, _, body = text.replace("\r\n", "\n").partition("\n")
    return head == _HEAD + _digest(body)


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _branches(base: str) -> str:
    return f"branches: [{yaml_text(literal_pattern(one_line('--base', base)))}]" if base else ""


def _python(version: str) -> str:
    version = one_line("--python", version)
    if not re.fullmatch(r"[A-Za-z0-9][\w.+-]*|[<>=~^0-9][\w.+<>=~^| -]*", version, re.ASCII):
        raise UsageError(
            f"--python: a version such as 3.12 or a range such as '>=3.11 <3.14' is wanted, not {version}"
        )
    return version


def _minutes(budget: float) -> int:
    """Enough for all targets that one run takes, so that no report is lost."""
    needed = (MOST_TARGETS * budget + parse_seconds(COMPARE)) * 1.5 / 60 + _INSTALLING
    return min(MOST_MINUTES, 5 * math.ceil(needed / 5))


def _directory(folder: str) -> str:
    if not folder:
        return ""
    return f"defaults:\n  run:\n    shell: bash\n    working-directory: {yaml_text(folder)}"
