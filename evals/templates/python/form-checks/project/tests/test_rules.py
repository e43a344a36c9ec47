from formchecks.rules import check, triage

GOOD = {"name": "Ada", "mail": "ada@x.example", "from": "2024-01-01", "to": "2024-01-09"}


def form(n):
    return {
        "name": "" if n % 5 == 0 else f"Person {n}",
        "mail": f"p{n}@x.example" if n % 3 else "nobody",
        "from": "2024-02-01" if n % 4 else "soon",
        "to": "2023-01-01" if n % 7 == 0 else "2024-03-01",
    }


def test_a_good_form_has_no_fault():
    assert check(GOOD) == []


def test_all_faults_are_told():
    assert [field for field, _ in check({})] == ["name", "mail", "from", "to"]


def test_dates_are_compared_when_both_are_there():
    assert check({**GOOD, "to": "2023-01-01"}) == [("to", "is before the first day")]


def test_a_long_name():
    assert check({**GOOD, "name": "x" * 81}) == [("name", "is too long")]


def test_a_day_of_forms():
    good, counts = triage([form(n) for n in range(1500)])
    assert good > 300
    assert counts["name", "is missing"] == 300
