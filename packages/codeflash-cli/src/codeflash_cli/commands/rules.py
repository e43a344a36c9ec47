"""``codeflash rules``: the catalogue of rewrites."""

from __future__ import annotations

import argparse
import difflib
from typing import Any

from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_rewrites.catalogue import RULES
from codeflash_rewrites.rule import Rule


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.action == "list":
        if options.json:
            print_json({"rules": [_document(rule) for rule in RULES]})
        else:
            for rule in RULES:
                print(f"{rule.id}  {rule.slug:<36} {rule.title}")
        return 0
    rule = _find(options.rule)
    if options.json:
        print_json(_document(rule))
    else:
        _print(rule)
    return 0


def _find(name: str) -> Rule:
    for rule in RULES:
        if name.lower() in (rule.slug, rule.id.lower()):
            return rule
    near = difflib.get_close_matches(name, [rule.slug for rule in RULES], 1)
    raise UsageError(
        f"no such rule: {name}", f"Did you mean {near[0]}?" if near else "See: codeflash rules list"
    )


def _document(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "slug": rule.slug,
        "title": rule.title,
        "looks_for": rule.looks_for,
        "why_slow": rule.why_slow,
        "traps": list(rule.traps),
        "safety": rule.safety,
        "complexity": rule.complexity,
        "gain": rule.gain,
        "examples": [{"before": example.before, "after": example.after} for example in rule.examples],
    }


def _print(rule: Rule) -> None:
    print(f"{rule.id} {rule.slug}: {rule.title}\n")
    print(f"Looks for: {rule.looks_for}\nWhy slow: {rule.why_slow}")
    if rule.complexity:
        print(f"Complexity: {rule.complexity}")
    print(f"Gain: {rule.gain}\nSafety: {rule.safety}\nTraps:")
    for trap in rule.traps:
        print(f"  - {trap}")
    for example in rule.examples:
        print(f"\nBefore:\n{_indented(example.before)}")
        print("Left alone." if example.after is None else f"After:\n{_indented(example.after)}")


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line.strip() else "\n" for line in text.strip("\n").splitlines())
