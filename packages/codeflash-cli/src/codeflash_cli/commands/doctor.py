"""``codeflash doctor``: what this machine and project offer, and what is missing."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import Any

from codeflash_cli.opening import open_project, run_until_done
from codeflash_core.agents.programs import describe
from codeflash_core.door import print_json
from codeflash_core.errors import CodeflashError
from codeflash_core.model.target import Project
from codeflash_core.pipeline.assembly import open_workshop, plugins
from codeflash_core.pipeline.health import machine_health
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.ports.language import Description
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox import Mode, detect
from codeflash_core.settings import SETTINGS, Settings
from codeflash_core.sources.agent import DRIVERS
from codeflash_core.versions.documents import health_document


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when the project can't be worked on."""
    opened = open_project(options, ())
    project, settings = opened.project, opened.settings
    mode = Mode(settings["sandbox"])
    confinement = detect(mode)
    problems: list[str] = []
    facts: dict[str, str] = {}
    try:
        description = run_until_done(_describe(project, mode, tuple(settings["env"])))
        facts, problems = dict(description.facts), list(description.problems)
    except CodeflashError as problem:
        problems.append(problem.message)
    health = run_until_done(machine_health())
    document = {
        "machine": dict(describe_machine().facts),
        "health": health_document(health),
        "sandbox": {"mechanism": confinement.mechanism, "missing": list(confinement.missing)},
        "project": {
            "root": str(project.root),
            "interpreter": str(project.interpreter),
            "import_roots": list(project.import_roots),
            "tests": list(project.tests),
        },
        "interpreter": facts,
        "problems": problems,
        "tools": {name: bool(shutil.which(name)) for name in ("git", "bwrap", "perf")},
        "sources": sorted(plugins("codeflash.sources")),
        "agents": {name: describe(driver.kind, os.environ) for name, driver in DRIVERS.items()},
        "state": str(state_dir()),
        "settings": _settings(settings),
        "warnings": list(settings.warnings),
        "passed_over": dict(settings.passed_over),
    }
    if options.json:
        print_json(document)
    else:
        _print(document)
    return 1 if problems else 0


async def _describe(project: Project, mode: Mode, names: tuple[str, ...]) -> Description:
    variables = {name: os.environ[name] for name in names if name in os.environ}
    async with open_workshop(project, mode, variables) as workshop:
        return await workshop.language.describe(project)


def _settings(settings: Settings) -> dict[str, dict[str, Any]]:
    return {key: {"value": _plain(each.value), "from": each.origin} for key, each in settings.values.items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value


def _print(document: dict[str, Any]) -> None:
    sandbox = document["sandbox"]
    print(f"sandbox: {sandbox['mechanism']}")
    for line in sandbox["missing"]:
        print(f"  not confined: {line}")
    for title in ("project", "interpreter", "machine", "tools", "agents"):
        print(f"{title}:")
        for name, value in document[title].items():
            print(f"  {name}: {_shown(value)}")
    health = document["health"]
    print(f"fit to measure: {': '.join(filter(None, (health['verdict'], '; '.join(health['reasons']))))}")
    print(f"sources: {', '.join(document['sources'])}\nstate: {document['state']}\nsettings:")
    empty = {setting.key: setting.empty for setting in SETTINGS}
    for name, each in document["settings"].items():
        print(f"  {name} = {_shown(each['value'], empty[name])}  ({each['from']})")
    for name, why in document["passed_over"].items():
        print(f"  {name} is passed over: {why}")
    for problem in document["problems"]:
        print(f"problem: {problem}")


def _shown(value: Any, empty: str = "-") -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value)) or empty
