"""``codeflash-api openapi``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from codeflash_core.errors import UsageError


def run(options: argparse.Namespace) -> int:
    """Print the OpenAPI document, or write it to a file."""
    text = openapi_text()
    if options.output is None:
        print(text, end="")
        return 0
    try:
        options.output.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{options.output} can't be written: {problem.strerror}") from problem
    return 0


def openapi_text() -> str:
    """The document as it is kept in the reference documentation: the same for the same code."""
    from codeflash_api.app import create_app
    from codeflash_api.settings import Settings

    document = create_app(Settings(data=Path())).openapi()
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
