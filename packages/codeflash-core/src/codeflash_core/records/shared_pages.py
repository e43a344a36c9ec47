"""Pages of a case that people and commands write in: read strictly, since what can't be read would be lost when it is written."""

from __future__ import annotations

from pathlib import Path

from codeflash_core.errors import Place, UsageError


def read_page(path: Path) -> str:
    """The text of a page; empty where there is none.

    Args:
        path: Such as a case's ``status.md``.

    Raises:
        UsageError: It can't be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise UsageError(f"can't read {path}: {problem.strerror}", where=Place(path.name)) from problem
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"can't read {path}: it is not UTF-8", "Save it as UTF-8.", Place(path.name)
        ) from problem
