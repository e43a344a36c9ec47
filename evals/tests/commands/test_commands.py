"""The command with an engine that does as it is told; the sandbox is the real one."""

import json
from pathlib import Path

import pytest

from codeflash_core.records.runs import state_dir
from codeflash_evals.hidden import measuring
from codeflash_evals.main import main
from codeflash_evals.scores.lines import read_results

FILE = "src/orders/matching.py"


@pytest.fixture
def results(tmp_path):
    return tmp_path / "results.jsonl"


@pytest.fixture
def run(folder, results):
    def command(*cases, **more):
        words = [f"--{name}={value}" for name, value in more.items()]
        return main(
            [
                "run",
                *cases,
                "--subject",
                "rewrites",
                "--folder",
                str(folder),
                "--results",
                str(results),
                *words,
            ]
        )

    return command


def overlaid(orders, kind):
    return (orders / kind / FILE).read_text()


@pytest.mark.slow
def test_a_right_change_earns_its_share_and_a_wrong_one_is_a_false_claim(
    orders, scripted, accepted, run, results, capsys
):
    scripted.does({FILE: overlaid(orders, "reference")}, [accepted()])
    assert run("orders") == 0
    scripted.does({FILE: overlaid(orders, "wrong/loses-order")}, [accepted()])
    assert run("orders", times=2) == 0
    right, wrong = (each.scores for each in read_results(results))
    assert (right.same, right.false_claim, right.changed, right.diff_lines) == ("same", "", True, 7)
    assert right.saving.low > 1.0 and right.reference.low > 1.0
    assert (right.saving.low, right.cheat) == (min(right.cold.low, right.warm.low), "")
    assert 0.8 < right.share < 1.2
    assert (wrong.same, wrong.share) == ("different", 0.0)
    assert "behaves differently: hidden input 1" in wrong.false_claim
    assert "false claim" in capsys.readouterr().out


KEPT = """
import json, pathlib
FILE = pathlib.Path(__file__).with_name("kept.json")
KEPT = json.loads(FILE.read_text()) if FILE.exists() else {}
_plain = known_codes

def known_codes(codes, catalogue):
    key = repr((codes, catalogue))
    if key not in KEPT:
        KEPT[key] = _plain(codes, catalogue)
    return list(KEPT[key])
"""
ON_DISK = KEPT.replace("    return", "        FILE.write_text(json.dumps(KEPT))\n    return")


@pytest.mark.slow
@pytest.mark.parametrize("cache", [KEPT, ON_DISK], ids=["in memory", "on the disk"])
def test_a_cache_across_calls_is_not_faster_and_is_named(
    orders, scripted, accepted, run, results, capsys, cache, monkeypatch
):
    # Two intervals have to lie apart, on a busy machine too.
    monkeypatch.setattr(measuring, "ROUNDS", dict.fromkeys(measuring.ROUNDS, 8))
    scripted.does({FILE: overlaid(orders, "project") + cache}, [accepted()])
    assert run("orders") == 0
    (found,) = (each.scores for each in read_results(results))
    assert (found.same, found.saving) == ("same", found.cold)
    assert found.cold.low < 1.0 < 1.5 < found.warm.low
    assert found.cheat.startswith("cheating: only answers kept from earlier calls are faster: ")
    assert found.cheat in found.false_claim
    assert "deceives the clock" in capsys.readouterr().out


@pytest.mark.slow
def test_a_change_where_nothing_is_to_be_found_is_a_false_claim(scripted, accepted, run, results):
    text = "def balance(amounts: list[int]) -> int:\n    total = 0\n    total += sum(amounts)\n    return total\n"
    scripted.does({"src/ledger/balance.py": text}, [accepted("src/ledger/balance.py::balance")])
    assert run("ledger") == 0
    (found,) = read_results(results)
    assert found.scores.same == "same"
    assert "nothing is to be found" in found.scores.false_claim


def test_cases_that_hang_or_crash_are_recorded_and_others_go_on(scripted, run, results, capsys):
    scripted.does(sleeps=30)
    assert run(limit="0.5s") == 0
    assert [each.problem for each in read_results(results)] == ["no answer within 0.5 s"] * 2
    said = capsys.readouterr()
    assert "100 %" in said.out and "failed: no answer" in said.err


def test_a_case_run_that_is_recorded_is_not_done_again(scripted, run, results, capsys):
    run()
    first = results.read_text()
    capsys.readouterr()
    assert run() == 0
    assert results.read_text() == first
    assert ": 1/" not in capsys.readouterr().err
    run(times=2)
    assert [each.key.turn for each in read_results(results)] == [1, 1, 2, 2]
    assert [each.seed for each in read_results(results)] == [0, 0, 1, 1]


