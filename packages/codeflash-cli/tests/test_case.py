import json

import pytest

RESULT = {
    "outcome": "faster",
    "speedup": {"point": 2.0, "low": 1.8, "high": 2.2, "level": 0.999, "blocks": 4, "clock": "wall"},
    "exit_codes": {"a": [0], "b": [0]},
    "seconds": {"a": 2.0, "b": 1.0},
    "machine": {"system": "Linux 6", "processor": "EPYC", "cores": "2"},
}
CASE = "acme/words"


@pytest.fixture
def case(codeflash, shop, monkeypatch):
    """``case("record", ...)`` is the command on one case."""
    monkeypatch.setenv("CODEFLASH_TEAMMEMBER", "ada")
    (shop.root / "result.json").write_text(json.dumps(RESULT))

    def run(action, *words):
        return codeflash("case", action, CASE, *words)

    return run


def recorded(case):
    return case("record", "result.json", "--technique", "set", "--description", "look up in a set")


def test_a_case_goes_from_its_folder_to_a_study_that_holds(case, shop) -> None:
    assert "next: change one thing" in case("new").out
    said = recorded(case)
    assert said.code == 0
    assert "1  command  keep  2.00x [1.80, 2.20] at 99.9 %  look up in a set" in said.out
    assert "write case.md" in said.out
    assert "written: case-studies/acme/words/summary.md" in case("build").out
    said = case("check")
    assert said.code == 0
    assert "everything it says is in the records" in said.out
    page = (shop.root / "case-studies/acme/words/summary.md").read_text()
    assert "| `command` | 2.00 s | 1.00 s | 2.00x [1.80, 2.20] at 99.9 % | keep | [1](" in page
    link = page.partition("| keep | [1](")[2].partition("#L3)")[0]
    assert (shop.root / "case-studies/acme/words" / link).is_file()


def test_a_lie_fails_the_check(case, shop) -> None:
    case("new")
    recorded(case)
    case("build")
    summary = shop.root / "case-studies/acme/words/summary.md"
    summary.write_text(summary.read_text().replace("2.00x", "9.00x"))
    said = case("check", "--json")
    assert said.code == 1
    assert "summary.md is not what the records give" in json.loads(said.out)["problems"][0]


def test_status_tells_rows_and_the_next_step_as_json(case) -> None:
    case("new")
    recorded(case)
    told = json.loads(case("status", "--json").out)
    assert told["case"] == ".codeflash/ada/acme/words"
    assert [row["low"] for row in told["rows"]] == [1.8]
    assert "codeflash case build" in told["next"]


def test_a_second_new_keeps_what_is_there(case, shop) -> None:
    case("new")
    text = shop.root / ".codeflash/ada/acme/words/case.md"
    text.write_text("mine")
    assert case("new").code == 2
    assert text.read_text() == "mine"


@pytest.fixture
def damaged(case, shop):
    """A case with a result, and with a table of machines that can't be read."""
    case("new")
    page = shop.root / ".codeflash/ada/acme/words/status.md"
    page.write_text("## Machines\n\n| name |\n|---|\n| bench1 |\n")
    return page


def test_what_was_recorded_is_told_though_the_next_step_can_t_be(case, damaged) -> None:
    said = recorded(case)
    assert said.code == 0
    assert "1  command  keep  2.00x" in said.out
    assert "next: " not in said.out
    assert "codeflash: the next step can't be told: .codeflash/ada/acme/words/status.md:5: " in said.err
    assert (
        json.loads(case("record", "result.json", "--technique", "a", "--description", "b", "--json").out)[
            "next"
        ]
        is None
    )


def test_a_check_tells_its_problems_though_the_next_step_can_t_be_told(case, damaged, shop) -> None:
    recorded(case)
    said = case("check")
    assert said.code == 1
    assert "✗ summary.md is missing" in said.out
    assert "the next step can't be told" in said.err


def test_a_status_that_can_t_be_told_is_an_error(case, damaged) -> None:
    said = case("status")
    assert said.code == 2
    assert ".codeflash/ada/acme/words/status.md:5: a machine has 5 cells, not 1" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "a command is wanted: new, record, status, build, export or check"),
        (("status", "words"), "ORG/PROJECT is wanted, not words"),
        (("status", "a/b/c"), "ORG/PROJECT is wanted, not a/b/c"),
        (("build", CASE), "there is no case acme/words"),
        (
            ("record", CASE, "x.json", "--technique", "set", "--description", "x"),
            "there is no case acme/words",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(case, codeflash, words, told) -> None:
    said = codeflash("case", *words)
    assert said.code == 2
    assert told in said.err


def test_nothing_is_built_of_nothing_and_no_file_is_no_result(case) -> None:
    case("new")
    assert "no result is recorded yet" in case("build").err
    said = case("record", "gone.json", "--technique", "set", "--description", "x")
    assert "can't read gone.json: No such file" in said.err
