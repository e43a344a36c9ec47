import logging
import warnings

import pytest
from ledger import accounts
from ledger.accounts import Account, next_number, normalize


def test_entries_are_posted():
    account = Account("anna")
    account.post(500, "  first   payment ")
    account.post(-120, "stamps")
    account.post(7)
    account.post(0, "nothing")
    assert account.entries == [(500, "first payment"), (-120, "stamps"), (7, "")]
    assert account.posted == 4


def test_amounts_are_whole():
    account = Account("anna", [(1, "a")])
    with pytest.raises(TypeError, match="not an amount"):
        account.post("12", "b")
    assert account.posted == 0


def test_the_balance_follows_the_entries():
    account = Account("bert", [(10, "a"), (-3, "b"), (40, "c")])
    assert account.balance == 47
    account.post(5)
    assert account.balance == 52
    assert Account("nobody").balance == 0


def test_statements_have_a_line_for_each_entry(capsys):
    account = Account("carl", [(1250, "rent"), (-99, "stamps")])
    assert account.statement() == ["    1250 rent", "     -99 stamps"]
    assert capsys.readouterr().out == "Statement carl\n"
    assert Account("dora").statement("Empty") == []


def test_numbers_go_up():
    accounts.NUMBERS.clear()
    assert next_number("INV") == "INV-0001"
    assert next_number("INV") == "INV-0002"
    assert next_number("REC") == "REC-0001"
    assert next_number("INV") == "INV-0003"


def test_memos_are_trimmed(caplog):
    entries = [{"memo": " a "}, {"amount": 3}, {"memo": "b", "amount": 1}]
    with caplog.at_level(logging.WARNING):
        assert normalize(entries) is None
    assert entries == [{"memo": "a"}, {"amount": 3, "memo": ""}, {"memo": "b", "amount": 1}]
    normalize([])


def test_memos_become_text():
    entries = [{"memo": 12}, {"memo": "  x"}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        normalize(entries)
    assert entries == [{"memo": "12"}, {"memo": "x"}]
