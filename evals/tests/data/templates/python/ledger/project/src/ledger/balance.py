"""Balances of accounts."""


def balance(amounts: list[int]) -> int:
    """What is left on an account."""
    return sum(amounts)
