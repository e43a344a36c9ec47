import pytest

from codeflash_core.cases.machines import GENERATED, HEADING, Machine, machines_of, with_machine
from codeflash_core.errors import UsageError

BENCH = Machine("bench1", "acme/shop", "ada@203.0.113.7", "Standard_D4s_v5", "rg-bench")
PAGE = "# Status\n\nWhat stands where.\n\n## Notes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


def test_a_machine_that_is_written_is_read_again() -> None:
    page = with_machine(PAGE, BENCH)
    assert machines_of(page) == (BENCH,)
    assert page.startswith(PAGE)
    assert "| name | project | address | size | resource group |" in page


def test_a_machine_of_the_same_name_is_replaced_in_its_place() -> None:
    other = Machine("bench2", "acme/shop")
    page = with_machine(with_machine(PAGE, BENCH), other)
    moved = Machine("bench1", "acme/shop", "ada@203.0.113.8")
    assert machines_of(with_machine(page, moved)) == (moved, other)


def test_the_text_around_stays_as_it_is() -> None:
    page = f"# Status\n\n{HEADING}\n\nAsk Ada first.\n\n| a | b | c | d | e |\n|---|---|---|---|---|\n\n## Later\n\nMore.\n"
    found = with_machine(page, BENCH)
    assert "Ask Ada first.\n" in found
    assert found.endswith("## Later\n\nMore.\n")
    assert with_machine(found, BENCH) == found


@pytest.mark.parametrize("page", ["", PAGE, f"{HEADING}\n", f"# Status\n{HEADING}\nNone yet.\n"])
def test_a_page_without_rows_has_no_machines(page) -> None:
    assert machines_of(page) == ()
    assert machines_of(with_machine(page, BENCH)) == (BENCH,)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("| bench | acme/shop |", "a machine has 5 cells, not 2"),
        ("| -o | acme/shop | | | |", "as a machine's name, not '-o'"),
        ("| bench | acme/shop | -oProxyCommand=x | | |", "the address of a machine can't be"),
        ("| bench1 | acme/shop | | | |", "two machines called bench1"),
    ],
)
def test_a_row_that_can_t_be_read_is_told_with_its_line(row, told) -> None:
    page = with_machine("", BENCH) + row + "\n"
    with pytest.raises(UsageError) as problem:
        machines_of(page)
    assert told in problem.value.message
    assert problem.value.where.line == len(page.splitlines())


def test_a_row_that_can_t_be_read_is_told_with_the_page_s_name() -> None:
    page = with_machine("", BENCH) + "| bench | acme/shop |\n"
    with pytest.raises(UsageError, match=r"^\.codeflash/ada/acme/shop/status\.md:8: "):
        machines_of(page, ".codeflash/ada/acme/shop/status.md")


def test_what_another_command_writes_stays_behind_the_table() -> None:
    part = f"{GENERATED} session, until the next mark. -->\n# Session\n<!-- End of the session. -->\n"
    page = f"{HEADING}\n\nAsk Ada first.\n<!-- Not about bench0. -->\n{part}"
    found = with_machine(page, BENCH)
    assert found.endswith(f"| bench1 | {' | '.join(BENCH.cells[1:])} |\n\n{part}")
    assert "Ask Ada first.\n<!-- Not about bench0. -->\n" in found
    assert machines_of(found) == (BENCH,)


@pytest.mark.parametrize("cell", ["two words", "a|b", "a\nb", "-x", "$(x)"])
def test_a_machine_holds_nothing_that_breaks_the_table_or_a_command(cell) -> None:
    with pytest.raises(ValueError, match="can't be"):
        Machine("bench", "acme/shop", cell)