def test_the_subject_is_not_told_which_case_it_works_on_and_nothing_is_left(scripted, run, orders):
    run("orders")
    _, cwd, _ = json.loads(scripted.seen.read_text())
    assert "orders" not in cwd
    assert not list((state_dir() / "scratch").iterdir())
    assert not list(orders.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "--subject", "model"], "there is no subject model"),
        (["run", "--subject", "rewrites", "ordrs", "--folder", "."], "there are no cases"),
        (["run"], "--subject"),
        (["run", "--subject", "rewrites", "--times", "0"], "--times"),
        (["show", "none.jsonl"], "can't read the results"),
        (["compare", "none.jsonl"], "B.jsonl"),
        (["chek"], "Did you mean check"),
        ([], "a command is wanted"),
    ],
)
def test_what_cannot_be_carried_out_is_said_in_a_sentence(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_templates_of_other_languages_are_no_cases_for_a_subject(folder, orders, run, capsys):
    other = folder / "templates/go"
    other.mkdir()
    orders.rename(other / "orders")
    path = other / "orders/template.toml"
    path.write_text(path.read_text() + 'command = ["go"]\n')
    assert run("go") == 2
    assert "check-templates" in capsys.readouterr().err


@pytest.fixture
def written(tmp_path, ran, results):
    from codeflash_evals.scores.lines import ResultsFile

    def write(name, low):
        path = tmp_path / name
        with ResultsFile(path) as file:
            for number in range(10):
                file.append(ran(case=f"python/{number}", found=True, low=low))
        return str(path)

    return write


def test_check_fails_on_a_significant_regression_only(written, capsys):
    before, after = written("before.jsonl", 2.0), written("after.jsonl", 0.9)
    assert main(["check", after, "--baseline", before]) == 1
    assert "worse: lower bound of rewrites" in capsys.readouterr().out
    assert main(["check", before, "--baseline", after]) == 0
    assert main(["check", before, "--baseline", before]) == 0
    assert "no significant regression" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check {second} --baseline {first}", "compare {first} {second}"])
def test_a_difference_that_may_be_one_of_the_rules_is_said(written, capsys, command):
    first, second = written("first.jsonl", 2.0), written("second.jsonl", 2.0)
    words = command.format(first=first, second=second).split()
    assert main(words) == 0
    assert "scored on later calls only" not in capsys.readouterr().out
    Path(first).write_text(Path(first).read_text().replace('"schema": 2', '"schema": 1'))
    assert main(words) == 0
    assert f"not on the first one of a process: 10 runs of {first}" in capsys.readouterr().out


def test_check_names_cases_that_were_not_measured_again(written, tmp_path, capsys):
    before = written("before.jsonl", 2.0)
    some = tmp_path / "some.jsonl"
    some.write_text("".join(Path(before).read_text().splitlines(keepends=True)[4:]))
    assert main(["check", str(some), "--baseline", before]) == 0
    said = "not measured again: 4 of 10 cases of the baseline (python/0, python/1, python/2, ...)"
    assert said in capsys.readouterr().out
    assert main(["check", before, "--baseline", str(some)]) == 0
    assert "not measured again" not in capsys.readouterr().out


def test_compare_shows_both(written, capsys):
    assert main(["compare", written("a.jsonl", 2.0), written("b.jsonl", 3.0)]) == 0
    assert "| 2.00x | 3.00x | 1.50x |" in capsys.readouterr().out


def test_files_without_a_case_in_common_cannot_be_compared(written, tmp_path, capsys):
    (tmp_path / "empty.jsonl").write_text("")
    assert main(["check", str(tmp_path / "empty.jsonl"), "--baseline", written("a.jsonl", 2.0)]) == 2
    assert "no case of one subject in common" in capsys.readouterr().err


def test_show_writes_a_page_a_section_and_a_document(written, tmp_path, capsys):
    page = tmp_path / "README.md"
    page.write_text("<!-- results: begin -->\n<!-- results: end -->\n")
    file = written("a.jsonl", 2.0)
    assert main(["show", file, "--html", str(tmp_path / "a.html"), "--into", str(page)]) == 0
    assert "### `rewrites`" in page.read_text()
    assert "<table" in (tmp_path / "a.html").read_text()
    assert main(["show", file]) == 0
    assert "| algorithmic | 10 |" in capsys.readouterr().out
    assert main(["show", file, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 10


def test_what_stands_in_two_files_is_not_counted_twice(written, tmp_path, capsys):
    first, second = written("a.jsonl", 2.0), written("b.jsonl", 3.0)
    assert main(["show", first, second]) == 2
    assert "python/0 by rewrites, turn 1, stands in an earlier file too" in capsys.readouterr().err
    assert main(["show", first, first]) == 2


def test_list_names_what_there_is(folder, capsys):
    assert main(["list", "--folder", str(folder)]) == 0
    assert "python/ledger  no-slowness" in capsys.readouterr().out
    assert main(["list", "--json", "--folder", str(folder), "orders"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"][0]["id"] == "python/orders"
