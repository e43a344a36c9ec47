"""A language whose programs are lists of lines that say how fast and how right they are.

The original is ``a``, ``b``, ``c``... one a line. A changed line names its effect: ``a gain=1.5`` is 1.5 times as
fast, ``b differs=1`` misbehaves, and so on. What a whole text does follows from its lines, so changes compose.
"""

import asyncio
import contextlib
import hashlib
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field

from codeflash_core.model.candidate import Candidate, candidate_id, unified_diff
from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.comparison import APART, Block, InputSamples
from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.decision import Attempt, TargetResult
from codeflash_core.model.side import Prepared, Side
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Counterexample, Different, Evidence, Fault, Same, Undecided, Verdict
from codeflash_core.pipeline import optimize
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.events import Event
from codeflash_core.pipeline.ledger import Ledger, Limits
from codeflash_core.pipeline.optimize import optimize_target
from codeflash_core.pipeline.settings import Engine, SearchSettings
from codeflash_core.pipeline.steps import Steps
from codeflash_core.ports.language import BlockRequest, CheckRequest, Description, Profile, Query
from codeflash_core.ports.sources import Question
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.journal import Journal, read_entries

PATH = "m.py"
ORIGINAL_TEXT = "a\nb\nc\nd\ne\n"
NOISE = 0.003
BASE_NS = 1_000_000.0


def properties(text: str) -> dict[str, float]:
    """What a text does: gains multiply, all else is the largest value of its lines."""
    found = {"gain": 1.0, "cold": 1.0}
    for word in text.split():
        name, mark, value = word.partition("=")
        if mark and name in ("gain", "cold"):
            found[name] *= float(value)
        elif mark:
            found[name] = max(found.get(name, 0.0), float(value))
    return found


def text_of(side: Side) -> str:
    content = side.changes.get(PATH)
    return ORIGINAL_TEXT if content is None else content.decode()


