"""Candidates from coding agents: what one changes in a private copy is checked and timed like anybody's proposal."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from codeflash_core.agents.claude import Claude
from codeflash_core.agents.codex import Codex
from codeflash_core.agents.kinds import Driver
from codeflash_core.agents.programs import find_program, host_of, passed_variables, secret_variables
from codeflash_core.agents.prompt import task
from codeflash_core.agents.running import Ran, Workplace, run_agent
from codeflash_core.errors import AgentError, UsageError
from codeflash_core.model.candidate import Candidate, Cost, candidate_id
from codeflash_core.ports.sources import Answer, Question, SourceSettings, Step
from codeflash_core.records.runs import state_dir
from codeflash_core.records.secrets import Secrets
from codeflash_core.sandbox import Confinement, Mode, Tree, copy_project, detect, remove, with_changes
from codeflash_core.sandbox.leftovers import scratch
from codeflash_core.sandbox.policy import open_to_network
from codeflash_core.texts import content, decode, one_paragraph

DRIVERS: Mapping[str, type[Driver]] = {"claude": Claude, "codex": Codex}
SHARE = 0.5
"""Share of a target's budget that an agent may use: the rest is for judging what it brings."""
ENDING = 10.0
"""Seconds that are kept for copying the project, and for ending what an agent has started."""
MOST_RUNS = 2
"""Runs of an agent for one target: a first one, and one that is told why nothing came of the first."""
LONGEST_REASON = 2_000


