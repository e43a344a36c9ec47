ENTRY = "expenses.report:totals"
_HEADER = "person;kind;amount;state;note"


def _export(count):
    kinds = ("Taxi", "HOTEL", "train")
    states = ("approved", "approved", "open")
    return [_HEADER] + [
        f"name {n * 7 % 23};{kinds[n % 3]};{n * 31 % 500}.{n % 100:02};{states[n * 5 % 3]};note {n}" for n in range(count)
    ]


def inputs():
    return [
        (([],), {}),
        (([_HEADER],), {}),
        ((_export(5),), {}),
        ((_export(90),), {"kinds": {"hotel", "taxi"}}),
        ((_export(90), set()), {}),
        (([_HEADER, "a;b;1;approved;", "a;b;x;open;"],), {}),
        (([_HEADER, "a;b;1;approved;", "a;b"],), {}),
        ((["person;amount", "a;1"],), {}),
        (([_HEADER, "z;b;1.2.3;approved;n", "a;B;-3.50;approved;", "a;b;7;approved"], {"b"}), {}),
    ]


def workload():
    from expenses.report import totals

    def lines():
        yield _HEADER
        for n in range(60_000):
            yield f"name {n * 7 % 23};train;{n % 500}.50;{('approved', 'open')[n % 2]};a note that is long enough {n}"

    return lambda: totals(lines())
