from contacts.joining import key, unique


def contact(name, code, *phones):
    return {"name": name, "code": code, "phones": list(phones)}


def test_names_are_compared_without_punctuation():
    assert key("O'Neill, Ann") == key("oneill ann")


def test_the_first_spelling_and_all_phones_are_kept():
    people = [contact("Ann O'Neill", "1", "5"), contact("ann oneill", "1", "4"), contact("Bob", "1")]
    assert unique(people) == [("Ann O'Neill", ["4", "5"]), ("Bob", [])]


def test_a_common_phone_is_enough():
    assert unique([contact("Ann", "1", "5"), contact("A. Smith", "1", "6", "5")]) == [("Ann", ["5", "6"])]


def test_elsewhere_is_somebody_else():
    assert len(unique([contact("Ann", "1"), contact("Ann", "2")])) == 2


def test_large_address_books():
    books = [contact(f"Person {n % 900}", str(n % 450), f"0{n % 900}") for n in range(2000)]
    assert len(unique(books)) == 900