class FakeLanguage:
    """Answers from the text; every request is kept."""

    def __init__(self) -> None:
        self.prepared: list[str] = []
        self.checked: list[CheckRequest] = []
        self.timed: list[BlockRequest] = []
        self.bias = 0.0
        self.noise = NOISE
        self.noise_apart = NOISE
        self.before_block: Callable[[BlockRequest], None] = lambda _: None
        self.most_checks = 0
        self.growing_seconds = 0.0
        self._checks = 0

    @property
    def work(self) -> int:
        return len(self.prepared) + len(self.checked) + len(self.timed)

    async def describe(self, project: Project) -> Description:
        return Description()

    async def discover(self, project: Project, query: Query) -> tuple[Target, ...]:
        raise NotImplementedError

    async def profile(self, project: Project, targets: Sequence[Target], workload: Workload) -> Profile:
        raise NotImplementedError

    async def observe(
        self, project: Project, targets: Sequence[Target], workload: Workload, seed: int
    ) -> tuple[Corpus, ...]:
        raise NotImplementedError

    async def grow(self, project: Project, target: Target, corpus: Corpus, seed: int) -> Corpus:
        await asyncio.sleep(self.growing_seconds)
        return corpus

    async def prepare(self, project: Project, target: Target, candidate: Candidate) -> Prepared:
        self.prepared.append(candidate.id)
        text = candidate.files[PATH] or ""
        told = properties(text)
        return Prepared(
            side=Side.of({PATH: text.encode()}),
            diff=unified_diff({PATH: ORIGINAL_TEXT}, candidate.files),
            refusals=("the signature changed",) if "refused" in told else (),
            cautions=("adds a cache, without a bound",) if "state" in told else (),
            keeps_state="state" in told,
            separate="separate" in told,
        )

    async def check(self, project: Project, request: CheckRequest) -> Verdict:
        self.checked.append(request)
        self._checks += 1
        self.most_checks = max(self.most_checks, self._checks)
        await asyncio.sleep(0)
        self._checks -= 1
        told = properties(text_of(request.candidate))
        full = request.depth == "full"
        evidence = Evidence(calls=9, hash_seeds=2 if full else 1, tests_passed=3 if full else 0)
        if "differs" in told or (full and "differs_late" in told):
            return Different(Counterexample("f(1)", "result", "1", "2"), evidence)
        if "undecided" in told or (full and "undecided_late" in told):
            return Undecided("opaque value", "a lambda", evidence)
        if "heart" in told:
            held = Cheat(CheatKind.HARD_CODED_ANSWERS, "it newly holds 'one', which is recorded")
            evidence = evolve(evidence, suspicion=held)
        if full and "survivors" in told:
            faults = tuple(Fault(n, "<", "<=", n >= told["survivors"]) for n in range(10))
            evidence = evolve(evidence, faults=faults)
        return Same(evidence)

    async def block(self, project: Project, request: BlockRequest) -> Block:
        self.before_block(request)
        self.timed.append(request)
        a, b = properties(text_of(request.a)), properties(text_of(request.b))
        if request.metric == "memory":
            if "bytes" in b:
                return Block((samples("memory", 1e4, 1e4 * b["bytes"]),))
            return Block((samples("memory", 1e7, 1e7 * b.get("memory", 1.0)),))
        if request.metric == "growth":
            found = [
                samples(
                    call.id,
                    10.0 * (call.size or 1) ** a.get("exponent", 2.0),
                    10.0 * (call.size or 1) ** b.get("exponent", 2.0),
                )
                for call in request.calls
            ]
            return Block(tuple(found))
        if "broken" in b:
            return Block((), problem="the process crashed")
        key = "cold" if request.cold and "cold" in text_of(request.b) else "gain"
        noise = random.Random(f"{request.seed} {request.a.id} {request.b.id}").gauss(0.0, self.noise)
        bias = self.bias if request.a.id == request.b.id else 0.0
        ratio = (b[key] / a[key]) * math.exp(noise + bias)
        names = [call.id for call in request.calls] or list(request.tests)
        apart = 0.0
        if request.mode in APART:
            apart = random.Random(f"{request.seed} {request.a.id}").gauss(0.0, self.noise_apart)
        heart = {name: b.get("heart", 1.0) if name in RECORDED else 1.0 for name in names}
        return Block(
            tuple(samples(name, BASE_NS, BASE_NS / ratio / heart[name], apart) for name in names),
            mode=request.mode,
            cold=request.cold,
            outputs_equal="unequal" not in b,
        )


def samples(name: str, a: float, b: float, apart: float = 0.0) -> InputSamples:
    """Six samples of each side; ``apart`` is the log ratio of the baseline's first three to its others."""
    first, second = a * math.exp(apart / 2), a * math.exp(-apart / 2)
    a_cpu = (first,) * 3 + (second,) * 3
    return InputSamples(name, 1.0, 1, a_cpu, (b,) * 6, tuple(1.02 * each for each in a_cpu), (b * 1.02,) * 6)


class EditSource:
    """Proposes each of its edits on the text it is asked about, while the line is still untouched."""

    def __init__(self, edits: Sequence[str], *, trusted: bool = True, name: str = "edits") -> None:
        self.name = name
        self.edits = tuple(edits)
        self.trusted = trusted
        self.questions: list[Question] = []

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        self.questions.append(question)
        before = question.files[PATH]
        parent = question.parent
        found = []
        for edit in self.edits:
            changed = apply(before, edit)
            if changed == before:
                continue
            steps = (*parent.steps, edit) if parent else (edit,)
            found.append(
                Candidate(
                    id=candidate_id({PATH: question.target.file_sha256}, {PATH: changed}),
                    source=f"{self.name}:{edit.replace(chr(10), ' ')}",
                    files={PATH: changed},
                    parents=(parent.id,) if parent else (),
                    steps=steps,
                    trusted=self.trusted,
                )
            )
        return tuple(found)


def apply(text: str, edit: str) -> str:
    """The text with the lines ``a``, ``b``... that an edit names replaced, where they are untouched."""
    lines = text.splitlines()
    for wanted in edit.splitlines():
        name = wanted.split()[0]
        if name not in lines:
            return text
        lines[lines.index(name)] = wanted
    return "\n".join(lines) + "\n"


