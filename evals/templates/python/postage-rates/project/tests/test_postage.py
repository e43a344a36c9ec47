import pytest

from tariffs.postage import bill, postage


@pytest.mark.parametrize(("grams", "cents"), [(1, 85), (20, 85), (21, 100), (500, 160), (1001, 549), (10000, 1049)])
def test_limits(grams, cents):
    assert postage(grams) == cents


@pytest.mark.parametrize("grams", [0, -3, 10001])
def test_what_cannot_be_posted(grams):
    with pytest.raises(ValueError, match=str(grams)):
        postage(grams)


def test_half_a_gram_is_posted():
    assert postage(0.5) == 85
    assert postage(20.5) == 100


def test_a_sack():
    assert bill([5 + n % 15 if n % 50 else 300 for n in range(5000)]) == 85 * 4900 + 160 * 100
