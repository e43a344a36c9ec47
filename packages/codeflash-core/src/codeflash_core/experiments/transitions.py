"""The rules of a session, as pure functions from one state to the next.

    start -> profile -> baseline -> experiment -> evaluation -> keep | discard -> experiment ... -> finish

A step out of order raises :class:`IllegalStep` with what to do instead, and changes nothing.
"""

from __future__ import annotations

from attrs import evolve

from codeflash_core.errors import IllegalStep, UsageError
from codeflash_core.experiments.plateau import drought, technique_key
from codeflash_core.experiments.values import (
    Baseline,
    Closed,
    Ended,
    Evaluation,
    Experiment,
    Learning,
    ProfileTaken,
    Session,
)


def may_profile(session: Session) -> None:
    """Refuse a profile in the middle of an experiment.

    Raises:
        IllegalStep: An experiment is open, or the session is finished.
    """
    _under_way(session)
    _nothing_on_trial(session, "a profile would change what it rests on")


def profiled(session: Session, profile: ProfileTaken) -> Session:
    """A profile was taken; the plateau is counted anew, because the picture is a new one."""
    may_profile(session)
    if not any(each.calls for each in profile.hotspots):
        raise IllegalStep(
            "the workload calls no function of the project",
            "Name tests or a script that use the slow code: codeflash session profile --script CMD.",
        )
    return evolve(session, profile=profile, counted_from=len(session.closed))


def may_baseline(session: Session, target: str) -> None:
    """Refuse a baseline that nothing speaks for.

    Raises:
        IllegalStep: There is no profile, or the profile does not show the target.
    """
    _under_way(session)
    _nothing_on_trial(session, "a baseline would change how it is measured")
    if session.profile is None:
        raise IllegalStep(
            "there is no profile, so nobody knows what is slow", "Take one: codeflash session profile."
        )
    seen = {each.target: each for each in session.profile.hotspots if each.calls}
    if target not in seen:
        first = next(iter(seen), "")
        raise IllegalStep(
            f"the profile does not show {target} at work",
            f"Choose what it shows, such as {first}; or profile a workload that uses the target.",
        )


def baselined(session: Session, baseline: Baseline) -> Session:
    """The original was measured; from now on the method is locked."""
    may_baseline(session, baseline.target)
    return evolve(session, baseline=baseline)


def may_experiment(session: Session, target: str, technique: str, hypothesis: str) -> None:
    """Refuse an experiment that rests on nothing.

    Raises:
        IllegalStep: Profile or baseline is missing, another experiment is open, or the plateau is reached.
        UsageError: Technique or hypothesis is not worded.
    """
    _under_way(session)
    _nothing_on_trial(session, "one change at a time, or nobody knows which one won")
    if session.profile is None:
        raise IllegalStep(
            "there is no profile, so nobody knows what is slow", "Take one: codeflash session profile."
        )
    if session.baseline is None:
        raise IllegalStep(
            "there is no baseline to compare with", f"Take one: codeflash session baseline --target {target}."
        )
    if session.baseline.target != target:
        raise IllegalStep(
            f"the baseline is of {session.baseline.target}, not of {target}",
            f"Take one: codeflash session baseline --target {target}.",
        )
    tried = drought(session)
    if tried.reached:
        raise IllegalStep(
            f"plateau: {tried.experiments} experiments of {len(tried.techniques)} techniques won nothing",
            "Finish: codeflash session finish. Or look again where the time goes: codeflash session profile.",
        )
    if not technique_key(technique):
        raise UsageError("the technique has no name", "Name its category, such as data-structure.")
    if not hypothesis.strip():
        raise UsageError("the hypothesis is empty", "Say in a sentence why the change should be faster.")


def opened(session: Session, experiment: Experiment) -> Session:
    """One change is on trial."""
    may_experiment(session, experiment.target, experiment.technique, experiment.hypothesis)
    used = {each.experiment.number for each in session.closed}
    if experiment.number in used or experiment.evaluation is not None:
        raise IllegalStep(f"experiment {experiment.number} was there before", "Open a new one.")
    return evolve(session, experiment=experiment)


