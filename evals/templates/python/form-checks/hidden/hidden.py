ENTRY = "formchecks.rules:triage"


def _form(n):
    return {
        "name": ("", "  ", "A", "b" * 80, " " + "c" * 81)[n % 5],
        "mail": ("a@b.de", "a@@b.de", "@b.de", "a@b.d", "a b@c.de", "a@b.DE", "a@b.de\n")[n % 7],
        "from": ("2024-01-01", "2024-1-1", "2025-01-01")[n % 3],
        "to": ("2024-05-05", "later", "2024-12-31", "")[n % 4],
    }


def inputs():
    return [
        (([],), {}),
        (([{}],), {}),
        (([_form(n) for n in range(120)],), {}),
        (([_form(n * 5) for n in range(40)],), {}),
        (([{"name": "x", "mail": "a@b.cd", "from": "2024-01-02", "to": "2024-01-01"}],), {}),
        (([{"name": None}],), {}),
    ]


def workload():
    from formchecks.rules import triage

    forms = [_form(n) for n in range(15_000)]
    return lambda: triage(forms)
