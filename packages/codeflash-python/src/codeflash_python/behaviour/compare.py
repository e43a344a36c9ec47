"""Compares what was observed on two sides: same, different, or it cannot be told.

The data come from processes that ran foreign code. They are checked against the shape that a worker sends;
whatever does not fit makes the answer undecided, and nothing in them can make this code fail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from codeflash_core.model.verdict import Counterexample, Different, Evidence, Same, Undecided, Verdict
from codeflash_python.behaviour.graphs import Difference, Malformed, Walk, checked_nodes, show

FACETS = (
    "exception", "result", "arguments", "consumed", "stdout", "stderr", "log", "warnings",
    "globals", "environ", "cwd", "random", "shared",
)  # fmt: skip
"""What is compared of each call, in the order in which a difference is named."""

IN_GRAPH = ("exception", "result", "arguments")

MAX_CALLS = 200_000


@frozen
class Outcome:
    """What was observed of one call, checked.

    Attributes:
        input: Number of the input.
        timeout: Whether the call did not finish in its time.
        raised: Qualified type of the exception, or an empty string.
        facets: Digest by facet; ``globals`` is a mapping of its own and ``shared`` a list.
        opaque: Type and reason of what could not be looked into.
        mutated: Whether the arguments were changed.
        aliased: Whether the result shares objects with the arguments.
        consumed: Whether iterators among the arguments were read.
        seconds: CPU time the worker claims.
        full: The outcome in full, or None.
    """

    input: int
    timeout: bool
    raised: str = ""
    facets: Mapping[str, Any] = field(factory=dict)
    opaque: tuple[tuple[str, str], ...] = ()
    mutated: bool = False
    aliased: bool = False
    consumed: bool = False
    seconds: float = 0.0
    full: Mapping[str, Any] | None = None

    @property
    def shareable(self) -> bool:
        """Whether timed calls may use the same argument objects again."""
        return not (self.timeout or self.mutated or self.aliased or self.consumed)


@frozen
class Replayed:
    """A replay's answer, checked.

    Attributes:
        calls: The outcomes in the order made.
        digests: One digest for each outcome, to be expected of seeded faults.
        globals: Digest of the module's data at the end, by name.
        code: Hash of the code object that ran.
    """

    calls: tuple[Outcome, ...]
    digests: tuple[str, ...]
    globals: Mapping[str, str]
    code: str


def parse(data: Any) -> Replayed:
    """Check the answer of a replay.

    Raises:
        Malformed: It has another shape than workers send.
    """
    if not isinstance(data, dict) or not isinstance(data.get("calls"), list):
        raise Malformed("answer")
    proof, calls = data.get("proof"), data["calls"]
    if not isinstance(proof, dict) or not isinstance(proof.get("code"), str):
        raise Malformed("proof")
    if proof["code"] != proof.get("expected"):
        raise Malformed("proof of other code")
    if len(calls) > MAX_CALLS:
        raise Malformed("too many calls")
    digests = tuple(_text(call.get("digest")) if isinstance(call, dict) else "" for call in calls)
    return Replayed(tuple(map(_outcome, calls)), digests, _texts(data.get("globals")), _text(proof["code"]))


def _text(value: Any, limit: int = 10_000) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise Malformed("text")
    return value


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > 100_000:
        raise Malformed("names")
    return {_text(name): _text(digest) for name, digest in value.items()}


def _outcome(call: Any) -> Outcome:
    if not isinstance(call, dict):
        raise Malformed("call")
    number, seconds = call.get("input"), call.get("seconds")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise Malformed("input")
    if not isinstance(seconds, float | int) or not 0 <= seconds < 1e6:
        raise Malformed("seconds")
    if call.get("timeout") is True:
        return Outcome(number, True, seconds=float(seconds))
    flags = [call.get(name) for name in ("mutated", "aliased", "consumed")]
    if not all(isinstance(flag, bool) for flag in flags):
        raise Malformed("flags")
    opaque = call.get("opaque")
    if not isinstance(opaque, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in opaque):
        raise Malformed("opaque")
    full = call.get("full")
    return Outcome(
        input=number,
        timeout=False,
        raised=_text(call.get("raised")),
        facets=_facets(call.get("facets")),
        opaque=tuple((_text(kind), _text(reason)) for kind, reason in opaque),
        mutated=flags[0] is True,
        aliased=flags[1] is True,
        consumed=flags[2] is True,
        seconds=float(seconds),
        full=full if isinstance(full, dict) else None,
    )


def _facets(facets: Any) -> dict[str, Any]:
    if not isinstance(facets, dict) or not set(facets) <= set(FACETS):
        raise Malformed("facets")
    if "arguments" not in facets or not ("result" in facets or "exception" in facets):
        raise Malformed("facets that are missing")
    for name, value in facets.items():
        if name == "globals":
            _texts(value)
        elif name == "shared":
            if not isinstance(value, list):
                raise Malformed("shared")
        else:
            _text(value)
    return facets


def differing(original: Any, candidate: Any, adds: Sequence[str] = ()) -> tuple[int, ...]:
    """Numbers of the calls that differ, in the order made: ask for these in full. Empty if malformed."""
    try:
        left, right = parse(original), parse(candidate)
    except Malformed:
        return ()
    pairs = enumerate(zip(left.calls, right.calls, strict=False))
    new = _new_names(left, right, adds)
    return tuple(at for at, (a, b) in pairs if a.timeout != b.timeout or _differing_facets(a, b, new))


def _new_names(left: Replayed, right: Replayed, adds: Sequence[str]) -> frozenset[str]:
    """The candidate's own names: those announced, and new private ones, which the static gate has flagged."""
    new = {name for name in right.globals if name not in left.globals}
    return frozenset({*adds, *(name for name in new if name.rpartition(".")[2].startswith("_"))})


