import copy

import pytest
from shop.prices import (
    apply_promotion,
    delivery_label,
    ordinal_discount,
    running_revenue,
    shipping_cents,
    split_evenly,
    tax_percent,
)


@pytest.mark.parametrize(
    ("country", "category", "percent"),
    [
        ("DE", "toys", 19),
        ("DE", "books", 7),
        ("HU", "toys", 27),
        ("DK", "food", 25),
        ("US", "toys", 0),
        ("US", "food", 0),
    ],
)
def test_tax_depends_on_country_and_category(country, category, percent):
    assert tax_percent(country, category) == percent


@pytest.mark.parametrize(
    ("grams", "express", "expected"),
    [(1, False, 390), (500, True, 780), (501, False, 490), (20000, False, 1490)],
)
def test_shipping_depends_on_weight(grams, express, expected):
    assert shipping_cents(grams, express) == expected


def test_a_parcel_weighs_something():
    with pytest.raises(ValueError, match="weighs something"):
        shipping_cents(0)


def test_a_promotion_leaves_the_price_list_alone(catalogue):
    rows = [[product.sku, product.title, product.price_cents] for product in catalogue]
    before = copy.deepcopy(rows)
    reduced = apply_promotion(rows, 10)
    assert rows == before
    assert [row[2] for row in reduced] == [row[2] * 90 // 100 for row in rows]
    assert reduced[0] is not rows[0]


@pytest.mark.parametrize(
    ("speed", "label"),
    [("standard", "STD 3-5 days"), ("pickup", "PCK at the shop"), ("drone", "??? unknown")],
)
def test_labels(speed, label):
    assert delivery_label(speed) == label


@pytest.mark.parametrize(("number", "percent"), [(1, 5), (2, 0), (10, 10), (100, 25), (0, 25)])
def test_ordinal_discounts(number, percent):
    assert ordinal_discount(number) == percent


def test_revenue_runs_up(orders):
    revenue = running_revenue(orders)
    assert revenue[-1] == sum(order.total_cents for order in orders)
    assert revenue == sorted(revenue)
    assert running_revenue([]) == []


def test_payments_differ_by_one_cent():
    assert split_evenly(1000, 3) == [334, 333, 333]
    with pytest.raises(ZeroDivisionError):
        split_evenly(1000, 0)
