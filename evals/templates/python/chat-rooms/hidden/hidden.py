ENTRY = "chat.broadcast:rejoin"
_AUTHORS = ("ann", "bob", "<cyd>")


def _room(members, messages):
    from chat.rooms import Member, Room

    room = Room("r")
    room.members = [Member(f"m{n}", frozenset(_AUTHORS[:n % 4])) for n in range(members)]
    for n in range(messages):
        room.say(_AUTHORS[n * 5 % 3], f"{n} *is* **it** & <x> http://a.example/{n}?q=1&r=2 \"q\"")
    return room


def inputs():
    return [
        ((_room(0, 4), {"m0"}), {}),
        ((_room(3, 0), {"m0", "m1"}), {}),
        ((_room(5, 9), {"m0", "m1", "m2", "m3", "m4"}), {}),
        ((_room(5, 9), {"m1"}, 2), {}),
        ((_room(4, 60), {"m0", "m3"}), {}),
        ((_room(4, 3), {"m0"}), {"last": 0}),
        ((_room(4, 7), {"m0", "m2"}), {"last": -2}),
    ]


def workload():
    import asyncio

    from chat.broadcast import broadcast

    def run():
        return asyncio.run(broadcast(_room(150, 80), 80))

    return run
