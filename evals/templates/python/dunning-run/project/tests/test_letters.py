from datetime import date, timedelta

from dunning.letters import Invoice, letter_run, recipients

TODAY = date(2024, 5, 1)


def make(number, email, amount=5000, late=20):
    return Invoice(f"I-{number}", email, amount, TODAY - timedelta(days=late))


def test_addresses_keep_their_order_and_lose_their_case():
    invoices = [make(1, "B@x.example"), make(2, " a@x.example"), make(3, "b@x.example"), make(4, "")]
    assert recipients(invoices) == ["b@x.example", "a@x.example"]


def test_one_letter_for_each_address():
    letters = letter_run([make(1, "a@x.example"), make(2, "A@x.example", late=200)], TODAY)
    assert len(letters) == 1
    assert (letters[0].stage, letters[0].invoices) == ("collection", 2)


def test_nothing_due_no_letter():
    assert letter_run([make(1, "a@x.example", late=0)], TODAY) == []


def test_a_monthly_run():
    invoices = [make(n, f"Client{n * 37 % 900}@mail.example", 1000 + n, n % 160 - 10) for n in range(1600)]
    letters = letter_run(invoices, TODAY)
    assert sum(letter.invoices for letter in letters) == sum(invoice.due < TODAY for invoice in invoices)
