"""Begins an overlay for a language: the least that builds, with the places where its substance goes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .layers import MANIFEST

DOMAIN_AGENT = """\
---
name: codeflash-cpu
description: Makes {language} code use less CPU time. Use when a profile shows functions of a {language} project at the top.
---

You know why {language} code is slow. Read `${{CLAUDE_PLUGIN_ROOT}}/references/session-rules.md` first; the session's commands
refuse what breaks them.

1. Profile as `${{CLAUDE_PLUGIN_ROOT}}/languages/{language}/references/profiling.md` says.
2. Choose a technique from `${{CLAUDE_PLUGIN_ROOT}}/languages/{language}/references/techniques/cpu.md` that fits what the
   profile shows, and say why in the hypothesis.
3. Let the engine judge. Without a backend for {language}, `codeflash compare --command` still measures whole programs.
"""
PROFILING = """\
# Profiling {language}

Which profiler, the command, how to read what it prints. Give a number for each function before any experiment.
"""
TECHNIQUES = """\
# CPU techniques for {language}

One `## Title` per technique: when it helps, its traps, then fenced blocks marked `{language} slow`, `{language} fast` and
`{language} check`, which the tests run.
"""


def begin(plugin: Path, name: str) -> list[Path]:
    """Write the files of a new overlay and return them.

    Raises:
        ValueError: the name is none, or the overlay is there.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"{name!r} is no name for a folder: small letters, digits and '-'")
    folder = plugin / "languages" / name
    if folder.exists():
        raise ValueError(f"plugin/languages/{name} is there already")
    manifest = {"description": f"Proven speedups for {name} code.", "keywords": [name]}
    texts = {
        MANIFEST: json.dumps(manifest, indent=2) + "\n",
        "agents/codeflash-cpu.md": DOMAIN_AGENT.format(language=name),
        "references/profiling.md": PROFILING.format(language=name),
        "references/techniques/cpu.md": TECHNIQUES.format(language=name),
    }
    made = []
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        made.append(file)
    return made
