import asyncio

import pytest
from shop.models import Order
from shop.notices import announce, did_you_mean, spelling_distance


def test_every_customer_is_told_once(orders):
    sent = {}

    async def send(customer, subject):
        await asyncio.sleep(0)
        assert customer not in sent
        sent[customer] = subject

    assert asyncio.run(announce(orders, send)) == []
    assert set(sent) == {order.customer for order in orders}


def test_failures_are_returned_sorted():
    async def send(customer, subject):
        if customer != "b":
            raise ConnectionError(customer)

    orders = [Order(1, "c", "DE"), Order(2, "b", "DE"), Order(3, "a", "DE"), Order(4, "c", "DE")]
    assert asyncio.run(announce(orders, send)) == ["a", "c"]


@pytest.mark.parametrize(
    ("left", "right", "distance"), [("", "", 0), ("train", "train", 0), ("train", "brain", 1), ("abc", "", 3)]
)
def test_spelling_distance(left, right, distance):
    assert spelling_distance(left, right) == distance


def test_the_nearest_known_word_is_offered(catalogue):
    known = [product.title for product in catalogue[:60]] + ["Wooden train", "Tin drum"]
    assert did_you_mean("woden trian", known) is None
    assert did_you_mean("woden train", known) == "Wooden train"
    assert did_you_mean("spaceship", known) is None
