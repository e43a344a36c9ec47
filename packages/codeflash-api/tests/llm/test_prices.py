from __future__ import annotations

import datetime

import pytest
from attrs import evolve

from codeflash_api.llm.model import Tokens
from codeflash_api.llm.prices import load_prices
from codeflash_core.errors import UsageError

GOOD = """
date = 2026-01-02
[models]
"m" = { input = 2.0, cached = 0.5, output = 8.0, window = 1000 }
"""


@pytest.fixture(scope="module")
def table():
    return load_prices()


def test_the_table_has_a_date_and_prices(table):
    assert isinstance(table.date, datetime.date)
    assert all(price.cached < price.input < price.output for price in table.models.values())


def test_an_exchange_costs_its_fresh_its_cached_and_its_written_tokens(reply, tmp_path):
    file = tmp_path / "prices.toml"
    file.write_text(GOOD, encoding="utf-8")
    exchange = evolve(reply, model="m", tokens=Tokens(input=1_000_000, cached=400_000, output=100_000))

    assert load_prices(file).dollars(exchange) == pytest.approx(0.6 * 2.0 + 0.4 * 0.5 + 0.1 * 8.0)


def test_more_cached_than_sent_does_not_make_it_cheaper_than_cached(reply, table):
    exchange = evolve(reply, model="gpt-4.1", tokens=Tokens(input=1_000, cached=5_000, output=0))

    assert table.dollars(exchange) == pytest.approx(1_000 * 0.5 / 1e6)


@pytest.mark.parametrize(
    "name",
    [
        "claude-sonnet-4-5",
        "claude-sonnet-4-5-20250929",
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "global.anthropic.claude-sonnet-4-5",
        "anthropic/claude-sonnet-4-5",
    ],
)
def test_a_model_has_one_price_under_all_its_names(table, name):
    assert table.price(name) == table.models["claude-sonnet-4-5"]


def test_a_snapshot_of_a_model_has_its_price(table):
    assert table.price("gpt-4.1-2025-04-14") == table.models["gpt-4.1"]
    assert table.price("gpt-4.1-mini-2025-04-14") == table.models["gpt-4.1-mini"]
    assert table.window("gpt-4.1-mini-2025-04-14") == 1_047_576


@pytest.mark.parametrize(
    "name", ["", "llama3.3", "gpt-4.1-turbo-9", "claude", "gpt-4.1-mini-tuned:acme", "recorded"]
)
def test_a_model_that_is_not_known_has_no_price_rather_than_none_to_pay(table, reply, name):
    assert table.dollars(evolve(reply, model=name)) is None
    assert table.window(name) is None


def test_replays_and_exchanges_whose_tokens_are_not_told_have_no_price(table, reply):
    assert table.dollars(reply) is not None
    assert table.dollars(evolve(reply, provider="recorded")) is None
    assert table.dollars(evolve(reply, tokens=Tokens())) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-01-02", "'someday'"),
        ("date = 2026-01-02", ""),
        ("cached = 0.5", "cached = 3.0"),
        ("cached = 0.5, ", ""),
        ("input = 2.0", "input = 'two'"),
        ("output = 8.0", "output = 0"),
        ("[models]", "[models"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(tmp_path, old, new):
    file = tmp_path / "prices.toml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")

    with pytest.raises(UsageError, match="price table"):
        load_prices(file)


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="price table"):
        load_prices(tmp_path / "none.toml")
