import pytest

from codeflash_lsp.evidence import recorded as module
from codeflash_lsp.evidence.recorded import recorded
from codeflash_syntax.recent import Recent


def test_the_newest_answer_for_each_target_is_known(shop, known, record) -> None:
    record(known(root=shop.root, word="rejected"), shop.state)
    newest = record(known(root=shop.root), shop.state, {"src/shop/ordering.py::distinct": 0.4})
    record(known(root=shop.root.parent), shop.state)  # of another project
    found = recorded(shop.root)
    assert {name: each.run for name, each in found.results.items()} == {
        "src/shop/ordering.py::distinct": newest
    }
    answer = found.results["src/shop/ordering.py::distinct"]
    assert answer.accepted
    assert answer.after == known().after
    assert answer.files["src/shop/prices.py"]
    assert found.shares == {"src/shop/ordering.py::distinct": 0.4}


def test_without_records_nothing_is_known(shop) -> None:
    assert recorded(shop.root).results == {}


def test_a_run_that_can_not_be_read_is_passed_over(shop, known, record) -> None:
    record(known(root=shop.root), shop.state)
    broken = record(known(root=shop.root), shop.state)
    journal = shop.state / "runs" / broken / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text(lines[0] + "{broken\n" + "".join(lines[1:]))
    assert len(recorded(shop.root).results) == 1


@pytest.mark.parametrize(("more", "read_again"), [("", 0), ("# x\n" * 10_000, 3)])
def test_records_are_remembered_as_long_as_they_are_not_too_much(
    shop, known, record, ordering, monkeypatch, more, read_again
) -> None:
    for _ in range(3):
        record(known(root=shop.root, before=ordering + more), shop.state)
    read, read_report = [], module.read_report
    monkeypatch.setattr(module, "read_report", lambda folder: read.append(folder) or read_report(folder))
    monkeypatch.setattr(module, "_KEPT", Recent(60_000, module._weight))
    for _ in range(2):
        assert len(recorded(shop.root).results) == 1
    assert len(read) == 3 + read_again
