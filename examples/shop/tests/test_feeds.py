import pytest
from shop.feeds import (
    FeedError,
    cents,
    clean_title,
    display_width,
    newest_first,
    normalize_sku,
    read_feed,
    slug,
)
from shop.models import Product


@pytest.mark.parametrize("text", ["ab 123", " AB-00123", "Ab_123 ", "AB00123"])
def test_article_numbers_are_normalized(text):
    assert normalize_sku(text) == "AB-00123"


@pytest.mark.parametrize("text", ["", "A-1", "AB-123456", "12-AB"])
def test_other_text_is_no_article_number(text):
    with pytest.raises(FeedError, match="not an article number"):
        normalize_sku(text)


def test_titles_are_cleaned():
    assert clean_title("  Wooden\ttrain,\n red \x7f ") == "Wooden train, red"
    assert clean_title("Kaffee für zwei " * 20) == ("Kaffee für zwei " * 20).strip()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Süße Äpfel", "suesse-aepfel"),
        ("Wooden train, red!", "wooden-train-red"),
        ("--", ""),
        ("Öl 0,5 l", "oel-0-5-l"),
    ],
)
def test_slugs(title, expected):
    assert slug(title) == expected


@pytest.mark.parametrize(("title", "width"), [("Wooden train", 12), ("木の電車", 8), ("", 0), ("Süß", 3)])
def test_width_on_the_terminal(title, width):
    assert display_width(title) == width


def test_width_of_long_titles():
    assert display_width("Wooden train with rails and three waggons " * 5) == 210


@pytest.mark.parametrize(
    ("text", "expected"), [("12,90", 1290), ("1.234,50", 123450), ("7", 700), (" 0,05 ", 5)]
)
def test_amounts(text, expected):
    assert cents(text) == expected


@pytest.mark.parametrize("text", ["", "12,9", "-1,00", "x", "1,,0"])
def test_other_text_is_no_amount(text):
    with pytest.raises(FeedError):
        cents(text)


def test_a_feed_is_read_to_the_end():
    lines = ["# AB feed\n", "\n"] + [f"ab {n};Article  {n};{n},50;Toys \n" for n in range(1, 301)]
    products = list(read_feed(lines, "acme"))
    assert len(products) == 300
    assert products[0] == Product("AB-00001", "Article 1", 150, "toys", "acme")


def test_a_feed_is_read_one_by_one():
    reader = read_feed(["ab 1;One;1,00;toys", "broken"], "acme")
    assert next(reader).sku == "AB-00001"
    with pytest.raises(FeedError, match="line 2: 1 fields"):
        next(reader)


def test_unknown_articles_come_first(catalogue):
    known = [product.sku for product in catalogue[::2]]
    ordered = newest_first(catalogue, known)
    assert ordered == catalogue[1::2] + catalogue[::2]
