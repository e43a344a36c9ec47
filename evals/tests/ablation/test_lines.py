import json

import pytest

from codeflash_core.errors import UsageError
from codeflash_evals.ablation.cases import Kind
from codeflash_evals.ablation.lines import Judged, Results, add, begin, read_results

ONE = Judged("a", Kind.WARM, "everything on", False, "rejected", "why", 1.5)
OTHER = Judged("b", Kind.EQUAL, "without cold", True, "accepted")


def test_what_is_kept_is_read_again(tmp_path):
    path = tmp_path / "new" / "lines.jsonl"
    begin(path, {"cores": "2"})
    add(path, ONE)
    begin(path, {"cores": "64"})
    add(path, OTHER)
    assert read_results(path) == Results({"cores": "2"}, (ONE, OTHER))
    assert read_results(path).of({"b"}) == Results({"cores": "2"}, (OTHER,))
    assert read_results(path).keys == {("a", "everything on"), ("b", "without cold")}


def test_without_a_file_nothing_is_kept(tmp_path):
    assert read_results(tmp_path / "none.jsonl") == Results()


def test_a_line_that_was_cut_off_is_judged_again(tmp_path):
    path = tmp_path / "lines.jsonl"
    begin(path, {})
    add(path, ONE)
    add(path, OTHER)
    path.write_bytes(path.read_bytes()[:-9])
    assert read_results(path).judged == (ONE,)
    begin(path, {})
    add(path, OTHER)
    assert read_results(path).judged == (ONE, OTHER)


@pytest.mark.parametrize("before", ["", '{"schema": 1, "machine": {}}\n'])
def test_a_file_of_another_kind_is_not_cut(tmp_path, before):
    path = tmp_path / "notes.txt"
    path.write_text(f"{before}a line without an end")
    with pytest.raises(UsageError, match="of another kind"):
        read_results(path)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["{}"], r":1: .*schema"),
        (['{"schema": 9, "machine": {}}'], r":1: .*schema"),
        (["nonsense"], r":1: "),
        (['{"schema": 1, "machine": {}}', "[]"], r":2: .*no object"),
        (['{"schema": 1, "machine": {}}', '{"case": "a"}'], r":2: .*kind"),
    ],
)
def test_a_damaged_file_is_a_sentence_with_its_place(tmp_path, lines, message):
    path = tmp_path / "lines.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(UsageError, match=message) as problem:
        read_results(path)
    assert "another file" in problem.value.hint


def test_a_line_is_one_json_object(tmp_path):
    path = tmp_path / "lines.jsonl"
    begin(path, {})
    add(path, ONE)
    assert json.loads(path.read_text().splitlines()[1])["kind"] == "warm"
