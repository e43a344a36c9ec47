import pytest
from shop.models import Order, OrderLine
from shop.orders import (
    all_lines,
    attach_products,
    batches,
    cancel,
    customers_in_order,
    distinct_gift_options,
    is_open,
    merge_lines,
    returning_customers,
    warehouse_sequence,
)


def test_each_customer_is_listed_once(orders):
    customers = customers_in_order(orders)
    assert len(customers) == len(set(customers))
    assert set(customers) == {order.customer for order in orders}
    assert customers[0] == orders[0].customer


def test_a_busy_month_has_many_customers():
    busy = [Order(number, f"customer {number * 7919 % 400}", "DE") for number in range(500)]
    assert customers_in_order(busy)[:3] == ["customer 0", "customer 319", "customer 238"]
    assert len(customers_in_order(busy)) == 400


def test_no_orders_no_customers():
    assert customers_in_order([]) == []


def test_lines_find_their_products(orders, catalogue):
    lines = all_lines(orders)[:400]
    paired = attach_products(lines, catalogue)
    assert [line for line, _ in paired] == lines
    assert all(product.sku == line.sku for line, product in paired)


def test_a_delisted_article_has_no_product(catalogue):
    line = OrderLine("ZZ-99999", 1, 100)
    assert attach_products([line], catalogue) == [(line, None)]


def test_returning_customers_keep_this_months_order():
    this_month = [f"customer {n * 7 % 1500}" for n in range(1500)]
    last_month = [f"customer {n}" for n in range(100, 1700)]
    returning = returning_customers(this_month, last_month)
    assert len(returning) == 1400
    assert returning[0] == "customer 105"


def test_no_order_leaves_before_those_it_waits_for(orders):
    sequence = warehouse_sequence(orders)
    place = {number: position for position, number in enumerate(sequence)}
    assert len(sequence) == len(orders)
    for order in orders:
        assert all(place[earlier] < place[order.number] for earlier in order.after)


def test_a_long_queue_keeps_its_order():
    many = [Order(number, "someone", "DE") for number in range(600)]
    assert warehouse_sequence(many) == list(range(600))


def test_orders_in_a_circle_are_left_out():
    circle = [Order(1, "a", "DE", after=(2,)), Order(2, "b", "DE", after=(1,)), Order(3, "c", "DE")]
    assert warehouse_sequence(circle) == [3]


def test_lines_of_one_article_are_merged():
    lines = [
        OrderLine("AB-1", 1, 10),
        OrderLine("AB-2", 5, 10),
        OrderLine("AB-1", 2, 10),
        OrderLine("AB-1", 1, 9),
    ]
    assert merge_lines(lines) == [OrderLine("AB-1", 3, 10), OrderLine("AB-2", 5, 10), OrderLine("AB-1", 1, 9)]


def test_all_lines_come_in_order(orders):
    lines = all_lines(orders)
    assert len(lines) == sum(len(order.lines) for order in orders)
    assert lines[: len(orders[0].lines)] == orders[0].lines


def test_all_lines_makes_a_list_of_its_own(orders):
    lines = all_lines(orders[:1])
    lines.clear()
    assert orders[0].lines


@pytest.mark.parametrize(("state", "expected"), [("new", True), ("paid", True), ("sent", False), ("", False)])
def test_open_states(state, expected):
    assert is_open(state) is expected


def test_batches_fill_the_trolley(orders):
    assert [len(batch) for batch in batches(orders[:23], 10)] == [10, 10, 3]
    assert list(batches([], 10)) == []


def test_a_trolley_holds_something(orders):
    with pytest.raises(ValueError, match="not 0"):
        list(batches(orders, 0))


def test_gift_options_of_any_kind_are_listed_once():
    options = ["card", ["ribbon", "red"], "card", 1, ["ribbon", "red"], 1.0, ["ribbon", "blue"]]
    assert distinct_gift_options(options) == ["card", ["ribbon", "red"], 1, ["ribbon", "blue"]]


def test_many_plain_gift_options():
    assert distinct_gift_options([f"option {n % 40}" for n in range(200)]) == [
        f"option {n}" for n in range(40)
    ]


def test_a_cancelled_order_is_empty(orders):
    total = orders[0].total_cents
    assert cancel(orders[0], "  ") == {"order": 1, "refund_cents": total, "reason": "not given"}
    assert orders[0].total_cents == 0