def may_evaluate(session: Session) -> Experiment:
    """The experiment that is to be judged; once, unless nothing was decided about its behaviour.

    A measurement is not repeated until it pleases: whoever looks often enough sees a gain where there is none.

    Raises:
        IllegalStep: None is open, or it was judged already.
    """
    experiment = _on_trial(session)
    evaluation = experiment.evaluation
    if evaluation is not None and not _undecided(evaluation):
        raise IllegalStep(
            f"experiment {experiment.number} was evaluated: {word_of(evaluation)}",
            f"{next_step(session)} A corrected version is a new experiment.",
        )
    return experiment


def _undecided(evaluation: Evaluation) -> bool:
    """Whether the engine crashed, or had no time or means to compare behaviour; nothing was timed then."""
    measured = evaluation.measured
    return bool(evaluation.crash) or (
        measured is not None and measured.verdict == "undecided" and measured.low is None
    )


def evaluated(session: Session, number: int, evaluation: Evaluation) -> Session:
    """The engine has answered."""
    experiment = may_evaluate(session)
    if experiment.number != number:
        raise IllegalStep(
            f"experiment {number} was ended while it was evaluated", "See: codeflash session status."
        )
    return evolve(session, experiment=evolve(experiment, evaluation=evaluation))


def may_keep(session: Session) -> Experiment:
    """The experiment that has earned it.

    Raises:
        IllegalStep: None is open, or the evidence is missing, or speaks against it.
    """
    experiment = _on_trial(session)
    evaluation = experiment.evaluation
    if evaluation is None:
        raise IllegalStep(
            f"experiment {experiment.number} was not evaluated",
            "Let the engine judge it: codeflash session evaluate --candidate FILE.",
        )
    if session.profile is None or session.baseline is None or session.baseline.target != experiment.target:
        raise IllegalStep("it has no baseline", "Discard it: codeflash session discard --reason TEXT.")
    if not has_earned_it(session, evaluation):
        raise IllegalStep(
            f"experiment {experiment.number} can't be kept: {word_of(evaluation)}",
            "Discard it: codeflash session discard --reason TEXT.",
        )
    return experiment


def has_earned_it(session: Session, evaluation: Evaluation) -> bool:
    """Whether an evaluation is all that a keep asks for."""
    return (
        not evaluation.no_op
        and not evaluation.crash
        and bool(evaluation.files)
        and evaluation.measured is not None
        and evaluation.measured.proves_gain
        and (
            not session.guard
            or (
                evaluation.guard is not None
                and evaluation.guard.passed
                and evaluation.guard.command == session.guard
            )
        )
    )


def kept(session: Session, number: int, closed: Closed) -> Session:
    """The change is committed."""
    experiment = may_keep(session)
    if experiment.number != number or closed.status is not Ended.KEEP or not closed.commit:
        raise IllegalStep(f"experiment {number} is not the one on trial", "See: codeflash session status.")
    return evolve(session, experiment=None, closed=(*session.closed, evolve(closed, experiment=experiment)))


def may_discard(session: Session) -> Experiment:
    """The experiment that is to be given up.

    Raises:
        IllegalStep: None is open, or the engine proved a gain: keep or discard follows the evidence.
    """
    experiment = _on_trial(session)
    evaluation = experiment.evaluation
    if evaluation is not None and not evaluation.hindered and has_earned_it(session, evaluation):
        raise IllegalStep(
            f"experiment {experiment.number} is the same and faster: {word_of(evaluation)}",
            "Keep it: codeflash session keep. It goes to a branch of its own, and a reviewer may still decline it.",
        )
    return experiment


def discarded(session: Session, number: int, reason: str, recorded: str) -> Session:
    """The change is given up."""
    experiment = may_discard(session)
    if experiment.number != number:
        raise IllegalStep(f"experiment {number} is not the one on trial", "See: codeflash session status.")
    closed = Closed(experiment, ending_of(session, experiment), reason, recorded)
    return evolve(session, experiment=None, closed=(*session.closed, closed))


