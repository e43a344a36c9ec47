from __future__ import annotations

import pytest

from codeflash_api.code.profile import read_profile

CLASSIC = """Timer unit: 1e-09 s

Total time: 0.03 s
File: shop/ordering.py
Function: arrange at line 3

Line #      Hits         Time  Per Hit   % Time  Line Contents
==============================================================
     3                                           def arrange(prices):
     4         1        500.0    500.0      2.5      out = []
     5      1000     100000.0    100.0     90.0      if price not in out:  # a | b

Total time: 0.01 s
File: shop/ordering.py
Function: Basket.total at line 9

     9      1000     100000.0    100.0    100.0      return sum(prices)
"""
MARKDOWN = """## Function: arrange
## Total time: 0.03 s
|   Hits |   Time |   Per Hit |   % Time | Line Contents                 |
|-------:|-------:|----------:|---------:|:------------------------------|
|        |        |           |          | def arrange(prices):          |
|      1 |    500 |       500 |      2.5 |     out = []                  |
|   1000 | 100000 |       100 |       90 |     if price not in out:  # a | b |
## Function: Basket.total
## Total time: 0.01 s
|   Hits |   Time |   Per Hit |   % Time | Line Contents |
|   1000 | 100000 |       100 |      100 | return sum(prices) |
"""


@pytest.mark.parametrize("text", [CLASSIC, MARKDOWN], ids=["classic", "markdown"])
def test_both_forms_say_where_the_time_goes(text):
    profile = read_profile(text)
    assert profile.share("arrange", ["    if price not in out:  # a | b"]) == pytest.approx(0.9 * 0.75)
    assert profile.share("arrange", ["    out = []"]) == pytest.approx(0.025 * 0.75)
    assert profile.share("total", []) == pytest.approx(0.25)


def test_what_was_not_measured_is_cold():
    profile = read_profile(CLASSIC)
    assert profile.share("other", []) < 0.01
    assert profile.share("arrange", ["    nothing()"]) < 0.01


@pytest.mark.parametrize(
    "text", ["", "no table", "| a | b |", "Function:", "|1|2|3|x|code|", "Total time: 1e999 s"]
)
def test_without_a_profile_every_line_counts(text):
    profile = read_profile(text)
    assert not profile
    assert profile.share("f", ["x"]) == 1.0


def test_a_table_without_a_function_is_about_any():
    assert read_profile("| 1 | 2 | 3 | 50 | x = 1 |").share("f", ["x = 1"]) == pytest.approx(0.5)
