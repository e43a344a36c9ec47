ENTRY = "contacts.joining:unique"


def _books(count, people, codes):
    return [
        {"name": ("Dr. {}", "{}", "dr {}")[n % 3].format(f"Nr_{n % people}"), "code": n % codes, "phones": [n % 11, n % people + 20]}
        for n in range(count)
    ]


def inputs():
    return [
        (([],), {}),
        ((_books(5, 3, 2),), {}),
        ((_books(80, 20, 40),), {}),
        ((_books(90, 30, 5),), {}),
        (([{"name": "", "code": None, "phones": ()}, {"name": "-", "code": None, "phones": (1,)}],), {}),
        (([{"name": "x", "code": [], "phones": ()}],), {}),
        (([{"name": "x", "code": 1, "phones": [1, "a"]}],), {}),
    ]


def workload():
    from contacts.joining import unique

    books = [{"name": f"Person {n % 6000}", "code": n % 3000, "phones": [f"0{n % 6000}"]} for n in range(12_000)]
    return lambda: unique(books)
