from datetime import date, timedelta

ENTRY = "dunning.letters:letter_run"
_TODAY = date(2023, 11, 30)


def _invoices(count, clients, span=220):
    from dunning.letters import Invoice

    return [
        Invoice(
            f"N{number}",
            ("", " ", "  Ops")[number % 3] + f"client.{number * 53 % clients}@Firm.example",
            900 + number * 331 % 70_000,
            _TODAY - timedelta(days=number * 29 % span - 15),
        )
        for number in range(count)
    ]


def inputs():
    from dunning.letters import Invoice

    blank = [Invoice("B1", "  ", 100, date(2023, 1, 1)), Invoice("B2", "z@a.example", 101, date(2023, 10, 1))]
    return [
        (([], _TODAY), {}),
        ((blank, _TODAY), {}),
        ((_invoices(1, 1), _TODAY), {}),
        ((_invoices(25, 4), _TODAY), {}),
        ((_invoices(120, 60), _TODAY), {}),
        ((_invoices(80, 80, 17), date(2023, 12, 2)), {}),
        (([Invoice("X", "x@y.example", -250, date(2020, 2, 29))], _TODAY), {}),
    ]


def workload():
    from dunning.letters import letter_run

    invoices = _invoices(6000, 4001)
    return lambda: letter_run(invoices, _TODAY)
