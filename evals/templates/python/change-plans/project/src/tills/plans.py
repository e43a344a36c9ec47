"""What the vending machines print for the staff."""

from tills.change import fewest, greedy, ways


def plan(amounts, kinds):
    """For each amount: how many ways there are, whether paying greedily is best, and the coins."""
    rows = []
    for amount in amounts:
        coins = greedy(amount)
        rows.append({
            "amount": amount,
            "ways": ways(amount, kinds),
            "greedy_is_best": len(coins) == fewest(amount),
            "coins": coins,
        })
    return rows
