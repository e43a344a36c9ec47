"""Write ``docs/reference`` from the code.

Rules, errors, the command lines (of the evals too), settings, the servers for agents, editors and GitHub, the service's OpenAPI document, the
workflow for GitHub Actions.

    python tools/generate.py           write the pages
    python tools/generate.py --check   change nothing; exit 1 when a page is not what the code says

The pages are what a reader sees; the code is the only place where they are edited.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import inspect
import json
import pkgutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mcp_types import Tool

from codeflash_api.cli import arguments as service_arguments
from codeflash_api.cli.openapi import openapi_text
from codeflash_api.feature import Feature
from codeflash_api.variables import GENERAL, OF_PROVIDERS, Variable
from codeflash_cli import arguments
from codeflash_cli.commands.init_actions import EXAMPLE
from codeflash_core import errors
from codeflash_core.client_keys import CLIENT_KEYS
from codeflash_core.door import error_document
from codeflash_core.settings import RESERVED_VARIABLES, SETTINGS
from codeflash_core.workflows.detecting import detect
from codeflash_core.workflows.values import Choices
from codeflash_core.workflows.writing import render
from codeflash_evals import main as evals_main
from codeflash_github_app.cli import arguments as app_arguments
from codeflash_github_app.variables import VARIABLES as APP_VARIABLES
from codeflash_github_app.variables import Variable as AppVariable
from codeflash_lsp import arguments as editor_arguments
from codeflash_lsp import requests as editor_requests
from codeflash_lsp.requests.ours import OUR_REQUESTS
from codeflash_lsp.settings import EDITOR_SETTINGS, SECTION
from codeflash_mcp import arguments as mcp_arguments
from codeflash_mcp.house import House
from codeflash_mcp.places import Places
from codeflash_mcp.server import build_server
from codeflash_rewrites.catalogue import RULES
from codeflash_rewrites.rule import Example, Rule

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
NOTICE = "<!-- Written by `make docs`; edit the code instead. -->\n"

SAFETY = {
    "P": "provable from the function alone",
    "T": "needs a fact about types, seen while the workload ran or checked by a guard",
    "E": "needs purity or that a value does not escape",
    "F": "differs in corner cases (floats, ties, order), which the checks look for",
}


def rules_page() -> str:
    """Return the page on the catalogue of rewrites."""
    lines = [NOTICE, "# Rewrites", ""]
    lines += [
        "What the built-in candidate source looks for. Every proposal is checked and measured before it counts.",
        "",
    ]
    lines += ["| rule | what it looks for | complexity |", "|---|---|---|"]
    lines += [
        f"| [{rule.slug}](#{rule.slug}) | {_cell(rule.looks_for)} | {_cell(rule.complexity)} |"
        for rule in RULES
    ]
    for rule in RULES:
        lines += ["", *_rule(rule)]
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("^2", "²").strip()


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def _rule(rule: Rule) -> Iterator[str]:
    yield f"## {rule.slug}"
    yield ""
    yield f"{rule.id}: {rule.title}."
    yield ""
    yield f"**Looks for:** {_sentence(rule.looks_for)}"
    yield ""
    yield f"**Why it is slow:** {_sentence(rule.why_slow)}"
    yield ""
    yield f"**Gain:** {_sentence(rule.gain)}"
    yield ""
    yield f"**Safety:** {rule.safety}, {'; '.join(SAFETY[letter] for letter in rule.safety)}."
    yield ""
    if rule.traps:
        yield "**When it would be wrong:**"
        yield ""
        yield from (f"- {trap}" for trap in rule.traps)
        yield ""
    changed = [example for example in rule.examples if example.after is not None]
    kept = [example for example in rule.examples if example.after is None]
    if changed:
        yield from _example(changed[0])
    if kept:
        yield "It leaves this alone:"
        yield ""
        yield from _code(kept[0].before)


def _example(example: Example) -> Iterator[str]:
    yield from _code(example.before)
    yield ""
    yield "becomes"
    yield ""
    yield from _code(example.after or "")
    yield ""


def _code(text: str) -> Iterator[str]:
    yield "```python"
    yield textwrap.dedent(text).strip("\n")
    yield "```"


def errors_page() -> str:
    """Return the page on errors and exit codes."""
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.CodeflashError) and kind is not errors.CodeflashError
    ]
    lines = [NOTICE, "# Errors and exit codes", ""]
    lines += ["| exit code | meaning |", "|---|---|"]
    lines += [
        "| 0 | it ran, and the answer is yes (`optimize`: it ran) |",
        "| 1 | it ran, and the answer is no (`evaluate`, `verify`; `optimize --fail-if-none`) |",
        "| 2 | the request cannot be carried out |",
        "| 3 | a bug of ours |",
        "| 130 | Ctrl-C |",
        "",
    ]
    lines += [
        "Messages go to stderr: what happened, then what to do about it. With `--json`, stdout has one JSON document however a",
        "command ends; when no answer could be given it is this one, and the message stands on stderr as well:",
        "",
        "```json",
        json.dumps(
            error_document(
                "usage", "a message", "what to do, or an empty text", errors.Place("path.py", 12, 5)
            ),
            indent=2,
        ),
        "```",
        "",
        "`code` is one of the errors below, or `interrupted` (the hint then says how to go on). `where` is null when no file is",
        "at fault; `line` and `column` count from 1 and may be null.",
        "",
    ]
    lines += ["| error | exit code | when |", "|---|---|---|"]
    for kind in sorted(kinds, key=lambda kind: (kind.exit_code, kind.code)):
        summary = (inspect.getdoc(kind) or "").partition("\n")[0]
        lines.append(f"| `{kind.code}` | {kind.exit_code} | {_cell(summary)} |")
    return "\n".join(lines) + "\n"


def command_line_page() -> str:
    """Return the page on commands and options."""
    lines = [NOTICE, "# The command line", "", "Exit codes stand on the page on [errors](errors.md)."]
    return "\n".join([*lines, *_sections(arguments.build(), "codeflash")]).rstrip() + "\n"


def service_page() -> str:
    """Return the page on the commands of the service."""
    lines = [NOTICE, "# The command line of the service", ""]
    lines += [
        "[How to host the service](../how-to/host-the-service.md) uses them. Exit codes: 0 it was done, 2 the request cannot",
        "be carried out, 3 a bug of ours, 130 interrupted.",
    ]
    return "\n".join([*lines, *_sections(service_arguments.build(), "codeflash-api")]).rstrip() + "\n"


def evals_page() -> str:
    """Return the page on the commands of the evals."""
    lines = [NOTICE, "# The command line of the evals", ""]
    lines += [
        "[How to measure the engine](../how-to/measure-the-engine.md) uses them. Exit codes: 0 it was done, 1 the answer of a check is",
        "no, 2 the request cannot be carried out, 3 a bug of ours, 130 interrupted.",
    ]
    return "\n".join([*lines, *_sections(evals_main.build(), "codeflash-evals")]).rstrip() + "\n"


def app_page() -> str:
    """Return the page on the commands and variables of the GitHub app."""
    lines = [NOTICE, "# The GitHub app", ""]
    lines += [
        "[How to host it](../how-to/host-the-github-app.md). Exit codes: 0 it was done, 1 the doctor found something wrong, 2 the",
        "request cannot be carried out, 3 a bug of ours, 130 interrupted.",
        *_sections(app_arguments.build(), "codeflash-github-app"),
        "",
        "## Variables",
        "",
        "They are read once, when a program starts; credentials never appear in what it says.",
        "",
        *_variables(APP_VARIABLES),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _sections(whole: argparse.ArgumentParser, name: str) -> Iterator[str]:
    for path, parser, summary in _commands(whole, name):
        yield from ("", f"## {path}", "")
        if summary:
            yield from (f"{summary[:1].upper()}{_sentence(summary[1:])}", "")
        yield from ("| | |", "|---|---|")
        for action in parser._actions:
            if not isinstance(action, argparse._SubParsersAction) and action.help != argparse.SUPPRESS:
                yield _option(action)


def _commands(
    parser: argparse.ArgumentParser, path: str, summary: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    """Yield every command that has no commands below it, with its full name."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield path, parser, summary
    for action in below:
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, child in action.choices.items():
            yield from _commands(child, f"{path} {name}", helps.get(name, ""))


