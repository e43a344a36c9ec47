import pytest
from shop.models import OrderLine
from shop.stock import OutOfStock, Stock, fewest_parcels, missing_articles, supplier_orders


@pytest.fixture
def stock(catalogue):
    return Stock({product.sku: 5 for product in catalogue})


def test_reserved_pieces_are_not_available(stock):
    stock.reserve([OrderLine("AB-00001", 2, 100), OrderLine("AB-00002", 5, 100)])
    assert stock.available("AB-00001") == 3
    assert stock.available("AB-00002") == 0
    assert stock.available("ZZ-00001") == 0
    assert stock.total == 1500


def test_all_lines_are_reserved_or_none(stock):
    with pytest.raises(OutOfStock, match="AB-00002: 6 wanted, 5 left"):
        stock.reserve([OrderLine("AB-00001", 2, 100), OrderLine("AB-00002", 6, 100)])
    assert stock.available("AB-00001") == 5
    assert stock.movements == []


def test_a_stocktaking_names_what_changed(stock):
    assert stock.count({"AB-00001": 5, "AB-00002": 4, "AB-00000": 9}) == ["AB-00000", "AB-00002"]
    assert stock.total == 1503


def test_movements_are_added_up(stock, catalogue):
    skus = [product.sku for product in catalogue]
    for _ in range(2):
        stock.reserve([OrderLine(sku, 1, 100) for sku in skus[:150]])
    movements = stock.movements_of(skus)
    assert movements["AB-00000"] == -2
    assert movements["AB-00299"] == 0


def test_missing_articles_are_listed_once(catalogue):
    shelf = [product.sku for product in catalogue]
    wanted = [f"AB-{n % 450:05d}" for n in range(600)]
    assert missing_articles(wanted, shelf) == [f"AB-{n:05d}" for n in range(300, 450)]
    assert missing_articles([], shelf) == []


def test_a_large_delivery_is_compared_with_the_shelf():
    shelf = [f"AB-{n:05d}" for n in range(0, 2400, 2)]
    wanted = [f"AB-{n * 7 % 1500:05d}" for n in range(1500)]
    assert missing_articles(wanted, shelf) == [f"AB-{n:05d}" for n in range(1, 1500, 2)]


def test_low_articles_are_ordered_from_their_supplier(catalogue):
    pieces = {product.sku: number for number, product in enumerate(catalogue)}
    orders = supplier_orders(catalogue, pieces, 10)
    assert orders["supplier 0"] == ["AB-00000", "AB-00005"]
    assert sum(map(len, orders.values())) == 10


@pytest.mark.parametrize(
    ("pieces", "sizes", "parcels"),
    [(0, (5,), 0), (21, (2, 5, 10), 5), (24, (1, 7, 10), 3), (3, (2, 4), None), (18, (3, 4, 9), 2)],
)
def test_the_fewest_parcels(pieces, sizes, parcels):
    assert fewest_parcels(pieces, sizes) == parcels
