import json

import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_evals.scores.lines import ResultsFile, read_results
from codeflash_evals.scores.record import scored_otherwise


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "results.jsonl"


def write(path, *runs):
    with ResultsFile(path) as file:
        for run in runs:
            file.append(run)


def test_what_is_written_is_read(path, ran):
    runs = (ran(low=1.5, share=0.5, reference=None), ran(turn=2, problem="it crashed"))
    write(path, *runs)
    assert read_results(path) == runs


def test_lines_of_the_first_schema_are_read_as_what_they_are(path, ran):
    write(path, ran(low=1.5))
    content = json.loads(path.read_text())
    for name in ("cold", "warm", "cheat"):
        del content["scores"][name]
    path.write_text(json.dumps({**content, "schema": 1}) + "\n")
    (found,) = read_results(path)
    assert (found.schema, found.scores) == (1, ran(low=1.5).scores)
    trap = evolve(found, kind="cache-trap")
    assert scored_otherwise([found, trap, ran(low=1.5)]) == 1


def test_a_file_is_gone_on_with(path, ran):
    write(path, ran())
    with ResultsFile(path) as file:
        assert file.done == (ran(),)
        file.append(ran(turn=2))
    assert len(read_results(path)) == 2


def test_a_line_that_was_cut_off_is_passed_over_and_not_glued_to(path, ran):
    write(path, ran())
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert read_results(path) == (ran(),)
    write(path, ran(turn=2))
    assert read_results(path) == (ran(), ran(turn=2))


def test_a_file_of_another_kind_is_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("a line without an end")
    with pytest.raises(UsageError, match=r"notes\.txt:1: this line is no result"):
        write(path)
    assert path.read_text() == "a line without an end"


@pytest.mark.parametrize("line", ["{", "[]", '{"schema": 9}', "{}", "null"])
def test_a_damaged_line_is_named(path, ran, line):
    write(path, ran())
    path.write_text(f"{line}\n{path.read_text()}")
    with pytest.raises(UsageError, match=r"results\.jsonl:1: this line is no result"):
        read_results(path)


def test_a_field_of_another_kind_is_named(path, ran):
    write(path, ran())
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "more": 1}) + "\n")
    with pytest.raises(UsageError, match="no result"):
        read_results(path)


def test_a_case_run_that_stands_there_twice_is_refused(path, ran):
    write(path, ran())
    path.write_text(path.read_text() * 2)
    with pytest.raises(UsageError, match="twice"):
        read_results(path)


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(UsageError, match="can't read the results"):
        read_results(path)


def test_two_writers_at_a_time_are_refused(path):
    with ResultsFile(path), pytest.raises(UsageError, match="another process"), ResultsFile(path):
        pass
