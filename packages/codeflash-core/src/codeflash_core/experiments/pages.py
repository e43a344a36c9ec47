"""A session as people read it: ``status.md``, ``handoff.md`` and the lines of ``learnings.md``."""

from __future__ import annotations

from collections.abc import Iterator

from codeflash_core.experiments.plateau import drought
from codeflash_core.experiments.transitions import next_step, speedup_text, word_of
from codeflash_core.experiments.values import Closed, Experiment, Learning, Session
from codeflash_core.reports.text import markdown_code, markdown_text, table_cell, table_row

LEARNINGS_TITLE = (
    "# Learnings\n\nWhat is worth knowing next time; `codeflash session learn TEXT` adds a line.\n\n"
)
SPOTS = 10
"""Most functions of a profile that a page shows."""
_BEGIN = (
    "<!-- Written by codeflash session, until the next mark. What stands elsewhere is yours and stays. -->"
)
_END = "<!-- End of the session. -->"


def status_page(session: Session, known: str = "") -> str:
    """Where the session stands, in a page that others write in too.

    Args:
        session: The session.
        known: The page as it is; all but the part of the session stays, and that too where one of its marks is missing.
    """
    lines = [
        _BEGIN,
        "# Session",
        "",
        *_state(session),
        "",
        "## Experiments",
        "",
        *_experiments(session),
        _END,
    ]
    part = "\n".join(lines) + "\n"
    before, begin, rest = known.partition(_BEGIN)
    old, end, after = rest.partition(_END)
    if begin and (not end or _BEGIN in old):
        # Where the session's part ended can't be told any more: a copy of it too much is better than a table lost.
        after = rest
    after = after.lstrip("\n")
    between = "\n" if before and not before.endswith("\n\n") else ""
    return f"{before}{between}{part}{after}"


def handoff_page(session: Session, place: str) -> str:
    """All that a fresh mind needs to go on.

    Args:
        session: The session.
        place: Its folder relative to the project's.
    """
    lines = ["# Handoff", "", "Written after every step; read this first, then go on with the next step.", ""]
    lines += [*_state(session), "", "## Where the time goes", "", *_profile(session)]
    lines += ["", "## How it is measured", "", *_method(session)]
    if session.experiment:
        lines += ["", "## On trial", "", *_on_trial(session.experiment, place)]
    lines += ["", "## Tried", "", *_experiments(session), "", "## Learnt", ""]
    lines += [learning_line(each).rstrip() for each in session.learnings] or ["Nothing yet."]
    lines += ["", f"All figures: `{place}/data/results.tsv`. Changes: `{place}/experiments/`."]
    return "\n".join(lines) + "\n"


def learning_line(learning: Learning) -> str:
    """One line of the learnings."""
    after = f" (experiment {learning.iteration})" if learning.iteration else ""
    return f"- {learning.recorded[:10]}{after}: {markdown_text(learning.text)}\n"


def _state(session: Session) -> Iterator[str]:
    tried = drought(session)
    yield f"- Session: {session.id}, {'finished ' + session.finished if session.finished else 'under way'}"
    yield f"- Goal: {markdown_text(session.goal)}"
    yield f"- Domain: {markdown_text(session.domain)}"
    yield f"- Guard: {markdown_code(session.guard) if session.guard else 'none'}"
    yield f"- Kept: {len(session.kept)} of {len(session.closed)} experiments"
    yield (
        f"- Plateau: {tried.experiments} experiments of {len(tried.techniques)} techniques without a gain"
        f" (it is {session.plateau.discards} of {session.plateau.categories}){', reached' if tried.reached else ''}"
    )
    yield f"- Next step: {next_step(session)}"


def _profile(session: Session) -> Iterator[str]:
    if session.profile is None:
        yield "No profile yet."
        return
    profile = session.profile
    yield f"{profile.seconds:.3f} s of processor time, run {profile.run}, {profile.recorded}."
    yield ""
    yield "| function | share | own | calls |"
    yield "|---|--:|--:|--:|"
    for spot in profile.hotspots[:SPOTS]:
        name = table_cell(spot.target, code=True)
        yield table_row(name, f"{spot.share:.1%}", f"{spot.own_seconds:.4f} s", str(spot.calls))


def _method(session: Session) -> Iterator[str]:
    if session.baseline is None:
        yield "No baseline yet."
        return
    base = session.baseline
    floor = f", noise floor {base.noise_floor:.2%}" if base.noise_floor is not None else ""
    yield (
        f"{markdown_code(base.target)}: {base.nanoseconds:,.0f} ns a call ({base.metric}), {base.calls} inputs{floor}; "
        f"run {base.run}, {base.recorded}. The method is locked; a change of these asks for a new baseline:"
    )
    yield ""
    for name, value in base.method.facts.items():
        yield f"- {markdown_text(name)}: {markdown_code(value) if value else 'none'}"
    for name in base.method.files:
        yield f"- {markdown_code(name)}"


def _on_trial(experiment: Experiment, place: str) -> Iterator[str]:
    yield f"Experiment {experiment.number} on {markdown_code(experiment.target)}, {markdown_text(experiment.technique)}."
    yield ""
    yield f"Hypothesis: {markdown_text(experiment.hypothesis)}"
    evaluation = experiment.evaluation
    if evaluation is None:
        return
    yield ""
    yield f"Evaluated: {markdown_text(word_of(evaluation))}. The change: `{place}/experiments/{experiment.number}.patch`."
    measured = evaluation.measured
    for reason in measured.reasons if measured else ():
        yield f"- {markdown_text(reason)}"
    if measured and measured.counterexample:
        yield f"- Counterexample: {markdown_code(measured.counterexample.get('call', ''))}"
    if evaluation.hindered:
        yield f"- It could not be kept: {markdown_text(evaluation.hindered)}"


def _experiments(session: Session) -> Iterator[str]:
    if not session.closed:
        yield "None yet."
        return
    yield "| # | target | technique | ended | speedup | what |"
    yield "|--:|---|---|---|---|---|"
    for each in session.closed:
        yield _row(each)


def _row(closed: Closed) -> str:
    experiment = closed.experiment
    speed = speedup_text(experiment.evaluation) if experiment.evaluation else ""
    where = f" ({table_cell(closed.branch, code=True)})" if closed.branch else ""
    return table_row(
        str(experiment.number),
        table_cell(experiment.target, code=True),
        table_cell(experiment.technique),
        closed.status.value,
        speed,
        table_cell(closed.description) + where,
    )
