"""Postage in cents."""


from bisect import bisect_left

_LIMITS = (20, 50, 500, 1000, 2000, 5000, 10000)
_CENTS = (85, 100, 160, 275, 549, 749, 1049)


def postage(grams):
    """Postage by weight; most of what is posted is a letter."""
    if grams <= 0:
        raise ValueError(f"a weight of {grams} g")
    step = bisect_left(_LIMITS, grams)
    if step == len(_LIMITS):
        raise ValueError(f"too heavy: {grams} g")
    return _CENTS[step]


def bill(weights):
    """What a sack of post costs."""
    return sum([postage(grams) for grams in weights])
