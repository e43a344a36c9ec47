"""What a part costs."""

MINUTE_CENTS = 55


def cost(catalogue, part, wage=MINUTE_CENTS):
    """Cents for one piece: its price, or its components and the work."""
    return _cost(catalogue, part, wage, {})


def _cost(catalogue, part, wage, known):
    if part in known:
        return known[part]
    components = catalogue.recipe(part)
    if not components:
        total = catalogue.prices[part]
    else:
        total = catalogue.minutes.get(part, 0) * wage
        for component, quantity in components:
            total += quantity * _cost(catalogue, component, wage, known)
    known[part] = total
    return total


def levels(catalogue, part):
    """How many levels of parts a part has."""
    components = catalogue.recipe(part)
    if not components:
        return 1
    return 1 + levels(catalogue, components[0][0])


def report(catalogue, wage=MINUTE_CENTS):
    """Part, cents, levels of its first branch; the dearest first, of equals by name."""
    known = {}
    rows = [(part, _cost(catalogue, part, wage, known), levels(catalogue, part)) for part in catalogue.parts()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def cheaper_than(catalogue, limit, wages):
    """For each wage the parts whose cost stays under a limit."""
    return {wage: [part for part, cents, _ in report(catalogue, wage) if cents < limit] for wage in wages}
