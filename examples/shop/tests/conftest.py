import random

import pytest
from shop.models import Order, OrderLine, Product


@pytest.fixture
def catalogue():
    return [
        Product(
            f"AB-{n:05d}",
            f"Article {n}",
            100 + 7 * n % 900,
            ("books", "toys", "food")[n % 3],
            f"supplier {n % 5}",
        )
        for n in range(300)
    ]


@pytest.fixture
def orders(catalogue):
    chance = random.Random(7)
    made = []
    for number in range(1, 401):
        lines = [
            OrderLine(product.sku, chance.randint(1, 4), product.price_cents)
            for product in chance.sample(catalogue, chance.randint(1, 4))
        ]
        after = (number - 7,) if number > 7 and number % 3 == 0 else ()
        country = chance.choice(["AT", "DE", "FR", "IT", "NL"])
        made.append(Order(number, f"customer {chance.randint(1, 250)}", country, lines, after))
    return made
