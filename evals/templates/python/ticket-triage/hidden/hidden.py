ENTRY = "triage.queues:triage"
_TEXTS = (
    "There they were again: the courier left the parcel with somebody who is not at our address.",
    "Could you refund the payment? I was charged for what I did not buy, and over and over again.",
    "I cannot login. Which of the passwords is the one that I should have used for this account, please?",
    "Why do you have none of those nice umbrellas any more, when there were so many of them before?",
    "hey lo he ow ate",
)


def _tickets(count, repeat):
    tags = ("", "", "", "", "acces", "", "delivry")
    return [
        {"number": number, "tag": tags[number % 7], "text": " ".join([_TEXTS[number * 3 % 5]] * repeat)}
        for number in range(count)
    ]


def inputs():
    return [
        (([],), {}),
        ((_tickets(9, 1),), {}),
        ((_tickets(30, 3),), {}),
        (([{"number": 1, "text": ""}],), {}),
        (([{"number": 1, "text": "late late LATE card"}],), {}),
        (([{"number": 2, "text": "x", "tag": "zzzzzz"}],), {}),
        (([{"number": 3, "tag": ""}],), {}),
        ((_words("card", "use", "ate", "low"),), {}),
    ]


def _words(*words):
    return [{"number": number, "text": word} for number, word in enumerate(words)]


def workload():
    from triage.queues import triage

    tickets = _tickets(300, 20)
    return lambda: triage(tickets)