def _option(action: argparse.Action) -> str:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    takes = action.nargs != 0
    more = " ..." if action.nargs in ("+", "*") else ""
    names = action.option_strings or [str(value)]
    shown = [
        f"`{name} {value}{more}`" if takes and action.option_strings else f"`{name}{more}`" for name in names
    ]
    return f"| {', '.join(_cell(name) for name in shown)} | {_cell(action.help or '')} |"


def settings_page() -> str:
    """Return the page on settings."""
    lines = [NOTICE, "# Settings", ""]
    lines += [
        "Nothing has to be set. What is set stands in `[tool.codeflash]` of `pyproject.toml`, overridden by variables,",
        "overridden by flags. `codeflash doctor` prints each value and where it came from.",
        "",
        "| key | variable | default | meaning |",
        "|---|---|---|---|",
    ]
    for setting in SETTINGS:
        default = ", ".join(setting.default) if isinstance(setting.default, tuple) else str(setting.default)
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{setting.key}` | `{setting.variable}` | {shown} | {_cell(setting.meaning)} |")
    other = sorted(RESERVED_VARIABLES - {setting.variable for setting in SETTINGS})
    lines += ["", "Other variables: " + ", ".join(f"`{name}`" for name in other) + "."]
    lines += ["", "## Keys of the existing client", "", "They are understood where they mean the same.", ""]
    lines += ["| key | here |", "|---|---|"]
    for each in CLIENT_KEYS:
        meaning = (
            f"`{each.own}`" + (f"; {each.why}" if each.why else "")
            if each.own
            else f"passed over: {each.why}"
        )
        lines.append(f"| `{each.key}` | {_cell(meaning)} |")
    lines.append("")
    lines += [
        "Any other key gets a warning that names the nearest known one; so does a `CODEFLASH_*` variable that is nearly one of these."
    ]
    return "\n".join(lines) + "\n"


def service_settings_page() -> str:
    """Return the page on the variables of the service."""
    lines = [NOTICE, "# Settings of the service", ""]
    lines += [
        "Nothing has to be set. The service reads variables only, once, when it starts; credentials never appear in what it",
        "says. `<FEATURE>` stands for one of "
        + ", ".join(f"`{feature.name}`" for feature in Feature)
        + ". Switches are `on` or `off`.",
        "",
        *_variables(GENERAL),
    ]
    for name, variables in OF_PROVIDERS.items():
        lines += ["", f"## The provider {name}", ""]
        lines += _variables(variables) if variables else ["Has no settings."]
    return "\n".join(lines) + "\n"


def _variables(variables: Iterable[Variable | AppVariable]) -> Iterator[str]:
    yield from ("| variable | default | meaning |", "|---|---|---|")
    for each in variables:
        default = each.default
        if default and " " not in default and "`" not in default:
            default = f"`{default}`"
        meaning = f"{each.meaning} (a credential)" if each.secret else each.meaning
        yield f"| `{each.name}` | {default} | {_cell(meaning)} |"


