"""What guards tell of the ways through a ``try`` statement."""

from codeflash_worker.guards import Guard, Tally


def told(*steps: str) -> tuple[int, int]:
    tally = Tally()
    guard = Guard(tally)
    for step in steps:
        getattr(guard, step)()
    return tally.reached, tally.past


def test_a_fault_that_ends_in_a_handler_is_not_past_it() -> None:
    assert told("reached", "handled", "left") == (1, 0)
    assert told("reached", "reached", "handled", "left") == (1, 0)


def test_a_fault_that_gets_by_is_past_it() -> None:
    assert told("reached", "left") == (1, 1)


def test_a_fault_that_runs_later_is_past_it() -> None:
    assert told("left", "reached") == (0, 1)
    assert told("reached", "handled", "left", "reached") == (1, 1)


def test_a_way_that_does_not_come_to_the_fault_says_nothing() -> None:
    assert told("handled", "left") == (0, 0)
    assert told("left") == (0, 0)
