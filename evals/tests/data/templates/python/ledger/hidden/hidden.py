"""Hidden inputs and workload."""

from ledger.balance import balance

ENTRY = "ledger.balance:balance"


def inputs():
    return [(([1, 2, True],), {}), (([],), {}), ((["a"],), {})]


def workload():
    amounts = list(range(5000))
    return lambda: balance(amounts)
