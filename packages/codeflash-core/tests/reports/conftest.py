import hashlib
import random
from collections.abc import Mapping

import attrs
import pytest

from codeflash_core.model.candidate import Candidate, unified_diff
from codeflash_core.model.comparison import (
    Block,
    Comparison,
    InputSamples,
    Interval,
    Machine,
    Outcome,
    SlowerInput,
)
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.verdict import Counterexample, Different, Evidence, Fault, Same, Undecided
from codeflash_core.stats.assess import assess
from codeflash_core.stats.control import control
from codeflash_core.stats.growth import growth

BEFORE = '''"""Orders of the shop."""

from shop.model import Order


def arrange(orders: list[Order], wanted: list[str]) -> list[Order]:
    """Puts the wanted orders first, each once."""
    seen = []
    first = []
    rest = []
    for order in orders:
        if order.id in seen:
            continue
        seen.append(order.id)
        if order.id in wanted:
            first.append(order)
        else:
            rest.append(order)
    return first + rest


def total(orders: list[Order]) -> int:
    """Sums the orders, in cents."""
    return sum(order.cents for order in orders)
'''
AFTER = (
    BEFORE.replace("    seen = []\n", "    seen = set()\n    wanted_ids = frozenset(wanted)\n")
    .replace("seen.append(order.id)", "seen.add(order.id)")
    .replace("order.id in wanted:", "order.id in wanted_ids:")
)


def _block(rng, gain):
    def times(mean):
        return tuple(mean * (1 + abs(rng.gauss(0, 0.02))) for _ in range(12))

    own = 1 + rng.gauss(0, 0.004)
    a, b = times(184_000.0), times(184_000.0 * own / gain)
    row = InputSamples(input="9f2ab7c01d33", weight=40.0, loops=6, a_cpu=a, b_cpu=b, a_wall=a, b_wall=b)
    return Block(inputs=(row,), hash_seed=rng.randrange(1000))


def _timed(seed, gain, blocks):
    rng = random.Random(seed)
    return assess([_block(rng, gain) for _ in range(blocks)])


def _attempt(source, word, reasons, after=AFTER, **fields):
    files = {"shop/ordering.py": after}
    return Attempt(
        candidate=Candidate(
            id=hashlib.sha256(source.encode()).hexdigest()[:12],
            source=source,
            files=files,
            why=fields.pop(
                "why", "Membership in a list walks it from the start; a set answers in constant time."
            ),
            cautions=fields.pop("cautions", ()),
            steps=fields.pop("steps", ()),
        ),
        diff=unified_diff({"shop/ordering.py": BEFORE}, files),
        decision=Decision(word, reasons),
        **fields,
    )


