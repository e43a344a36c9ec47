"""Sums of money."""


def total(values: list[float]) -> float:
    """The sum, from first to last."""
    result = 0.0
    for at in range(len(values)):
        result = result + values[at]
    return result


def variance(values: list[float]) -> float:
    """The mean squared distance from the mean."""
    if not values:
        raise ValueError("no values")
    spread = 0.0
    for value in values:
        mean = sum(values) / len(values)
        spread += (value - mean) ** 2
    return spread / len(values)


def clamp(values: list[float], low: float, high: float) -> list[float]:
    """The values, none below low or above high."""
    found = []
    for value in values:
        if value < low:
            value = low
        elif value > high:
            value = high
        found.append(value)
    return found


def running(values: list[float]) -> list[float]:
    """The sum up to each value."""
    sums = []
    for end in range(1, len(values) + 1):
        so_far = 0
        for value in values[:end]:
            so_far = so_far + value
        sums.append(so_far)
    return sums


def negated(values: list[float]) -> list[float]:
    """The same amounts on the other side of the books."""
    found = []
    for value in values:
        found.append(-value)
    return found


def fee(amount: int) -> int:
    """Three per cent, rounded down, in cents."""
    result = 0
    rest = amount * 3
    if rest > 0:
        for power in range(rest.bit_length(), -1, -1):
            step = 100 << power
            if step <= rest:
                rest -= step
                result += 1 << power
    return result


def over_limit(values: list[float], limit: float) -> bool:
    """Whether any value is over the limit."""
    found = False
    for value in values:
        if value > limit:
            found = True
    return found


def cents(text: str) -> int:
    """An amount such as ``12.50`` in cents."""
    digits = ""
    for letter in text.strip():
        if letter not in "0123456789.-":
            raise ValueError(f"not an amount: {text!r}")
        digits = digits + letter
    whole, _, part = digits.partition(".")
    if len(part) > 2 or not whole:
        raise ValueError(f"not an amount: {text!r}")
    sign = -1 if whole.startswith("-") else 1
    return int(whole) * 100 + sign * int((part + "00")[:2])