def _differing_facets(a: Outcome, b: Outcome, adds: frozenset[str]) -> list[str]:
    found = []
    for name in FACETS:
        left, right = a.facets.get(name), b.facets.get(name)
        if name == "globals":
            left, right = _known(left or {}, adds), _known(right or {}, adds)
        if left != right:
            found.append(name)
    return found


def _known(names: Mapping[str, str], adds: frozenset[str]) -> dict[str, str]:
    """The names that count: without those that the candidate adds."""
    return {
        name: digest
        for name, digest in names.items()
        if name.partition(".")[0] not in adds and name not in adds
    }


def compare(
    original: Any,
    candidate: Any,
    *,
    adds: Sequence[str] = (),
    float_tolerance: float | None = None,
    calls: Sequence[str] = (),
    origins: Sequence[str] = (),
) -> Verdict:
    """Compare the answers of two replays of the same inputs.

    Args:
        original: Data of the original's answer.
        candidate: Data of the candidate's answer.
        adds: Module-private names that the candidate adds, and others that are not compared.
        float_tolerance: Largest relative difference of floats that counts as equal; None for exact.
        calls: Readable arguments of each input, for the counterexample.
        origins: Where each input comes from, for the counterexample.

    Returns:
        ``Different`` wins over ``Undecided``, which wins over ``Same``.
    """
    return compare_placed(
        original, candidate, adds=adds, float_tolerance=float_tolerance, calls=calls, origins=origins
    )[0]


def compare_placed(
    original: Any,
    candidate: Any,
    *,
    adds: Sequence[str] = (),
    float_tolerance: float | None = None,
    calls: Sequence[str] = (),
    origins: Sequence[str] = (),
) -> tuple[Verdict, int]:
    """Like :func:`compare`, with the number of the input that shows the difference, or -1.

    Args:
        original: Data of the original's answer.
        candidate: Data of the candidate's answer.
        adds: Module-private names that the candidate adds, and others that are not compared.
        float_tolerance: Largest relative difference of floats that counts as equal; None for exact.
        calls: Readable arguments of each input, for the counterexample.
        origins: Where each input comes from, for the counterexample.
    """
    try:
        left, right = parse(original), parse(candidate)
        comparison = _Comparison(left, right, _new_names(left, right, adds), float_tolerance, calls, origins)
        return comparison.verdict(), comparison.differs_on
    except Malformed as problem:
        return Undecided("malformed answer", str(problem)), -1


