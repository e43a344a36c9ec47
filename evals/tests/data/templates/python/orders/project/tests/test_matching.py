from orders.matching import known_codes, label


def test_known_codes_keep_their_order():
    catalogue = [f"c{number}" for number in range(400)]
    codes = [f"c{number}" for number in range(600, 0, -3)]
    assert known_codes(codes, catalogue) == [code for code in codes if int(code[1:]) < 400]


def test_codes_that_come_twice_are_found_twice():
    assert known_codes(["a", "b", "a"], ["a"]) == ["a", "a"]


def test_nothing_is_known_of_an_empty_catalogue():
    assert known_codes(["a"], []) == []


def test_a_label():
    assert label("ab", 2) == "2 x AB"
