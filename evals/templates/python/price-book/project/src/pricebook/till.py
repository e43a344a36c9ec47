"""Works off what happens in the shop."""


def discount(count):
    """Percent off for a number of pieces."""
    return 10 if count >= 100 else 5 if count >= 20 else 0


def line_total(price, count):
    return price * count * (100 - discount(count)) // 100


def work_off(book, happenings):
    """Totals of the sales, in order; between them prices change.

    A happening is ("change", article, day, cents) or ("sale", day, [(article, count), ...]).
    """
    totals = []
    for happening in happenings:
        if happening[0] == "change":
            book.change(*happening[1:])
            continue
        _, day, lines = happening
        totals.append(sum(line_total(book.price_of(article, day), count) for article, count in lines))
    return totals
