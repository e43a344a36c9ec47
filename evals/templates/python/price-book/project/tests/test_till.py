import pytest

from pricebook.book import NoPrice, PriceBook
from pricebook.till import discount, work_off


def book(articles, days):
    made = PriceBook()
    made.changes = {f"a{n}": [(day, 100 + n + day % 13) for day in range(0, days, 2)] for n in range(articles)}
    return made


def test_the_last_change_holds():
    prices = PriceBook()
    prices.change("tea", 5, 300)
    prices.change("tea", 1, 250)
    assert [prices.price_of("tea", day) for day in (1, 4, 5, 99)] == [250, 250, 300, 300]


def test_a_correction_replaces_a_price():
    prices = PriceBook()
    prices.change("tea", 1, 250)
    prices.change("tea", 1, 240)
    assert prices.changes == {"tea": [(1, 240)]}


def test_before_the_first_change_there_is_no_price():
    with pytest.raises(NoPrice, match="day 0"):
        book(1, 0).price_of("a0", 0)
    with pytest.raises(ValueError, match="-1"):
        PriceBook().change("x", 1, -1)


@pytest.mark.parametrize(("count", "percent"), [(1, 0), (20, 5), (100, 10)])
def test_discounts(count, percent):
    assert discount(count) == percent


def test_a_corrected_price_holds_for_the_next_sale():
    sale = ("sale", 3, [("a0", 1)])
    assert work_off(book(1, 4), [sale, ("change", "a0", 2, 7), sale]) == [102, 7]


def test_a_year_of_sales():
    sales = [("sale", n % 700, [(f"a{(n + k) % 8}", 1 + k * 9) for k in range(6)]) for n in range(120)]
    assert len(work_off(book(8, 700), sales)) == 120