def mcp_page() -> str:
    """Return the page on the MCP server: tools, resources, the command line."""
    server = build_server(House(Places(())))
    lines = [NOTICE, "# The MCP server", ""]
    lines += [
        "[How to use it with any client](../how-to/use-with-any-mcp-client.md). Every answer has the field `next`: what to do",
        "now. An answer that is an error has a message, what to do, and `codeflash/error` in its metadata, as on the page on",
        "[errors](errors.md).",
        "",
    ]
    for tool in asyncio.run(server.list_tools()):
        lines += _mcp_tool(tool)
    lines += ["## Resources", "", "| address | |", "|---|---|"]
    listed = [(str(each.uri), each) for each in asyncio.run(server.list_resources())]
    listed += [(each.uri_template, each) for each in asyncio.run(server.list_resource_templates())]
    lines += [f"| `{uri}` | {_cell(each.description or '')} |" for uri, each in listed]
    return "\n".join([*lines, *_sections(mcp_arguments.build(), "codeflash-mcp")]).rstrip() + "\n"


def _mcp_tool(tool: Tool) -> Iterator[str]:
    yield from (f"## {tool.name}", "", tool.description or "", "")
    hints = tool.annotations
    if hints is not None and hints.read_only_hint:
        yield from ("Changes no file of the project.", "")
    needed = tool.input_schema.get("required", [])
    yield from ("| argument | type | default | meaning |", "|---|---|---|---|")
    for name, each in tool.input_schema["properties"].items():
        kind = "|".join(map(str, each["enum"])) if "enum" in each else each.get("type", "")
        default = "needed" if name in needed else f"`{json.dumps(each.get('default'))}`"
        yield f"| `{name}` | {_cell(kind)} | {default} | {_cell(each.get('description', ''))} |"
    yield from ("", "| answer | meaning |", "|---|---|")
    for name, each in (tool.output_schema or {}).get("properties", {}).items():
        yield f"| `{name}` | {_cell(each.get('description', each.get('title', '')))} |"
    yield ""