@pytest.fixture
def accepted():
    """A target with an accepted candidate and others of every fate."""
    evidence = Evidence(
        calls=412,
        grades={"traced": 12, "test": 400},
        hash_seeds=2,
        tests_passed=31,
        faults=(
            Fault(12, "order.id in seen", "order.id not in seen", caught=True),
            Fault(14, "seen.add(order.id)", "pass", caught=True),
            Fault(15, "order.id in wanted_ids", "False", caught=False),
            Fault(16, "len(seen) > 8", "True", caught=False, equivalent=True),
        ),
        fuzzed=500,
        divergence_bound=0.006,
        notes=("hypothesis is not installed in the project's environment",),
    )
    sizes = (64, 128, 256, 512, 1024, 2048)
    rng = random.Random(5)
    grown = growth(
        sizes,
        [0.9 * n**1.97 * (1 + rng.gauss(0, 0.04)) for n in sizes],
        [60.0 * n**1.01 * (1 + rng.gauss(0, 0.04)) for n in sizes],
    )
    timed = _timed(1, 1.83, 6)
    best = _attempt(
        "rewrites:membership-in-list",
        DecisionWord.ACCEPTED,
        ("faster on the lower bound and the same on 412 calls",),
        verdict=Same(evidence),
        comparison=Comparison(
            outcome=timed.outcome,
            interval=timed.interval,
            delta=0.02,
            wall_mean=timed.wall_mean,
            cold=Interval(1.79, 1.75, 1.83, 0.95, 6),
            slower_inputs=(SlowerInput("ab12cd34ef56", 0.011, 210.0, True),),
            blocks=timed.blocks,
            memory_ratio=1.04,
        ),
        cautions=("adds a set of the ids, as large as the list",),
        steps=("membership-in-list", "membership-in-growing-list"),
    )
    others = (
        _attempt(
            "rewrites:constant-table",
            DecisionWord.INCONCLUSIVE,
            ("30 blocks did not tell it from the original",),
            verdict=Same(evidence),
            comparison=Comparison(Outcome.INCONCLUSIVE, Interval(1.015, 0.99, 1.041, 0.995, 30), 0.02),
        ),
        _attempt(
            "service:model-7",
            DecisionWord.REJECTED,
            ("different result on a recorded call",),
            after=BEFORE.replace("first + rest", "rest + first"),
            verdict=Different(
                Counterexample(
                    call="arrange([Order('a', 5)], ['a'])",
                    facet="result",
                    original="[Order('a', 5)]",
                    candidate="[]",
                    where="result[0]",
                    origin="tests/test_ordering.py::test_wanted_first",
                    shrunk=True,
                    note="not all of this can be written as Python: shop.model.Order",
                )
            ),
        ),
        _attempt(
            "patch:mine.diff",
            DecisionWord.NEEDS_EVIDENCE,
            ("1 of 3 seeded faults survives",),
            verdict=Same(evidence),
            screening=_timed(2, 1.4, 4),
        ),
        _attempt(
            "rewrites:sorted-key",
            DecisionWord.REJECTED,
            ("wrong code loaded",),
            verdict=Undecided("wrong code loaded", "site-packages/shop/ordering.py"),
        ),
        _attempt(
            "rewrites:try-in-loop",
            DecisionWord.REJECTED,
            ("slower",),
            verdict=Same(evidence),
            screening=_timed(3, 0.8, 4),
        ),
    )
    return TargetResult(
        target="shop/ordering.py::arrange",
        decision=best.decision,
        best=best,
        attempts=(best, *others),
        original={"shop/ordering.py": BEFORE},
        grades={"traced": 12, "test": 400},
        calls=412,
        control=control([0.001, -0.0012, 0.0006, -0.0004]),
        growth=grown,
        notes=("2 tests fail on the original and were left out",),
        seconds=9.1,
    )


@pytest.fixture
def report(accepted):
    """A run with an accepted target and one for which nothing was found."""
    nothing = TargetResult(
        target="shop/pricing.py::Basket.total",
        decision=Decision(DecisionWord.REJECTED, ("no candidate was proposed",)),
    )
    return RunReport(
        run="20261123-190501-4f1c",
        project="shop",
        command="codeflash optimize shop/ordering.py::arrange --seed 7",
        started="2026-11-23T19:05:01Z",
        seconds=14.2,
        version="0.1.0",
        seed=7,
        results=(accepted, nothing),
        machine=Machine({"processor": "AMD EPYC 7B13", "cores": "2", "interpreter": "CPython 3.11.7"}),
        sandbox="bubblewrap, copy at the project's own path",
        unconfined=("process count: counted from outside",),
        notes=("the machine was busy: load 1.9 on 2 cores",),
    )


HOSTILE = "<script>document.title='owned'</script>\"><img src=x onerror=alert(1)>'`]]>\u202e\udc80\x00&"


def _poison(value):
    if isinstance(value, str) and type(value) is str:
        return f"{value}{HOSTILE}"
    if isinstance(value, Mapping):
        return {_poison(key): _poison(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_poison(each) for each in value)
    if attrs.has(type(value)):
        names = [each.name for each in attrs.fields(type(value))]
        return attrs.evolve(value, **{name: _poison(getattr(value, name)) for name in names})
    return value


@pytest.fixture
def hostile(report):
    """The run with markup, quotes, control and bidirectional characters in every text that it holds."""
    return _poison(report)
