ENTRY = "mailmerge.letters:merge"
_TEXT = "To {name|trim|title}\n\n{?vip}As a {level|upper} guest, {?spa}with spa,{/spa} you {/vip}may \\{come\\} in {month}."


def _people(count):
    return [
        {"address": f" a{n % 11}@b.example" if n % 6 else "", "name": f" n{n} o", "vip": n % 2, "level": "gold", "spa": n % 3}
        for n in range(count)
    ]


def inputs():
    sender = {"sender": "X ", "office": "", "month": "May"}
    return [
        ((_TEXT, [], sender), {}),
        ((_TEXT, _people(25), sender), {}),
        ((_TEXT, _people(4), {"office": "East"}), {}),
        (("{broken", [], sender), {}),
        (("{broken", [{"address": ""}], sender), {}),
        (("{broken", _people(3), sender), {}),
        (("{a|nope}", _people(2), sender), {}),
        (("", _people(3), sender), {}),
        (("{sender}{vip}", [{"address": "q", "sender": 5, "vip": None}], sender), {}),
        (("x\\", [{"address": "q"}], {}), {}),
    ]


def workload():
    from mailmerge.letters import merge

    people, text = _people(900), _TEXT * 4
    people = [{**person, "address": f"{n}@x"} for n, person in enumerate(people)]
    return lambda: merge(text, people, {"sender": "X", "month": "May"})