class _Comparison:
    def __init__(
        self,
        left: Replayed,
        right: Replayed,
        adds: frozenset[str],
        tolerance: float | None,
        calls: Sequence[str],
        origins: Sequence[str],
    ) -> None:
        self.left, self.right, self.adds, self.tolerance = left, right, adds, tolerance
        self.calls, self.origins = calls, origins
        self.undecided: Undecided | None = None
        self.differs_on = -1
        self.evidence = Evidence(
            calls=len({call.input for call in left.calls}),
            code_sha256={"original": left.code, "candidate": right.code},
        )

    def verdict(self) -> Verdict:
        for a, b in zip(self.left.calls, self.right.calls, strict=False):
            if a.input != b.input:
                raise Malformed("inputs in another order")
            found = self._call(a, b)
            if found is not None:
                self.differs_on = a.input
                return Different(found, self.evidence)
        if len(self.left.calls) != len(self.right.calls):
            shown = [f"{len(side.calls)} calls" for side in (self.left, self.right)]
            return Different(Counterexample("", "calls", shown[0], shown[1]), self.evidence)
        changed = self._globals_at_the_end()
        if changed:
            text = f"{changed} at the end"
            return Different(Counterexample("", "globals", text, "another value", changed), self.evidence)
        if self.undecided is not None:
            return self.undecided
        if not self.left.calls:
            return Undecided("no calls", "nothing was compared", self.evidence)
        return Same(self.evidence)

    def _globals_at_the_end(self) -> str:
        before, after = _known(self.left.globals, self.adds), self.right.globals
        for name, digest in before.items():
            if after.get(name) != digest:
                return name
        new = [name for name in _known(after, self.adds) if name not in before]
        return new[0] if new else ""

    def _hold(self, why: str, detail: str) -> None:
        self.undecided = self.undecided or Undecided(why, detail, self.evidence)

    def _call(self, a: Outcome, b: Outcome) -> Counterexample | None:
        if a.timeout:
            self._hold("timeout", f"{self._text(a)}: the original did not finish in its time")
            return None
        if b.timeout:
            return self._example(a, "timeout", "finished", "did not finish in its time")
        facets = _differing_facets(a, b, self.adds)
        if a.opaque or b.opaque:
            kind, reason = (a.opaque or b.opaque)[0]
            self._hold("opaque value", f"{self._text(a)}: {kind}: {reason}")
        if a.raised != b.raised:
            return self._raised(a, b)
        in_graph = [name for name in facets if name in IN_GRAPH]
        if in_graph:
            found = self._graphs(a, b, in_graph)
            if found is not None:
                return found
        for name in facets:
            if name not in IN_GRAPH:
                return self._other(a, b, name)
        return None

    def _raised(self, a: Outcome, b: Outcome) -> Counterexample:
        shown = [
            self._shown(side, "error") if side.raised else f"returned {self._shown(side, 'result')}"
            for side in (a, b)
        ]
        return self._example(a, "exception", shown[0], shown[1])

    def _shown(self, side: Outcome, root: str) -> str:
        full = side.full
        if full is None or "nodes" not in full:
            return side.raised.removeprefix("builtins.") if root == "error" else "a value"
        return show(checked_nodes(full["nodes"]), full.get(root))

    def _graphs(self, a: Outcome, b: Outcome, facets: list[str]) -> Counterexample | None:
        if a.full is None or b.full is None or "nodes" not in a.full or "nodes" not in b.full:
            if a.opaque or b.opaque:
                return None
            if self.tolerance is not None:
                self._hold("not shown in full", f"{self._text(a)}: too large to compare with a tolerance")
                return None
            return self._example(a, facets[0], "one value", "another value")
        walk = Walk(checked_nodes(a.full["nodes"]), checked_nodes(b.full["nodes"]), self.tolerance)
        found, facet = _first_difference(walk, a.full, b.full, self.tolerance)
        if found is not None:
            facet = "identity" if found.kind == "identity" else facet
            return self._example(a, facet, found.original, found.candidate, found.where)
        if walk.opaque is not None:
            self._hold("opaque value", f"{self._text(a)}: {walk.opaque.where}: {walk.opaque.original}")
            return None
        if self.tolerance is not None:
            return None
        # The digests differ, and the graphs do not: the two came from different runs.
        self._hold("nondeterministic", f"{self._text(a)}: {facets[0]} differs from run to run")
        return None

    def _other(self, a: Outcome, b: Outcome, name: str) -> Counterexample:
        if name == "shared":
            shown = [
                "shares objects with an earlier result" if side.facets.get(name) else "fresh objects"
                for side in (a, b)
            ]
            return self._example(a, "identity", shown[0], shown[1])
        if name == "globals":
            left, right = (_known(side.facets.get(name) or {}, self.adds) for side in (a, b))
            changed = sorted(key for key in {*left, *right} if left.get(key) != right.get(key))
            shown = [
                ("changed" if key in side else "unchanged") for side in (left, right) for key in changed[:1]
            ]
            if shown[0] == shown[1]:
                shown = ["one value", "another value"]
            return self._example(a, name, shown[0], shown[1], where=changed[0] if changed else "")
        details = [(side.full or {}).get(name) for side in (a, b)]
        shown = [
            repr(detail)[:400] if detail else ("nothing" if name not in side.facets else "other " + name)
            for detail, side in zip(details, (a, b), strict=True)
        ]
        return self._example(a, name, shown[0], shown[1])

    def _text(self, call: Outcome) -> str:
        return self.calls[call.input] if call.input < len(self.calls) else f"input {call.input}"

    def _example(
        self, call: Outcome, facet: str, original: str, candidate: str, where: str = ""
    ) -> Counterexample:
        origin = self.origins[call.input] if call.input < len(self.origins) else ""
        return Counterexample(self._text(call), facet, original, candidate, where, origin)


