"""Ways of paying an amount with coins."""

COINS = (200, 100, 50, 20, 10, 5, 2, 1)


def ways(amount, kinds, width=1):
    """In how many ways ``amount`` can be laid out in steps of 1 to ``kinds`` units, each at least ``width``."""
    if amount < 0:
        return 0
    counts = [1] + [0] * amount
    for target in range(1, amount + 1):
        counts[target] = sum(counts[target - step] for step in range(width, min(kinds, target) + 1))
    return counts[amount]


def greedy(amount, coins=COINS):
    """Coins for an amount, the largest first."""
    if amount < 0:
        raise ValueError(f"cannot pay {amount}")
    paid = []
    for coin in sorted(coins, reverse=True):
        count, amount = divmod(amount, coin)
        paid += [coin] * count
    if amount:
        raise ValueError(f"{amount} is left over")
    return paid


def fewest(amount, coins=COINS):
    """The smallest number of coins for an amount, None where it cannot be paid."""
    best = [0] + [None] * amount
    for target in range(1, amount + 1):
        for coin in coins:
            if coin <= target and best[target - coin] is not None:
                count = best[target - coin] + 1
                if best[target] is None or count < best[target]:
                    best[target] = count
    return best[amount]
