"""Text of several scripts with marks, joined emoji and control characters."""

ENTRY = "wcwidth:wcswidth"


def inputs():
    texts = [
        "",
        "plain",
        " spaced  out ",
        "tab\t",
        "esc\x1b[0m",
        "nul\0",
        "\u4e2d\u6587",
        "e\u0301t\u00e9",
        "\uff21\uff22",
    ]
    texts += [
        "\u2764\ufe0f",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "caf\u00e9 \u20ac",
        "\uac00\u1100",
        "x" * 300,
    ]
    for text in texts:
        yield (text,), {}
        yield (text, 3), {}
    yield ("some text",), {"n": 0}
    yield ("some text",), {"n": None}


def workload(number=0):
    from wcwidth import wcswidth

    words = [
        "name",
        "a longer heading",
        "2026-01-01 12:00:00",
        "12,345.67",
        "text of a cell that goes on for a while",
    ]
    words = [f"{word}{number or ''}" for word in words]
    return lambda: [wcswidth(word) for word in words]