def _first_difference(
    walk: Walk, a: Mapping[str, Any], b: Mapping[str, Any], tolerance: float | None
) -> tuple[Difference | None, str]:
    """The first difference between two outcomes in full, and the facet it is in."""
    left, right = a.get("arguments"), b.get("arguments")
    if not isinstance(left, list) or not isinstance(right, list) or len(left) != len(right):
        raise Malformed("arguments")
    later: Difference | None = None
    for at, (x, y) in enumerate(zip(left, right, strict=True)):
        where = f"argument {at}"
        if isinstance(x, list) and isinstance(y, list) and len(x) == len(y) == 3 and x[0] == y[0] == "k":
            where, x, y = f"argument {x[1]}", x[2], y[2]
        later = later or walk.compare(x, y, where)
    later = later or _kept(walk, a.get("kept", []), b.get("kept", []))
    if a.get("kind") != b.get("kind"):
        return Difference("value", "result", str(a.get("kind")), str(b.get("kind"))), "result"
    for root, facet in (("error", "exception"), ("result", "result"), ("final", "result")):
        where = {"final": "result (at the end)", "error": ""}.get(root, root)
        found = walk.compare(a.get(root), b.get(root), where)
        if found is not None:
            return found, facet
    if later is not None:
        return later, "arguments"
    return _traces(a.get("facts"), b.get("facts"), tolerance), "result"


def _kept(walk: Walk, left: Any, right: Any) -> Difference | None:
    """The first difference among the containers that the arguments reached before the call."""
    if not isinstance(left, list) or not isinstance(right, list) or len(left) != len(right):
        raise Malformed("kept")
    for at, (x, y) in enumerate(zip(left, right, strict=True)):
        found = walk.compare(x, y, f"container {at} that the arguments reached before the call")
        if found is not None:
            return found
    return None


def _traces(a: Any, b: Any, tolerance: float | None) -> Difference | None:
    """What was yielded, step by step, with how much of the inputs had been read by then."""
    if not isinstance(a, dict) or not isinstance(b, dict):
        raise Malformed("facts")
    for name in ("type", "ending", "waits"):
        if a.get(name) != b.get(name):
            return Difference("value", "result", str(a.get(name))[:200], str(b.get(name))[:200])
    left, right = a.get("trace"), b.get("trace")
    if not isinstance(left, list) or not isinstance(right, list):
        raise Malformed("trace")
    for at, (x, y) in enumerate(zip(left, right, strict=False)):
        if not isinstance(x, list) or not isinstance(y, list) or len(x) != 2 or len(y) != 2:
            raise Malformed("trace")
        if x[1] != y[1]:
            read = [f"{str(step[1])[:100]} inputs read" for step in (x, y)]
            return Difference("value", f"result after {at} items", *read)
        if x[0] != y[0] and tolerance is None:
            return Difference("value", f"result[{at - 1}] when it came", "one value", "another value")
    return None
