from ledger import lookups, settings
from ledger.lookups import (
    Basket,
    Line,
    convert,
    described,
    discount,
    greeting,
    limit_of,
    priced,
    ticket,
    total_of,
    valued,
    with_fee,
)


def test_amounts_are_converted():
    assert convert([100, 250, 1], "usd") == [12500, 31250, 125]
    assert convert([7], "eur") == [700]
    assert convert([7, 8], "gbp") == [0, 0]
    assert convert([], "chf") == []


def test_fees_are_added():
    assert with_fee(100) == 10300
    assert with_fee(0) == 0
    assert with_fee(-7) == -721


def test_levels_have_discounts():
    assert discount("gold") == 20
    assert discount("silver") == 10
    assert discount("iron") == 0


def test_amounts_are_described():
    assert described("in", 12) == "received:12"
    assert described("out", -3) == "paid:-3"
    assert described("lost", 0) == "lost:0"


def test_entries_add_up():
    assert total_of([{"amount": 3}, {"amount": 4}, {"amount": -1}]) == 6
    assert total_of([]) == 0
    assert total_of([{"amount": 10}]) == 10


def test_orders_are_priced():
    rates = {"pen": 3, "ink": 20}
    assert list(priced([("pen", 2), ("ink", 1), ("pen", 5)], rates)) == [("pen", 6), ("ink", 20), ("pen", 15)]
    assert list(priced(iter([("nib", 2), ("nib", 3)]), rates)) == [("nib", 0), ("nib", 0)]
    assert list(priced([], {})) == []


def test_amounts_are_valued():
    assert list(valued([1, 2, 3], "usd")) == [125, 250, 375]
    assert list(valued(iter([5, 6]), "none")) == [0, 0]


def test_people_are_greeted():
    assert greeting("Anna  Maria") == "Hello, Anna Maria"
    assert greeting("") == "Hello,"


def test_limits_are_read(tmp_path):
    file = tmp_path / "limit.txt"
    file.write_text("name=a\nlimit=20\n")
    assert limit_of(str(file)) == 20
    assert limit_of("nowhere.txt") == 0
    assert limit_of("no/such/file") == 0


def test_tickets_go_up():
    lookups.TICKETS["last"] = 0
    assert ticket("a") == "a#1"
    assert ticket("b") == "b#2"


def test_baskets_cost_what_their_lines_cost():
    basket = Basket([Line("pen", 2, 3), Line("ink", 1, 20), Line("pen", 1, 4)])
    assert basket.cost() == 30
    basket.discount = 5
    assert basket.cost() == 25
    basket.lines.append(Line("nib", 1, 1))
    assert basket.cost() == 26
    assert basket.names() == ["pen", "ink", "nib"]
    assert Basket().cost() == 0
    assert Basket().names() == []
    assert settings.fee_percent == 3
