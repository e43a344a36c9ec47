"""``status.md`` belongs to several writers: a session, the machines, people."""

import pytest

from codeflash_core.cases.machines import Machine, machines_of, with_machine
from codeflash_core.experiments.pages import status_page

BENCH = Machine("bench1", "acme/shop", "ada@203.0.113.7")
OTHER = Machine("bench2", "acme/shop")
PAGE = "# Status of acme/shop\n\n## Notes\n\nMine.\n"
END = "<!-- End of the session. -->\n"


@pytest.mark.parametrize("machine_first", [True, False])
@pytest.mark.parametrize("page", ["", PAGE, "## Machines\n", "# Status\n\n## Machines\n\nAsk Ada.\n"])
def test_sessions_and_machines_lose_nothing_of_each_other(make, page, machine_first) -> None:
    for turn in range(3):
        for machine in (machine_first, not machine_first):
            page = (
                with_machine(page, OTHER if turn else BENCH) if machine else status_page(make.session(), page)
            )
    assert machines_of(page) == (BENCH, OTHER)
    assert page.count("# Session\n") == 1
    assert page.count("## Machines\n") == 1
    assert page.count("until the next mark") == page.count(END) == 1


def test_without_the_mark_of_its_end_everything_stays(make) -> None:
    page = with_machine(status_page(make.session(), PAGE), BENCH).replace(END, "")
    found = status_page(make.session(), page)
    assert machines_of(found) == (BENCH,)
    assert machines_of(status_page(make.session(), found)) == (BENCH,)
    assert found.startswith(PAGE)


def test_two_copies_that_a_merge_left_lose_nothing_between_them(make) -> None:
    one = with_machine(status_page(make.session()), BENCH).replace(END, "")
    page = one + status_page(make.session())
    assert machines_of(status_page(make.session(), page)) == (BENCH,)
