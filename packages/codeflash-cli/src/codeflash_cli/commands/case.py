"""``codeflash case``: the record of an optimization job, from its folder to the case study."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from codeflash_cli.case_opening import existing_place, place_of, read_given
from codeflash_cli.commands.case_export import export
from codeflash_cli.commands.case_steps import branch_lines, told_after, where_it_stands
from codeflash_core.cases import status_page
from codeflash_core.cases.checking import check_case
from codeflash_core.cases.prose import TEMPLATE, read_prose
from codeflash_core.cases.recording import Recorded, record
from codeflash_core.cases.study import PLOT, SUMMARY, plot_of, ratio_of, summary_page
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.replacing import replace_file
from codeflash_core.records.results_tsv import Row, read_rows

STUDIES = "case-studies"


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when a check finds something."""
    place = (place_of if options.action == "new" else existing_place)(options.project)
    if options.action == "export":
        return export(place, options)
    found: dict[str, object] = {"case": place.relative}
    code = 0
    match options.action:
        case "new":
            found |= _new(place, options.project)
        case "record":
            found |= _record(place, options)
        case "build":
            found |= _build(place)
        case "check":
            lies = check_case(place, _study(place), _data(place))
            found |= {"problems": list(lies)}
            code = 1 if lies else 0
    rows = read_rows(place.results)
    found |= {"rows": [_told(row) for row in rows]}
    stands = where_it_stands if options.action == "status" else told_after
    found |= stands(place, options, rows, built=(_study(place) / SUMMARY).is_file())
    if options.json:
        print_json(found)
    else:
        _print(options.action, found)
    return code


def _study(place: CasePlace) -> Path:
    return place.root / STUDIES / place.org / place.project


def _data(place: CasePlace) -> str:
    return f"../../../{place.relative}/data/results.tsv"


def _new(place: CasePlace, name: str) -> dict[str, object]:
    text = place.folder / "case.md"
    if text.exists():
        raise UsageError(
            f"the case {name} is there already: {place.relative}", "See: codeflash case status --help"
        )
    for folder in ("bench", "data/raw", "infra"):
        (place.folder / folder).mkdir(parents=True, exist_ok=True)
    replace_file(text, TEMPLATE.format(title=name).encode())
    if not place.status.exists():
        replace_file(place.status, status_page.TEMPLATE.format(title=name).encode())
    return {"written": f"{place.relative}/case.md"}


def _record(place: CasePlace, options: argparse.Namespace) -> dict[str, object]:
    contents = [read_given(name) for name in options.files]
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    rows = record(place, contents, Recorded(options.technique, options.description, options.domain, moment))
    return {"recorded": [_told(row) for row in rows]}


def _build(place: CasePlace) -> dict[str, object]:
    rows, prose, study = read_rows(place.results), read_prose(place.folder / "case.md"), _study(place)
    if not any(row.speedup is not None for row in rows):
        raise UsageError("no result is recorded yet", "See: codeflash case record --help")
    replace_file(study / SUMMARY, summary_page(prose, rows, _data(place)).encode())
    replace_file(study / PLOT, plot_of(rows).encode())
    return {"written": (study / SUMMARY).relative_to(place.root).as_posix()}


def _told(row: Row) -> dict[str, object]:
    return {
        "iteration": row.iteration,
        "target": row.target,
        "status": row.status.value,
        "speedup": row.speedup,
        "low": row.low,
        "high": row.high,
        "level": row.level,
        "shown": ratio_of(row),
        "description": row.description,
    }


def _print(action: str, found: dict[str, object]) -> None:
    problems = found.get("problems")
    if isinstance(problems, list):
        for each in problems:
            print(f"✗ {each}")
        if not problems:
            print("everything it says is in the records, and the records are what the raw data give")
    elif "written" in found:
        print(f"written: {found['written']}")
    shown = found.get("recorded") if action == "record" else found["rows"] if action == "status" else []
    for row in shown if isinstance(shown, list) else []:
        print(f"{row['iteration']}  {row['target']}  {row['status']}  {row['shown']}  {row['description']}")
    for line in branch_lines(found) if action == "status" else ():
        print(line)
    if found["next"]:
        print(f"next: {found['next']}")
