ENTRY = "accesslog.digest:digest"
_LINE = '{} - - [03/Mar/2024:{:02}:15:00 +0000] "{} {} HTTP/1.1" {} {}'


def _log(count, clients, step):
    lines = []
    for number in range(count):
        client = number * step % clients
        lines.append(
            _LINE.format(
                f"192.168.{client // 200}.{client % 200}",
                number * 11 % 24,
                ("GET", "POST")[number % 2],
                f"/item/{number % 61}",
                (200, 301, 404, 503, 204, 101)[number % 6],
                "-" if number % 9 == 0 else number * 17 % 1500,
            )
        )
    return "\n".join(lines)


def inputs():
    return [
        (("",), {}),
        (("\n\n",), {}),
        ((_log(1, 1, 1),), {}),
        ((_log(7, 3, 2),), {"top": 2}),
        ((_log(40, 40, 7),), {"top": 100}),
        ((_log(150, 13, 5),), {}),
        ((_log(90, 30, 1) + "\n" + _log(60, 30, 1),), {"top": 0}),
        ((_log(5, 2, 1) + "\nbroken",), {}),
    ]


def workload():
    from accesslog.digest import digest

    text = _log(4000, 1000, 7)
    return lambda: digest(text)
