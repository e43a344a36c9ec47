from units import congruences, labels, ordered, tally

WORDS = [f"word{number * 7 % 53}" for number in range(120)]


def test_congruences_depend_on_the_seed():
    assert len({congruences(seed) for seed in range(12)}) > 1


def test_a_tally_counts_every_word():
    for size in (1, 30, 60, 90, 120):
        assert sum(tally(WORDS[:size]).values()) == size


def test_labels_have_five_digits():
    for size in (1, 40, 80):
        assert labels(list(range(size))).count(",") == size - 1


def test_rows_are_ordered_by_name_then_number():
    for size in (1, 20, 60):
        rows = ordered([(number * 37 % 101, WORDS[number]) for number in range(size)])
        assert rows == sorted(rows, key=lambda row: (row[1], row[0]))
