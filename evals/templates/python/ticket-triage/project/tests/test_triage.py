from triage.queues import route, triage
from triage.spelling import closest, distance
from triage.words import tokens

PHRASES = (
    "Hello, I was wondering why the courier has not been at my address with the parcel that you promised.",
    "Would you please look into this: my card was charged twice and there is no invoice for either charge.",
    "It won't let me log in, the password that I set yesterday seems to be the wrong one for this account.",
    "We are very happy with your shop and would like to know whether you also sell umbrellas in winter.",
)


def ticket(number, repeat=1, tag=""):
    return {"number": number, "tag": tag, "text": " ".join([PHRASES[number % 4]] * repeat)}


def test_stop_words_are_left_out():
    assert tokens("The parcel is LATE again, isn't it?") == ["parcel", "late", "isn't"]


def test_distance_counts_edits():
    assert (distance("", "abc"), distance("kitten", "sitting")) == (3, 3)


def test_the_first_of_equally_near_words_wins():
    assert closest("cat", ["bat", "hat"]) == "bat"
    assert closest("zebra", ["bat"]) is None


def test_a_misspelt_tag_is_forgiven():
    assert route(ticket(0, tag="Biling")) == "billing"


def test_words_choose_the_queue():
    assert [route(ticket(number)) for number in range(4)] == ["delivery", "billing", "access", "general"]


def test_a_morning_of_tickets():
    routed = triage([ticket(number, 12) for number in range(60)])
    assert sum(len(numbers) for numbers in routed.values()) == 60
