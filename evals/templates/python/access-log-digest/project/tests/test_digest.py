import pytest

from accesslog import digest
from accesslog.digest import by_client, traffic_grid
from accesslog.lines import MalformedLine, parse, parse_line

LINE = '{client} - - [03/Mar/2024:{hour:02}:15:00 +0000] "GET {path} HTTP/1.1" {status} {size}'


def log(count, clients):
    return "\n".join(
        LINE.format(
            client=f"10.0.{number * 7 % clients // 250}.{number * 7 % clients % 250}",
            hour=number * 5 % 24,
            path=f"/page/{number % 40}",
            status=(200, 200, 304, 404, 500)[number % 5],
            size=number * 13 % 900,
        )
        for number in range(count)
    )


def test_a_line_becomes_a_hit():
    hit = parse_line(LINE.format(client="10.0.0.1", hour=9, path="/", status=200, size="-"))
    assert (hit.client, hit.hour, hit.status, hit.size) == ("10.0.0.1", 9, 200, 0)


def test_a_malformed_line_is_refused():
    with pytest.raises(MalformedLine):
        parse_line("GET / HTTP/1.1")


def test_hits_are_grouped_in_order_of_appearance():
    grouped = by_client(parse(log(6, 3)))
    assert list(grouped) == ["10.0.0.0", "10.0.0.1", "10.0.0.2"]
    assert [len(own) for own in grouped.values()] == [2, 2, 2]


def test_a_grid_has_a_cell_for_each_hour_and_class():
    assert len(traffic_grid([])) == 96


def test_an_empty_log_has_no_busiest_hour():
    assert digest("") == {"hits": 0, "busiest_hour": None, "clients": 0, "heaviest": []}


def test_the_digest_of_a_day():
    day = digest(log(1200, 300), top=3)
    assert day["hits"] == 1200
    assert day["clients"] == 300
    assert len(day["heaviest"]) == 3
    assert day["heaviest"][0][1]["bytes"] >= day["heaviest"][1][1]["bytes"]
