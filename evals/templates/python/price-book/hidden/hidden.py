ENTRY = "pricebook.till:work_off"


def _book(articles, days, step):
    from pricebook.book import PriceBook

    book = PriceBook()
    book.changes = {n: [(day, 90 + n * day % 50) for day in range(n, days, step)] for n in range(articles)}
    return book


def _sales(count, articles, days):
    return [("sale", n * 7 % days, [((n + k) % articles, k * 13) for k in range(5)]) for n in range(count)]


def inputs():
    sales = _sales(12, 4, 30)
    mixed = [step for n, sale in enumerate(sales) for step in (sale, ("change", n % 4, n, n * 10), sale)]
    return [
        ((_book(0, 0, 1), []), {}),
        ((_book(4, 40, 3), [("sale", 9, [])]), {}),
        ((_book(4, 40, 3), [("sale", day, [(1, 1), (2, 25)]) for day in range(2, 40)]), {}),
        ((_book(4, 40, 1), [("sale", 39, [(9, 1)])]), {}),
        ((_book(4, 40, 5), _sales(6, 4, 30)), {}),
        ((_book(4, 60, 2), [("change", n, 0, 5) for n in range(4)] + mixed), {}),
        ((_book(1, 3, 1), [("sale", 2.5, [(0, 3)]), ("change", 0, 2.5, 1), ("sale", 2.5, [(0, 3)])]), {}),
        ((_book(1, 3, 1), [("change", 0, 1, -4)]), {}),
    ]


def workload():
    from pricebook.till import work_off

    book, sales = _book(5, 1200, 1), [("sale", 5 + n * 7 % 1100, [(k, 3) for k in range(5)]) for n in range(250)]
    return lambda: work_off(book, sales)
