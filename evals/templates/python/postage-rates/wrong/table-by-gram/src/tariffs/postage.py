"""Postage in cents."""


_LIGHT = [None] + [85] * 20


def postage(grams):
    """Postage by weight; most of what is posted is a letter."""
    if grams <= 20:
        return _LIGHT[int(grams)]
    if grams <= 50:
        return 100
    if grams <= 500:
        return 160
    if grams <= 1000:
        return 275
    if grams <= 2000:
        return 549
    if grams <= 5000:
        return 749
    if grams <= 10000:
        return 1049
    raise ValueError(f"too heavy: {grams} g")


def bill(weights):
    """What a sack of post costs."""
    return sum([postage(grams) for grams in weights])
