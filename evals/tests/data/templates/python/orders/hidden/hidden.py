"""Hidden inputs and workload."""

from orders.matching import known_codes

ENTRY = "orders.matching:known_codes"


def inputs():
    yield (["b", "a", "b"], ["a", "b", "c"]), {}
    yield ([], ["a"]), {}
    yield (["x"], []), {}
    yield (), {"codes": ["é", ""], "catalogue": ["", "e"]}


def workload():
    catalogue = [f"item-{number}" for number in range(700)]
    codes = [f"item-{number}" for number in range(1400, 0, -2)]
    return lambda: known_codes(codes, catalogue)