def editor_page() -> str:
    """Return the page on the editor's server: what it answers, its commands and requests, settings, the command line."""
    lines = [NOTICE, "# The editor's server", ""]
    lines += [
        "[How to set up an editor](../how-to/set-up-an-editor.md). A request that can't be carried out is answered with an error of",
        "the protocol: its message says what happened and what to do, its data is the document on the page on",
        "[errors](errors.md). A run that an edit stops is answered with `ContentModified`.",
        "",
        "| it answers | |",
        "|---|---|",
    ]
    lines += [f"| {names} | {_cell(_sentence(what))} |" for names, what in _answered()]
    lines += ["", "## Requests of its own", "", "| method | parameters | answer |", "|---|---|---|"]
    lines += [
        f"| `{each.method}` | {_cell(each.parameters)} | {_cell(each.answer)} |" for each in OUR_REQUESTS
    ]
    lines += ["", "## Settings", ""]
    lines += [
        f"They stand in the section `{SECTION}` of the editor's settings, or in `initializationOptions`. What is not set there holds",
        "as on the page on [settings](settings.md).",
        "",
        "| key | meaning |",
        "|---|---|",
    ]
    lines += [f"| `{each.key}` | {_cell(each.meaning)} |" for each in EDITOR_SETTINGS]
    return "\n".join([*lines, *_sections(editor_arguments.build(), "codeflash-lsp")]).rstrip() + "\n"


def _answered() -> Iterator[tuple[str, str]]:
    """What the modules of requests say that they answer."""
    for found in sorted(pkgutil.iter_modules(editor_requests.__path__), key=lambda each: each.name):
        module = importlib.import_module(f"{editor_requests.__name__}.{found.name}")
        names, mark, what = (inspect.getdoc(module) or "").partition("\n")[0].partition(": ")
        if mark and names.startswith("``"):
            yield names.replace("``", "`"), what


def workflow_text() -> str:
    """Return the workflow that the example project gets, with everything in it."""
    return render(Choices(detect(ROOT / "examples" / "shop"), install=EXAMPLE, comment=True))


PRODUCERS: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "errors.md": errors_page,
    "command-line.md": command_line_page,
    "settings.md": settings_page,
    "service.md": service_page,
    "service-settings.md": service_settings_page,
    "evals.md": evals_page,
    "github-app.md": app_page,
    "mcp.md": mcp_page,
    "editor.md": editor_page,
    "openapi.json": openapi_text,
    "workflow.yml": workflow_text,
}


def main(words: list[str] | None = None) -> int:
    """Run the command line described at the top of this file."""
    parser = argparse.ArgumentParser(description="Write docs/reference from the code.")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 when a page is out of date"
    )
    options = parser.parse_args(words)
    stale = []
    for name, produce in PRODUCERS.items():
        page, text = PAGES / name, produce()
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not options.check:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
    verb = "out of date" if options.check else "written"
    print("\n".join(f"docs/reference/{name}: {verb}" for name in stale) or "docs/reference: up to date")
    return int(bool(stale) and options.check)


if __name__ == "__main__":
    sys.exit(main())
