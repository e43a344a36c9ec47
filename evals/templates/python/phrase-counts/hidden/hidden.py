ENTRY = "phrases.counting:frequent"
_STEMS = "north wind field note brass lamp 7 12 the of and copper".split()


def _documents(count, size, step):
    return [
        " ".join(_STEMS[(d * step + w * w) % len(_STEMS)] + ("," if w % 5 == 0 else "") for w in range(size))
        for d in range(count)
    ]


def inputs():
    return [
        (([],), {}),
        ((["", "one"],), {}),
        ((["one two", "two one", "ONE two"],), {}),
        ((_documents(12, 30, 1),), {}),
        ((_documents(12, 30, 5),), {"length": 3, "top": 4}),
        ((_documents(9, 3, 7),), {"length": 2, "at_least": 1}),
        ((_documents(9, 40, 3),), {"length": 1, "top": 0}),
        ((_documents(2, 5, 3),), {"length": 0}),
        (([], -1), {}),
        ((["a b c d e f g"], 7, 5, 1), {}),
    ]


def workload():
    from phrases.counting import frequent

    def documents():
        for d in range(400):
            yield " ".join(_STEMS[(d * 5 + w * w) % len(_STEMS)] for w in range(250))

    return lambda: frequent(documents(), length=3)
