"""``codeflash session``: experiments whose rules the engine enforces."""

from __future__ import annotations

import argparse
from pathlib import Path

from codeflash_cli import __version__
from codeflash_cli.opening import asked_by, open_project, run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.experiments.document import log_document, session_document
from codeflash_core.experiments.laboratory import EngineLaboratory
from codeflash_core.experiments.running import Commands, place_of
from codeflash_core.experiments.transitions import has_earned_it, next_step, word_of
from codeflash_core.experiments.values import Ended, Plateau, Session, Worded
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.opening import Opened, relative_names
from codeflash_core.records.results_tsv import COLUMNS


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when an evaluated change has not earned a keep."""
    action = str(options.action or "")
    if not action:
        raise UsageError("no action was given", "See: codeflash session --help")
    target = getattr(options, "target", None)
    opened = open_project(options, (target,) if target else ())
    with progress(verbose=bool(getattr(options, "verbose", False))) as listener:
        commands = _commands(options, opened, listener)
        if action == "log":
            return _log(commands, json=options.json)
        session = _step(action, options, opened, commands)
    if options.json:
        print_json(session_document(session, commands.place))
    elif action == "handoff":
        print(commands.place.handoff.read_text(encoding="utf-8"), end="")
    elif action == "status":
        print(commands.place.status.read_text(encoding="utf-8"), end="")
    else:
        _print(action, session, commands)
    return _code(action, session)


def _commands(options: argparse.Namespace, opened: Opened, listener: Listener) -> Commands:
    laboratory = EngineLaboratory(
        asked=asked_by(options, ()), words=tuple(options.words), version=__version__, emit=listener
    )
    return Commands(place_of(opened.project.root), laboratory)


def _step(action: str, options: argparse.Namespace, opened: Opened, commands: Commands) -> Session:
    match action:
        case "start":
            plateau = _plateau(options.plateau)
            return commands.start(options.goal, options.domain, guard=options.guard or "", plateau=plateau)
        case "profile":
            return run_until_done(commands.profile(_worded(options, commands)))
        case "baseline":
            (target,) = _target(opened)
            named = options.tests or options.workload or options.script
            worded = _worded(options, commands) if named else None
            return run_until_done(commands.baseline(target, worded))
        case "experiment":
            (target,) = _target(opened)
            return commands.experiment(target, options.technique, options.hypothesis)
        case "evaluate":
            return run_until_done(
                commands.evaluate(
                    candidate=Path(options.candidate) if options.candidate else None,
                    patch=Path(options.patch_file) if options.patch_file else None,
                    from_tree=options.from_tree,
                )
            )
        case "keep":
            return commands.keep(options.description)
        case "discard":
            return commands.discard(options.reason)
        case "learn":
            return commands.learn(options.text)
        case "finish":
            return commands.finish()
        case _:
            return commands.store.current()


def _target(opened: Opened) -> tuple[str]:
    (name,) = relative_names(opened)
    if "::" not in name:
        raise UsageError(f"a function is wanted: {name}", "Write path.py::function.")
    return (name,)


def _worded(options: argparse.Namespace, commands: Commands) -> Worded:
    laboratory = commands.laboratory
    assert isinstance(laboratory, EngineLaboratory)
    return laboratory.worded(tuple(options.tests or ()), options.workload or "", options.script or "")


def _plateau(text: str | None) -> Plateau | None:
    if text is None:
        return None
    discards, colon, categories = text.partition(":")
    try:
        return Plateau(int(discards), int(categories) if colon else 1)
    except ValueError as problem:
        raise UsageError(
            f"{text} is no plateau: {problem}", "Write N:M, such as 6:3: six experiments of three techniques."
        ) from problem


def _log(commands: Commands, *, json: bool) -> int:
    rows = commands.log()
    if json:
        print_json(log_document(rows))
    elif rows:
        print(commands.place.results.read_text(encoding="utf-8"), end="")
    else:
        print("\t".join(COLUMNS))
    return 0


def _code(action: str, session: Session) -> int:
    evaluation = session.experiment.evaluation if session.experiment else None
    if action == "evaluate" and evaluation is not None:
        return 0 if has_earned_it(session, evaluation) else 1
    return 0


def _print(action: str, session: Session, commands: Commands) -> None:
    for line in _told(action, session):
        print(line)
    if action == "discard" and (patch := commands.patch_of(session.closed[-1].experiment.number)).is_file():
        print(f"The change stays in {patch.relative_to(commands.place.root).as_posix()}.")
    print(next_step(session))
    if action == "start":
        print(f"Its state: {commands.place.relative}")


def _told(action: str, session: Session) -> list[str]:
    experiment = session.experiment
    match action:
        case "start":
            return [f"session {session.id}: {session.goal}"]
        case "profile" if session.profile:
            spots = session.profile.hotspots[:10]
            return [f"{each.share:7.1%}  {each.calls:>8} calls  {each.target}" for each in spots]
        case "baseline" if session.baseline:
            base = session.baseline
            return [
                f"{base.target}: {base.nanoseconds:,.0f} ns a call, {base.calls} inputs; the method is locked"
            ]
        case "experiment" if experiment:
            return [f"experiment {experiment.number} on {experiment.target}: {experiment.technique}"]
        case "evaluate" if experiment and experiment.evaluation:
            measured = experiment.evaluation.measured
            told = [f"experiment {experiment.number}: {word_of(experiment.evaluation)}"]
            told += [f"  {reason}" for reason in (measured.reasons if measured else ())]
            if measured and measured.counterexample:
                told += [f"  {name}: {value}" for name, value in measured.counterexample.items() if value]
            if experiment.evaluation.guard and not experiment.evaluation.guard.passed:
                told.append(f"  guard: {experiment.evaluation.guard.detail}")
            return told
        case "keep" | "discard" if session.closed:
            last = session.closed[-1]
            if last.status is Ended.KEEP:
                return [f"kept experiment {last.experiment.number} as {last.branch} ({last.commit[:10]})"]
            return [f"experiment {last.experiment.number} ended as {last.status.value}"]
        case "finish":
            return [f"session {session.id} is finished: kept {len(session.kept)} of {len(session.closed)}"]
        case _:
            return []
