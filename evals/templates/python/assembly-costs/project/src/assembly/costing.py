"""What a part costs."""

MINUTE_CENTS = 55


def cost(catalogue, part, wage=MINUTE_CENTS):
    """Cents for one piece: its price, or its components and the work."""
    components = catalogue.recipe(part)
    if not components:
        return catalogue.prices[part]
    total = catalogue.minutes.get(part, 0) * wage
    for component, quantity in components:
        total += quantity * cost(catalogue, component, wage)
    return total


def levels(catalogue, part):
    """How many levels of parts a part has."""
    components = catalogue.recipe(part)
    if not components:
        return 1
    return 1 + levels(catalogue, components[0][0])


def report(catalogue, wage=MINUTE_CENTS):
    """Part, cents, levels of its first branch; the dearest first, of equals by name."""
    rows = [(part, cost(catalogue, part, wage), levels(catalogue, part)) for part in catalogue.parts()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def cheaper_than(catalogue, limit, wages):
    """For each wage the parts whose cost stays under a limit."""
    return {wage: [part for part, cents, _ in report(catalogue, wage) if cents < limit] for wage in wages}
