"""The inputs on which two versions are compared, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen


class Grade(StrEnum):
    """Where an input comes from, best evidence first."""

    TRACED = "traced"
    TEST = "test"
    TYPED = "typed"
    GUESSED = "guessed"


@frozen
class Call:
    """One input of the target.

    Attributes:
        id: SHA-256 of the payload, hexadecimal.
        payload: The arguments, prepared by the language backend; opaque bytes here.
        grade: Where it comes from.
        origin: The test, script or input it was made from.
        count: How often the workload made this call; 0 for grown inputs.
        seconds: CPU time the workload spent in it, all calls together.
        size: A measure of how large the input is, or None.
        source: Id of the recorded call that a grown input was made from, or an empty string.
        shared: Whether the check saw it neither mutated, aliased nor consumed, so that
            timed calls may use the same objects again. None until checked.
    """

    id: str
    payload: bytes
    grade: Grade
    origin: str = ""
    count: int = 0
    seconds: float = 0.0
    size: int | None = None
    source: str = ""
    shared: bool | None = None


@frozen
class Corpus:
    """Everything observed and grown for one target.

    Attributes:
        target: The target's id.
        calls: The inputs, recorded ones first, each payload once.
        reached_by: Ids of the tests that reach the target.
        unkept: Recorded calls whose arguments could not be kept, with the reason's text.
        in_test: Tests that made such calls: they are run on both sides instead.
        failing_tests: Tests that fail on the original and are left out, with their message.
        total_calls: How many calls the workload made in all.
        facts: Traced types and lengths per parameter (``parameters``) and where the time goes line by line (``lines``), for
            the candidate sources; plain JSON.
        unseen: Inputs like those of the workload, kept from the search for the confirming measurement.
        series: The same kind of input at growing sizes, smallest first.
        problem: Why the target can't be judged, such as ``nondeterministic original: ...``, or empty.
        unordered: Whether iteration order depends on the hash seed, so that results are compared as such.
        unsteady_globals: Module data of the original that differ from process to process, such as a hash of an
            address: they are not compared.
        fix_clock: Whether clock and random state have to be fixed to make the original repeatable.
        notes: What a reader of the report should know, such as generators that were missing.
    """

    target: str
    calls: tuple[Call, ...] = ()
    reached_by: tuple[str, ...] = ()
    unkept: Mapping[str, int] = field(factory=dict)
    in_test: tuple[str, ...] = ()
    failing_tests: Mapping[str, str] = field(factory=dict)
    total_calls: int = 0
    facts: Mapping[str, Any] = field(factory=dict)
    unseen: tuple[Call, ...] = ()
    series: tuple[Call, ...] = ()
    problem: str = ""
    unordered: bool = False
    unsteady_globals: tuple[str, ...] = ()
    fix_clock: bool = False
    notes: tuple[str, ...] = ()

    def grades(self) -> dict[str, int]:
        """Number of inputs by grade, best grade first, absent grades left out."""
        counted = {grade.value: 0 for grade in Grade}
        for call in self.calls:
            counted[call.grade.value] += 1
        return {grade: number for grade, number in counted.items() if number}
