from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeflash_api.llm.tokens import estimate

CODE = '''\
def arrange(prices: list[float], *, reverse: bool = False) -> list[float]:
    """Sort prices without changing the list that was given."""
    ordered = []
    for price in prices:
        index = 0
        while index < len(ordered) and ordered[index] <= price:
            index += 1
        ordered.insert(index, price)
    return ordered[::-1] if reverse else ordered
'''
PROSE = "A candidate is accepted on the lower bound of its interval, never on the point estimate alone. " * 3
CHINESE = "快速排序是一种高效的排序算法，平均时间复杂度为对数线性。它使用分治策略把列表分成两个子列表。"
JAPANESE = (
    "このプログラムは、リストの要素を並べ替えるために使われます。高速化のためにキャッシュを利用しています。"
)
KOREAN = "이 함수는 목록의 요소를 정렬하는 데 사용됩니다. 성능을 위해 캐시를 사용합니다."
RUSSIAN = "Эта функция сортирует элементы списка и возвращает новый список без повторов."
PROFILE = "     3      1000     123456.0    123.5     45.2      for item in items:\n" * 10
HEX = "deadbeef0123456789abcdef" * 20


@pytest.mark.parametrize(
    ("text", "true", "factor"),
    # True counts: the greater one of two public vocabularies of 100,000 and 200,000 entries.
    [
        (CODE, 98, 1.8),
        (PROSE, 55, 1.8),
        (CHINESE, 47, 3.1),
        (JAPANESE, 47, 3.1),
        (KOREAN, 34, 3.1),
        (RUSSIAN, 23, 4.3),
        (PROFILE, 290, 1.3),
        (HEX, 160, 1.3),
        ("THE QUICK BROWN FOX JUMPS OVER LAZY DOGS " * 5, 66, 2.0),
    ],
    ids=["code", "prose", "chinese", "japanese", "korean", "russian", "table", "hex", "capitals"],
)
def test_the_estimate_is_not_below_the_truth_nor_far_above(text, true, factor):
    assert true <= estimate(text) <= true * factor


def test_nothing_has_no_tokens():
    assert estimate("") == 0


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_longer_text_never_counts_much_less(first, second):
    assert estimate(first + second) >= estimate(first) - 3


@given(st.text(max_size=200))
def test_every_text_has_an_estimate_no_larger_than_three_a_character(text):
    assert 0 <= estimate(text) <= 3 * len(text)


def test_long_texts_are_counted_in_one_pass():
    assert estimate(CODE * 1_000) == pytest.approx(estimate(CODE) * 1_000, rel=0.01)