def ending_of(session: Session, experiment: Experiment) -> Ended:
    """The status of an experiment that is not kept."""
    evaluation = experiment.evaluation
    if evaluation is None:
        return Ended.DISCARD
    if evaluation.crash:
        return Ended.CRASH
    if evaluation.no_op:
        return Ended.NO_OP
    if session.guard and evaluation.guard is not None and not evaluation.guard.passed:
        return Ended.GUARD_FAILED
    return Ended.DISCARD


def hindered(session: Session, number: int, why: str) -> Session:
    """An earned keep could not be done, so that the experiment may be discarded as well."""
    experiment = session.experiment
    if experiment is None or experiment.number != number or experiment.evaluation is None:
        return session
    return evolve(
        session, experiment=evolve(experiment, evaluation=evolve(experiment.evaluation, hindered=why))
    )


def learnt(session: Session, learning: Learning) -> Session:
    """Something is worth knowing next time; a finished session takes it as well."""
    return evolve(session, learnings=(*session.learnings, learning))


def finished(session: Session, recorded: str) -> Session:
    """The session is over."""
    _under_way(session)
    _nothing_on_trial(session, "it would be left undecided")
    return evolve(session, finished=recorded)


def word_of(evaluation: Evaluation) -> str:
    """What an evaluation says, in half a line."""
    if evaluation.crash:
        return f"the engine crashed ({evaluation.crash})"
    if evaluation.no_op:
        return "it changes nothing"
    measured = evaluation.measured
    if measured is None:
        return "no answer"
    speed = f", {speedup_text(evaluation)}" if measured.point is not None else ""
    guard = "" if evaluation.guard is None or evaluation.guard.passed else ", the guard command fails"
    return f"{measured.decision} ({measured.verdict}{speed}{guard})"


def speedup_text(evaluation: Evaluation) -> str:
    """The speedup with its interval, empty when nothing was timed."""
    measured = evaluation.measured
    if measured is None or measured.point is None or measured.low is None or measured.high is None:
        return ""
    return f"{measured.point:.2f}x [{measured.low:.2f}, {measured.high:.2f}]"


def next_step(session: Session) -> str:
    """What comes next, one sentence."""
    if session.finished:
        return "Start a new session: codeflash session start --goal TEXT --domain NAME."
    experiment = session.experiment
    if experiment is not None:
        evaluation = experiment.evaluation
        if evaluation is None or evaluation.crash:
            return "Evaluate the change: codeflash session evaluate --candidate FILE."
        if _undecided(evaluation):
            return (
                "Discard it: codeflash session discard --reason TEXT. "
                "Or, where time ran out, evaluate again with more of it: --budget TIME."
            )
        if has_earned_it(session, evaluation) and not evaluation.hindered:
            return "Keep it: codeflash session keep."
        return "Discard it: codeflash session discard --reason TEXT."
    if session.profile is None:
        return "See where the time goes: codeflash session profile."
    if session.baseline is None:
        first = session.profile.hotspots[0].target if session.profile.hotspots else "TARGET"
        return f"Measure the original: codeflash session baseline --target {first}."
    if drought(session).reached:
        return (
            "Finish: codeflash session finish. Or look again where the time goes: codeflash session profile."
        )
    target = session.baseline.target
    return (
        f"Try one change: codeflash session experiment --target {target} --technique NAME --hypothesis TEXT."
    )


def _under_way(session: Session) -> None:
    if session.finished:
        raise IllegalStep(
            "the session is finished", "Start a new one: codeflash session start --goal TEXT --domain NAME."
        )


def _on_trial(session: Session) -> Experiment:
    _under_way(session)
    if session.experiment is None:
        raise IllegalStep("no experiment is open", next_step(session))
    return session.experiment


def _nothing_on_trial(session: Session, why: str) -> None:
    if session.experiment is not None:
        raise IllegalStep(
            f"experiment {session.experiment.number} is open: {why}",
            next_step(session)
            + (
                " Or give it up: codeflash session discard --reason TEXT."
                if session.experiment.evaluation is None
                else ""
            ),
        )