def call(name: str, *, count: int = 1, size: int | None = None) -> Call:
    return Call(name, name.encode(), Grade.TEST, count=count, size=size)


RECORDED = ("one", "two")
CORPUS = Corpus(
    f"{PATH}::f",
    calls=(call(RECORDED[0], size=10), call(RECORDED[1], size=5)),
    unseen=(call("unseen"),),
    reached_by=("t",),
)


@define
class Trial:
    """One search in one folder; running it again resumes it."""

    folder: Path
    sources: Sequence[Any]
    corpus: Corpus
    settings: SearchSettings
    language: FakeLanguage = field(factory=FakeLanguage)
    events: list[Event] = field(factory=list)

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    def steps(self) -> list[str]:
        return [entry["name"] for entry in read_entries(self.journal) if entry["kind"] == "step"]

    async def run(self) -> TargetResult:
        with self.engine() as (engine, target):
            return (await optimize_target(engine, target, self.corpus)).result

    @contextlib.contextmanager
    def engine(self) -> Iterator[tuple[Engine, Target]]:
        """What a run works with, and the target."""
        root = self.folder / "project"
        root.mkdir(parents=True, exist_ok=True)
        (root / PATH).write_text(ORIGINAL_TEXT)
        digest = hashlib.sha256(ORIGINAL_TEXT.encode()).hexdigest()
        target = Target(PATH, "f", "m", file_sha256=digest)
        entries = list(read_entries(self.journal))
        finished = {entry["name"]: entry["value"] for entry in entries if entry["kind"] == "step"}
        requests = [entry for entry in entries if entry["kind"] == "request"]
        with Journal(self.journal) as journal:
            yield (
                Engine(
                    project=Project(root, "fake", Path("/nowhere")),
                    workload=Workload("tests"),
                    language=self.language,
                    sources=self.sources,
                    steps=Steps(journal, make_converter(BlobStore(self.folder / "blobs")), finished),
                    settings=self.settings,
                    emit=self.events.append,
                    ledger=Ledger(
                        journal, requests, Limits(self.settings.most_money, self.settings.most_calls)
                    ),
                ),
                target,
            )


@pytest.fixture
def trial(tmp_path: Path) -> Callable[..., Trial]:
    """``trial("a gain=1.5", ...)`` is a search whose source proposes these edits."""

    def make(
        *edits: str,
        trusted: bool = True,
        corpus: Corpus = CORPUS,
        folder: str = "run",
        sources: Sequence[Any] | None = None,
        **settings: Any,
    ) -> Trial:
        (tmp_path / folder).mkdir(exist_ok=True)
        given = [EditSource(edits, trusted=trusted)] if sources is None else sources
        return Trial(tmp_path / folder, given, corpus, SearchSettings(**settings))

    return make


@pytest.fixture
def corpus() -> Corpus:
    """Two inputs of the workload and one that the search does not see."""
    return CORPUS


@pytest.fixture
def make_call() -> Callable[..., Call]:
    """Makes an input."""
    return call


@pytest.fixture
def edits() -> type[EditSource]:
    """The class of fake sources."""
    return EditSource


@pytest.fixture
def attempt_of() -> Callable[[TargetResult, str], Attempt]:
    """``attempt_of(result, "a gain=1.5")`` is the attempt at the candidate whose last step that was."""

    def find(result: TargetResult, edit: str) -> Attempt:
        (found,) = [each for each in result.attempts if each.candidate.steps == (edit,)]
        return found

    return find


@pytest.fixture
def behaviour_of() -> Callable[[str], Mapping[str, float]]:
    """What a text of the fake language does."""
    return properties


@pytest.fixture
def budget_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Callable[[float], None]]:
    """``advance = budget_clock()`` starts a clock that only ``advance(seconds)`` moves."""

    def start() -> Callable[[float], None]:
        now = [0.0]

        def advance(seconds: float) -> None:
            now[0] += seconds

        monkeypatch.setattr(
            optimize, "Budget", lambda seconds, used: Budget(seconds, used=used, clock=lambda: now[0])
        )
        return advance

    return start
