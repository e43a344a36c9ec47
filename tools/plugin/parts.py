"""Checks the parts of an assembled plugin: agents, skills, hooks, servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from . import front_matter
from .layers import SERVER, Source
from .manifests import line_of
from .names import AGENT_KEYS, ENGINE_TOOLS, HOOK_EVENTS, HOOK_TYPES, SKILL_KEYS, TOOLS
from .problem import Problem

_ROOT = "${CLAUDE_PLUGIN_ROOT}/"
_SCRIPT = re.compile(r"\$\{CLAUDE_PLUGIN_ROOT\}/([^\s\"']+)")


def check_agents(files: Mapping[str, Source], language: str) -> Iterator[Problem]:
    """Front matter, names and tools of the agents."""
    agents = {path: source for path, source in files.items() if re.fullmatch(r"agents/.+\.md", path)}
    yield from _check_named(agents, AGENT_KEYS, "agent", lambda path: PurePosixPath(path).stem)
    for source in agents.values():
        yield from _check_tools(source, ("tools", "disallowedTools"), language)


def check_skills(files: Mapping[str, Source], language: str) -> Iterator[Problem]:
    """Front matter, names and tools of the skills."""
    skills = {path: source for path, source in files.items() if re.fullmatch(r"skills/.+/SKILL\.md", path)}
    yield from _check_named(skills, SKILL_KEYS, "skill", lambda path: PurePosixPath(path).parent.name)
    for source in skills.values():
        yield from _check_tools(source, ("allowed-tools",), language)
    folders = {path.split("/")[1]: source for path, source in files.items() if path.startswith("skills/")}
    for folder, source in folders.items():
        if not any(path.startswith(f"skills/{folder}/") for path in skills):
            yield Problem(source.origin, 1, f"skills/{folder} has no SKILL.md", "write it, or move the file")


def _check_named(
    parts: Mapping[str, Source], keys: frozenset[str], kind: str, wanted: Any
) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for path, source in sorted(parts.items()):
        try:
            told = front_matter.read(source.text)
        except front_matter.Unreadable as problem:
            yield Problem(source.origin, problem.line, str(problem), "begin with ---, name, description, ---")
            continue
        for key, entry in told.items():
            if key not in keys:
                yield Problem(
                    source.origin,
                    entry.line,
                    f"unknown key {key!r}",
                    f"a {kind} has {', '.join(sorted(keys))}",
                )
        for key in ("name", "description"):
            value = told[key].value if key in told else None
            if not isinstance(value, str) or not value.strip():
                yield Problem(source.origin, told[key].line if key in told else 1, f"no {key}", "write one")
        name = told["name"].value if "name" in told else None
        if isinstance(name, str) and name:
            if name != wanted(path):
                yield Problem(
                    source.origin,
                    told["name"].line,
                    f"the name {name!r} is not that of its place",
                    f"call it {wanted(path)!r}",
                )
            if name in seen:
                yield Problem(
                    source.origin, told["name"].line, f"{seen[name]} is called {name!r} too", "rename one"
                )
            seen[name] = source.origin
        body = source.text.split("\n---", 1)[-1].strip()
        if not body:
            yield Problem(
                source.origin, 1, f"the {kind} says nothing", "write its prompt below the front matter"
            )


def _check_tools(source: Source, keys: tuple[str, ...], language: str) -> Iterator[Problem]:
    try:
        told = front_matter.read(source.text)
    except front_matter.Unreadable:
        return
    for key in keys:
        if key not in told:
            continue
        value = told[key].value
        names = value if isinstance(value, list) else re.split(r",\s*(?![^()]*\))", str(value or ""))
        for name in names:
            if not _known_tool(str(name).strip(), language):
                yield Problem(
                    source.origin, told[key].line, f"unknown tool {name!r}", "see tools/plugin/names.py"
                )


def _known_tool(name: str, language: str) -> bool:
    prefix = f"mcp__plugin_codeflash-{language}_{SERVER}__"
    if name.startswith(prefix):
        return name.removeprefix(prefix) in ENGINE_TOOLS | {"*"}
    return name.partition("(")[0] in TOOLS and name.count("(") == name.count(")")


def check_hooks(
    hooks: Mapping[str, Any], files: Mapping[str, Source], origins: list[Source]
) -> Iterator[Problem]:
    """Events, matchers and scripts of the hooks."""

    def at(word: str, what: str, remedy: str) -> Problem:
        source = next((each for each in origins if word in each.text), origins[0])
        return Problem(source.origin, line_of(source, word), what, remedy)

    for source in origins:
        if '"hooks"' not in source.text:
            yield Problem(source.origin, 1, "no 'hooks'", 'write {"hooks": {EVENT: [...]}}')
    for event, matchers in hooks.get("hooks", {}).items():
        if event not in HOOK_EVENTS:
            yield at(event, f"unknown hook event {event!r}", "see HOOK_EVENTS in tools/plugin/names.py")
        for matcher in matchers:
            handlers = matcher.get("hooks") if isinstance(matcher, dict) else None
            if not isinstance(handlers, list) or not handlers:
                yield at(
                    event,
                    f"{event} has an entry without 'hooks'",
                    'write {"hooks": [{"type": "command", ...}]}',
                )
                continue
            try:
                re.compile(matcher.get("matcher", ""))
            except (re.error, TypeError):
                yield at(event, f"the matcher {matcher['matcher']!r} is no regular expression", "repair it")
            for handler in handlers:
                kind = handler.get("type") if isinstance(handler, dict) else None
                if kind not in HOOK_TYPES:
                    yield at(
                        event, f"unknown kind of hook {kind!r}", f"use one of {', '.join(sorted(HOOK_TYPES))}"
                    )
                elif kind == "command":
                    yield from _check_command(str(handler.get("command", "")), files, at, event)


def _check_command(command: str, files: Mapping[str, Source], at: Any, event: str) -> Iterator[Problem]:
    if not command.strip():
        yield at(event, f"a hook of {event} has no command", "write one")
    for script in _SCRIPT.findall(command):
        if script not in files:
            yield at(script, f"the hook script {script} is missing", "write it, or repair the path")
        elif command.lstrip("\"'").startswith(_ROOT + script) and not files[script].executable:
            yield at(script, f"{script} is run but not executable", "chmod +x it, or name its interpreter")


def check_servers(
    servers: Mapping[str, Any], files: Mapping[str, Source], layers: list[Source]
) -> Iterator[Problem]:
    """Commands and addresses of the servers."""
    for name, server in servers.get("mcpServers", {}).items():
        source = next((each for each in layers if f'"{name}"' in each.text), layers[0])
        line = line_of(source, f'"{name}"')
        if not isinstance(server, dict) or not (server.get("command") or server.get("url")):
            yield Problem(
                source.origin, line, f"the server {name!r} has no 'command'", "write how it is started"
            )
            continue
        words = [server.get("command", ""), *server.get("args", [])]
        if not all(isinstance(word, str) for word in words):
            yield Problem(source.origin, line, f"the command of {name!r} is no text", "write texts only")
            continue
        script = words[0].removeprefix(_ROOT)
        if script != words[0] and script in files and not files[script].executable:
            yield Problem(source.origin, line, f"{script} is run but not executable", "chmod +x it")