class AgentSource:
    """Runs a coding agent for a target and proposes what it changed."""

    steps = frozenset({Step.PROPOSE, Step.REPAIR})

    def __init__(
        self, settings: SourceSettings | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Take the configuration.

        Args:
            settings: ``variant``, which agent and perhaps its model (``claude``, ``codex:MODEL``); ``sandbox``, the mode;
                ``budget``, seconds for one target.
            environment: The process's variables by default; the agent's key is among them.

        Raises:
            UsageError: There is no such agent, or its sandbox would have to be complete.
            PrerequisiteError: Its program or its key is missing.
        """
        options = settings.options if settings else {}
        variant = options.get("variant", "")
        name, _, self._model = variant.partition(":")
        self.name = f"agent:{variant}"
        if name not in DRIVERS:
            raise UsageError(
                f"no such agent: {name or 'none named'}",
                f"Known: {', '.join(f'agent:{each}' for each in DRIVERS)}.",
            )
        if ":" in variant and not re.fullmatch(r"[A-Za-z0-9][\w.:/@-]{0,99}", self._model):
            raise UsageError(f"{self.name}: {self._model!r} is no name of a model")
        self._mode = Mode(options.get("sandbox", Mode.AUTO.value))
        if self._mode is Mode.REQUIRE:
            raise UsageError(
                f"{self.name} can't be used with --sandbox require: an agent needs the network for its model",
                "Use --sandbox auto: its files and processes stay confined.",
            )
        self._driver = DRIVERS[name]()
        self._seconds = SHARE * float(options.get("budget", "600"))
        self._variables = dict(os.environ if environment is None else environment)
        self._passed = passed_variables(self._driver.kind, self._variables)
        self._secrets = Secrets(secret_variables(self._driver.kind, self._passed))
        find_program(self._driver.kind, self._variables)
        self._runs: dict[str, int] = {}

    def sends(self, question: Question) -> str:
        """What the agent is given, what it is passed, and what does not confine it; empty when it has had its say."""
        if not self._has_more_to_say(question):
            return ""
        kind = self._driver.kind
        where = host_of(kind, self._passed)
        missing = ", ".join(self._confinement().missing)
        return (
            f"{self.name} works on a private copy of {question.project.root.name} for up to {self._seconds:.0f} s and sends what "
            f"it reads to {where}; passed to it: {', '.join(self._passed)}; not confined: {missing}"
        )

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """What the agent makes of the version at hand, unless it has had its say.

        Raises:
            AgentError: It fails, is stopped, changes nothing, or changes what can't be a candidate.
            PrerequisiteError: Its program is missing.
        """
        return (await self.ask(question)).candidates

    async def ask(self, question: Question) -> Answer:
        """What the agent makes of a question, and what that cost.

        Raises:
            AgentError: It fails, is stopped, changes nothing, or changes what can't be a candidate.
            PrerequisiteError: Its program is missing.
        """
        if not self._has_more_to_say(question):
            return Answer()
        self._runs[question.target.id] = self._runs.get(question.target.id, 0) + 1
        try:
            candidate = self._candidate(question, await self._run(question))
        except AgentError as problem:
            # An agent may repeat what it was passed.
            problem.message = self._secrets.hidden(problem.message)
            problem.args = (problem.message,)
            raise
        return Answer((candidate,), cost=candidate.cost)

    async def _run(self, question: Question) -> Ran:
        """Run the agent on a copy of its own."""
        program = find_program(self._driver.kind, self._variables, question.project.root)
        seconds = min(self._seconds, max(question.wait - ENDING, 1.0))
        confinement = self._confinement()
        # A scratch folder is removed at the next start even when this process is killed.
        with scratch(state_dir()) as place:
            tree = _copied(question, place, confinement)
            workplace = Workplace(confinement, tree, place, question.project.interpreter)
            told = task(question, judged=workplace.judges is not None, seconds=seconds)
            return await run_agent(
                self._driver,
                program,
                workplace,
                self._passed,
                task=self._secrets.hidden(told),
                model=self._model,
                seconds=seconds,
            )

    def _confinement(self) -> Confinement:
        return open_to_network(detect(self._mode))

    def _has_more_to_say(self, question: Question) -> bool:
        """Whether a run may bring something: not after it was heard twice, nor on top of its own version."""
        own = [attempt for attempt in question.history if attempt.candidate.source == self.name]
        if max(len(own), question.asked, self._runs.get(question.target.id, 0)) >= MOST_RUNS:
            return False
        if question.step is Step.REPAIR:
            return all(attempt.candidate.source == self.name for attempt in question.about)
        return question.parent is None or not any(
            step.startswith(self.name) for step in question.parent.steps
        )

    def _candidate(self, question: Question, ran: Ran) -> Candidate:
        """What was changed, as a candidate.

        Raises:
            AgentError: It is nothing, or what can't be one.
        """
        basis, files = _basis(question), self._texts(ran)
        step = self.name if question.step is Step.PROPOSE else f"{self.name}:{question.step}"
        if basis and {**basis.files, **files} == {question.target.path: question.original}:
            program = self._driver.kind.program
            raise AgentError(f"{program} put the original back", money=ran.told.money, calls=ran.told.calls)
        base = {question.target.path: question.target.file_sha256}
        whole = {**(basis.files if basis else {}), **files}
        digests = {path: hashlib.sha256((text or "").encode()).hexdigest() for path, text in whole.items()}
        return Candidate(
            id=candidate_id(base, digests),
            source=self.name,
            files=whole,
            why=self._secrets.hidden(one_paragraph(ran.told.message, LONGEST_REASON)),
            parents=(basis.id,) if basis else (),
            steps=(*(basis.steps if basis else ()), step),
            adds=basis.adds if basis else (),
            trusted=False,
            cost=Cost(round(ran.seconds, 3), ran.told.calls, ran.told.money),
        )

    def _texts(self, ran: Ran) -> dict[str, str | None]:
        """The new texts by path.

        Raises:
            AgentError: There are none, or one can't be part of a candidate.
        """
        changes, told, program = ran.changes, ran.told, self._driver.kind.program
        problems = list(changes.refused[:3])
        texts: dict[str, str | None] = {}
        for path, data in changes.files.items():
            if data is not None and self._secrets.stand_in(data):
                problems.append(f"{path} holds a secret that it was passed")
                continue
            try:
                texts[path] = None if data is None else decode(data, path).text
            except UsageError:
                problems.append(f"{path} is no text")
        if problems:
            why = one_paragraph("; ".join(problems), LONGEST_REASON)
            raise AgentError(
                f"{program} changed what can't be a candidate: {why}", money=told.money, calls=told.calls
            )
        if not texts:
            said = one_paragraph(told.message, 300)
            raise AgentError(
                f"{program} changed nothing" + (f"; it said: {said}" if said else ""),
                money=told.money,
                calls=told.calls,
            )
        return texts


def _basis(question: Question) -> Candidate | None:
    """The candidate that the version at hand is; None for the original."""
    return question.about[-1].candidate if question.about else question.parent


def _copied(question: Question, place: Path, confinement: Confinement) -> Tree:
    """A private copy with the version at hand in it."""
    project, basis = question.project, _basis(question)
    saved = copy_project(project.root, place / "saved", confinement)
    changes: dict[str, bytes | None] = dict(project.held)
    if basis is not None:
        changes |= {path: None for path, text in basis.files.items() if text is None}
    for path, text in question.files.items():
        try:
            changes[path] = decode(content(project.root, path, project.held), path).encode(text)
        except FileNotFoundError:
            changes[path] = text.encode()
    try:
        return with_changes(saved, changes, place / "project")
    finally:
        remove(saved)
