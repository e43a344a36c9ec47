import pytest
from shop.models import Order, OrderLine
from shop.orders import all_lines
from shop.reports import (
    average_basket,
    best_sellers,
    histogram,
    orders_per_country,
    print_summary,
    revenue_by_country,
    share_of_revenue,
    top_order,
)


def test_orders_are_counted_by_country(orders):
    counts = orders_per_country(orders)
    assert sum(counts.values()) == len(orders)
    assert list(counts)[0] == orders[0].country


def test_revenue_is_zero_where_nothing_was_sold(orders):
    revenue = revenue_by_country(orders, ["AT", "DE", "FR", "IT", "NL", "SE"])
    assert revenue["SE"] == 0
    assert sum(revenue.values()) == sum(order.total_cents for order in orders)


def test_best_sellers_among_equals_keep_their_order():
    lines = [OrderLine("a", 1, 1), OrderLine("b", 3, 1), OrderLine("c", 3, 1), OrderLine("a", 1, 1)]
    assert best_sellers(lines) == [("b", 3), ("c", 3), ("a", 2)]
    assert best_sellers(lines, 1) == [("b", 3)]


def test_best_sellers_of_many(orders):
    ranking = best_sellers(all_lines(orders), 5)
    assert len(ranking) == 5
    assert [pieces for _, pieces in ranking] == sorted((pieces for _, pieces in ranking), reverse=True)


def test_the_latest_of_the_most_expensive_orders_is_on_top():
    line = [OrderLine("a", 1, 100)]
    first, second, small = Order(1, "x", "DE", line), Order(2, "y", "DE", line), Order(3, "z", "DE")
    assert top_order([first, second, small]) is second


def test_there_is_no_top_order_without_orders():
    with pytest.raises(IndexError):
        top_order([])


def test_shares_add_up():
    shares = share_of_revenue([n + 1 for n in range(300)])
    assert abs(sum(shares) - 100) < 5
    assert share_of_revenue([1, 1]) == [50.0, 50.0]
    assert share_of_revenue([]) == []


def test_no_revenue_has_no_shares():
    with pytest.raises(ZeroDivisionError):
        share_of_revenue([0, 0])


def test_the_histogram_has_a_bar_a_month():
    assert histogram([1, 2], 4) == "Jan ## 1\nFeb #### 2\n"
    assert histogram([0] * 12).count("\n") == 12


def test_the_average_basket(orders):
    assert average_basket([]) == 0.0
    assert average_basket(orders) == sum(order.total_cents for order in orders) / 400


def test_the_summary_is_printed(orders, capsys):
    print_summary(orders)
    printed = capsys.readouterr().out
    assert printed.startswith("400 orders, ")
    assert printed.count("\n") == 6
