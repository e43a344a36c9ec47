from attrs import evolve

from codeflash_evals.pages.table import markdown, rows


def test_there_is_a_row_a_class_in_their_order_and_one_for_all(ran):
    runs = [ran(case="python/b", kind="lure"), ran(found=True, low=2.0, share=0.8)]
    table = rows(runs)
    assert [cells[0] for cells in table] == ["class", "algorithmic", "lure", "all"]
    row = dict(zip(table[0], table[1], strict=True))
    assert (row["spot found"], row["lower bound"], row["of the reference"]) == ("100 %", "2.00x", "80 %")
    assert dict(zip(table[0], table[2], strict=True))["spot found"] == "–"


def test_intervals_come_with_enough_cases(ran):
    runs = [ran(case=f"python/{number}", found=number % 2 == 0) for number in range(8)]
    assert "50 % [" in markdown(runs)


def test_a_table_says_where_when_and_for_whom(ran):
    text = markdown([ran(), ran(subject="agent:claude")])
    assert text.index("### `agent:claude`") < text.index("### `rewrites`")
    assert "2026-11-29 on Some Processor, 2 cores; codeflash 0.1.0, 15 s for one function" in text


def test_a_table_says_how_many_runs_were_scored_by_earlier_rules(ran):
    earlier = evolve(ran(low=2.0), schema=1)
    assert "first one of a process: 1 of the runs" in markdown([earlier, ran("python/b", low=2.0)])
    assert "first one of a process" not in markdown([ran(low=2.0)])


def test_false_claims_and_failures_are_told_in_words_that_stay_text(ran):
    text = markdown(
        [ran(false_claim="it <b>differs</b> | so"), ran(case="python/b", problem="no answer\n# within")]
    )
    assert "- `python/a`: false claim: it &#60;b&#62;differs" in text
    assert "\n# within" not in text
    assert "failed: no answer" in text


def test_nothing_measured_is_said():
    assert "No results" in markdown([])
