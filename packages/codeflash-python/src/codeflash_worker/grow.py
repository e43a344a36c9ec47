"""Grows a target's inputs: boundary values, mutations, mixtures, larger ones, and ones made from types.

The original decides what counts: each input is tried on it first, in a forked child. Inputs on which it
does not end are dropped, those that break a declared type, and guessed ones of a kind that nobody passed which
the interpreter refuses as well; those whose types it refuses otherwise may make up a quarter of the whole.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import random
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from codeflash_worker import facts, payload, probe, typed, variants
from codeflash_worker.declared import Declared
from codeflash_worker.domain import Domain
from codeflash_worker.variants import Kept, Variant

SHARES = {"boundary": 0.4, "typed": 0.2, "mutate": 0.2, "cross": 0.1, "scale": 0.1}
NONSENSE = 0.25
LEAST_WALL = 0.25
LEAST_FAMILY_WALL = 0.1
LARGEST_PAYLOAD = 1 << 20
FACTORS = (4.0, 16.0, 0.25)
GROWTH_FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


class Grown(NamedTuple):
    """A new input.

    Attributes:
        blob: The payload.
        kind: How it was made.
        grade: ``typed`` or ``guessed``.
        origin: What it was made from, for people.
        size: How large it is, or None.
        source: Index of the seen call it was made from, or -1.
        tried: What the original did, once tried.
    """

    blob: bytes
    kind: str
    grade: str
    origin: str
    size: Optional[int]
    source: int
    tried: Optional[probe.Tried] = None


class Growing(NamedTuple):
    """The request; ``budget`` bounds the seconds that the original gets for trying inputs, the smallest first."""

    function: Any
    call: Any
    first: int
    kept: List[Kept]
    seed: int
    call_wall: float
    budget: float = math.inf


def grow(work: Growing, kinds: Sequence[str], count: int) -> Tuple[List[Grown], List[str]]:
    """New inputs of several kinds.

    Args:
        work: The target and what was seen of it.
        kinds: Of ``boundary``, ``typed``, ``mutate``, ``cross``, ``scale``, ``unseen``.
        count: Number of inputs wanted in all.

    Returns:
        The inputs and notes for the reader.
    """
    notes: List[str] = []
    seen = {_id(each.blob) for each in work.kept}
    made: List[Grown] = []
    shares = {kind: SHARES.get(kind, 1.0) for kind in kinds}
    for kind in kinds:
        wanted = max(1, round(count * shares[kind] / sum(shares.values())))
        batch = _collect(_stream(work, kind, wanted, notes), wanted, kind, seen, work)
        made += batch
    if "mutate" in kinds and len(made) < count:
        dice = random.Random("%d more" % work.seed)
        more = _collect(_random(work, dice), count - len(made), "mutate", seen, work)
        made += more
    return _judged(made, work, notes), notes


def _random(work: Growing, dice: random.Random) -> Iterable[Tuple[str, Variant]]:
    if not work.kept:
        return []
    return (("guessed", each) for each in variants.mutated(work.kept, work.first, dice))


def _stream(work: Growing, kind: str, wanted: int, notes: List[str]) -> Iterable[Tuple[str, Variant]]:
    """Labelled calls of one kind with their grade."""
    dice = random.Random("%d %s" % (work.seed, kind))
    if kind == "typed":
        opened = [payload.load_as_kept(each.blob) for each in work.kept]
        drawn, note = typed.make(work.function, opened, wanted, work.seed, bool(work.first))
        notes += [note] if note else []
        nobody = Kept("", b"", 0)
        return [
            (grade, Variant("made from types", nobody, variants.Call(list(args), kwargs)))
            for grade, (args, kwargs) in drawn
        ]
    if not work.kept:
        return []
    streams = {
        "boundary": lambda: variants.at_boundaries(work.kept, work.function, work.first, dice),
        "mutate": lambda: variants.mutated(work.kept, work.first, dice),
        "cross": lambda: variants.crossed(work.kept, dice),
        "scale": lambda: variants.enlarged(work.kept, work.first, FACTORS, dice),
        "unseen": lambda: variants.unseen(work.kept, work.first, dice),
    }
    return (("guessed", each) for each in streams[kind]())


def _collect(
    stream: Iterable[Tuple[str, Variant]], wanted: int, kind: str, seen: Set[str], work: Growing
) -> List[Grown]:
    """The first new inputs of a stream, as payloads."""
    index = {each.id: number for number, each in enumerate(work.kept)}
    declared = _declared(work)
    made: List[Grown] = []
    for grade, variant in itertools.islice(stream, wanted * variants.TRIES):
        if len(made) >= wanted:
            break
        if declared.broken_by(*variants.arguments(variant)):
            continue
        grown = _kept(grade, variant, kind, index.get(variant.source.id, -1))
        if grown is None or _id(grown.blob) in seen:
            continue
        seen.add(_id(grown.blob))
        made.append(grown)
    return made


def _declared(work: Growing) -> Declared:
    opened = [each.open() for each in work.kept]
    return Declared(work.function, [(call.args, call.kwargs) for call in opened])


def _domain(work: Growing) -> Domain:
    return Domain(work.function, (payload.load_as_kept(each.blob) for each in work.kept))


def _kept(grade: str, variant: Variant, kind: str, source: int) -> Optional[Grown]:
    args, kwargs = variants.arguments(variant)
    try:
        blob = payload.dump(args, kwargs, verify=False)
        size = facts.size(args, kwargs)
    except Exception:
        return None
    if len(blob) > max(LARGEST_PAYLOAD, 2 * len(variant.source.blob)):
        return None
    origin = variant.label + (" of " + variant.source.id[:8] if variant.source.id else "")
    return Grown(blob, kind, grade, origin, size, source)


def _judged(made: List[Grown], work: Growing, notes: List[str]) -> List[Grown]:
    """What the original can be called with, nonsense up to its share."""
    order = sorted(range(len(made)), key=lambda number: len(made[number].blob))
    blobs = [made[number].blob for number in order]
    results = probe.try_all(work.function, work.call, blobs, work.call_wall, budget=work.budget)
    tried = [result for _, result in sorted(zip(order, results), key=lambda pair: pair[0])]
    usable, nonsense = [], 0
    allowed = int(NONSENSE * (len(work.kept) + len(made)))
    dropped = {"hangs": 0, "crashes": 0}
    domain: Optional[Domain] = None
    for grown, result in zip(made, tried):
        if result is None or not result.usable:
            if result is not None and result.outcome in dropped:
                dropped[result.outcome] += 1
            continue
        if result.refused and grown.grade == "guessed" and work.kept:
            if domain is None:
                domain = _domain(work)
            if domain.is_foreign(*payload.load_as_kept(grown.blob)):
                continue
        if result.nonsense:
            nonsense += 1
            if nonsense > allowed:
                continue
        usable.append(grown._replace(tried=result))
    notes += ["%d grown inputs left out: the original %s" % (n, why) for why, n in dropped.items() if n]
    costly = sum(each is not None and each.outcome == "costly" for each in tried)
    if costly:
        notes.append("%d grown inputs left out: too little time was left for them" % costly)
    if any(each is None for each in tried):
        notes.append("some grown inputs were left untried: too many on which the original does not end")
    return usable


def unseen(work: Growing, count: int) -> Tuple[List[Grown], List[str]]:
    """Inputs that look like the seen ones, on which the original ends as it does on those.

    Args:
        work: The target and what was seen of it.
        count: Number of inputs wanted.

    Returns:
        The inputs, fewer than wanted where no more are found, and notes for the reader.
    """
    if not work.kept:
        return [], ["no unseen inputs: nothing was recorded"]
    before = probe.try_all(work.function, work.call, [each.blob for each in work.kept], work.call_wall)
    seen = {_id(each.blob) for each in work.kept}
    found: List[Grown] = []
    dice = random.Random("%d unseen" % work.seed)
    streams = [variants.unseen(work.kept, work.first, dice), variants.crossed(work.kept, dice)]
    for stream in streams:
        labelled = (("guessed", each) for each in stream)
        wanted = count - len(found)
        if wanted > 0:
            made = _collect(labelled, wanted + wanted // 2 + 4, "unseen", seen, work)
            tried = probe.try_all(work.function, work.call, [each.blob for each in made], work.call_wall)
            found += [
                grown._replace(tried=result)
                for grown, result in zip(made, tried)
                if result is not None and probe.same_kind(before[grown.source], result)
            ]
    notes = [] if len(found) >= count else ["%d unseen inputs found of %d wanted" % (len(found), count)]
    return found[:count], notes


def family(work: Growing, factors: Sequence[float], longest: float) -> Tuple[List[Grown], List[str]]:
    """The first seen call at several sizes, smallest first.

    Args:
        work: The target and what was seen of it.
        factors: Sizes in multiples of the seen one.
        longest: Seconds of CPU that a call may take; larger sizes are left out.

    Returns:
        Inputs of different sizes, and notes for the reader.
    """
    if not work.kept:
        return [], ["no growth curve: nothing was recorded"]
    source = work.kept[0]
    made: List[Grown] = []
    seen: Set[str] = set()
    sizes: Set[Optional[int]] = {None, 0}
    for factor in sorted(factors):
        call = source.open()
        if factor != 1.0:
            variants.scale(call, work.first, factor, random.Random("%d growth" % work.seed))
        grown = _kept("guessed", Variant("size x%g" % factor, source, call), "growth", 0)
        if grown is not None and grown.size not in sizes and _id(grown.blob) not in seen:
            sizes.add(grown.size)
            seen.add(_id(grown.blob))
            made.append(grown)
    # Longer than that they would be left out: no reason to wait for them.
    wall = max(LEAST_FAMILY_WALL, 2 * longest)
    tried = probe.try_all(work.function, work.call, [each.blob for each in made], wall, 1)
    reference = probe.try_all(work.function, work.call, [source.blob], max(work.call_wall, wall))[0]
    found: List[Grown] = []
    for grown, result in zip(made, tried):
        if result is None or not result.usable or result.seconds > longest:
            break
        if probe.same_kind(reference, result):
            found.append(grown._replace(tried=result))
    return found, [] if len(found) > 4 else ["no growth curve: %d sizes could be made" % len(found)]


def call_wall(recorded_seconds: Sequence[float]) -> float:
    """Seconds that a grown call may take, from CPU seconds of seen calls."""
    return max(LEAST_WALL, 4 * max(recorded_seconds, default=0.0))


def described(grown: Grown, kept: Sequence[Kept]) -> Dict[str, Any]:
    """An input without its payload, as plain data; ``source`` is the id of the seen call it was made from."""
    tried = grown.tried
    return {
        "source": kept[grown.source].id if 0 <= grown.source < len(kept) else "",
        "kind": grown.kind,
        "grade": grown.grade,
        "origin": grown.origin,
        "size": grown.size,
        "outcome": tried.outcome if tried is not None else "",
        "seconds": tried.seconds if tried is not None else 0.0,
    }


def _id(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()
