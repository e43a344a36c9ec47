"""Writes a file of readable tests out of calls."""

from __future__ import annotations

import ast
import re
import textwrap

from codeflash_api.testgen.calls import Call, Calls
from codeflash_api.testgen.question import WantedTests
from codeflash_api.testgen.reference import can_copy, reference
from codeflash_api.testgen.scenarios import scenarios
from codeflash_api.testgen.subject import Subject
from codeflash_api.testgen.target import Target

_MODULES = ("datetime", "decimal", "fractions", "numpy", "pathlib")
_FROM = {"suppress": "contextlib", "deque": "collections", "SimpleNamespace": "types"}


def written(question: WantedTests, subject: Subject, prefix: str = "") -> str:
    """A file of readable tests.

    Args:
        question: What is to be tested.
        subject: The function under test.
        prefix: Stands in the names of the tests.
    """
    target = question.target
    is_async = isinstance(subject.node, ast.AsyncFunctionDef)
    named: dict[str, list[Call]] = {}
    for call in Calls(subject, target).of(scenarios(subject, question.index)):
        named.setdefault(call.name, []).append(call)
    words = re.sub(r"\W+", "_", target.qualified).strip("_").lower()
    start = "_".join(each for each in ("test", words, prefix) if each)
    mark = "@pytest.mark.asyncio\nasync " if is_async else ""
    parts = [reference(subject, target).strip()] if is_async else []
    for name, group in named.items():
        body = "\n".join(_async_call(each, subject) if is_async else _call(each) for each in group)
        parts.append(f"{mark}def {start}_{name}():\n{textwrap.indent(body, '    ')}")
    body = "\n\n\n".join(parts)
    title = f'"""Calls of {target.qualified} with values that its code suggests."""'
    return "\n".join([title, "", *_imports(body, subject, target), "", "", body, ""])


def _call(call: Call) -> str:
    # What a call raises is recorded; the test goes on.
    return "with suppress(Exception):\n" + textwrap.indent("\n".join([*call.set_up, call.text]), "    ")


def _async_call(call: Call, subject: Subject) -> str:
    if not can_copy(subject):
        return "\n".join([*call.set_up, f'assert (await outcome({call.text}))[0] in ("returned", "raised")'])
    first, set_up = "", list(call.set_up)
    if subject.kind == "class method":
        first = call.function.rpartition(".")[0]
    elif subject.kind == "method":
        # A receiver of its own: the call may change it.
        first = "another"
        set_up += [f"another = {line.partition(' = ')[2]}" for line in call.set_up]
    arguments = ", ".join(each for each in (first, call.arguments) if each)
    return "\n".join(
        [*set_up, f"assert agree(await outcome({call.text}), await outcome(original({arguments})))"]
    )


def _imports(body: str, subject: Subject, target: Target) -> list[str]:
    words = set(re.findall(r"\w+", body))
    plain = [module for module in _MODULES if f"{module}." in body]
    lines = [f"import {module}" for module in sorted(plain)]
    lines += [
        f"from {_FROM[name]} import {name}"
        for name in sorted(_FROM, key=_FROM.__getitem__)
        if f"{name}(" in body
    ]
    classes = [
        node.name for node in subject.tree.body if isinstance(node, ast.ClassDef) and node.name in words
    ]
    own = sorted({target.imported, *classes})
    outside = ["import pytest"] if "pytest." in body else []
    whole = [f"import {target.module}"] if f"vars({target.module})" in body else []
    groups = [lines, outside, [*whole, f"from {target.module} import {', '.join(own)}"]]
    return "\n\n".join("\n".join(group) for group in groups if group).split("\n")
