"""The parts of the service's benchmark that can be wrong without anybody noticing."""

import asyncio
import json

import pytest


@pytest.fixture
def offering(tool, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return tool("benchmarks/offering.py")


@pytest.fixture
def service(tool, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return tool("benchmarks/service.py")


@pytest.fixture
def page(tool):
    return tool("benchmarks/page.py")


@pytest.mark.parametrize(
    ("share", "value"), [(0.01, 1.0), (0.5, 50.0), (0.501, 51.0), (0.99, 99.0), (1.0, 100.0)]
)
def test_a_percentile_is_the_nearest_rank(offering, share, value):
    assert offering.percentile([float(n) for n in range(100, 0, -1)], share) == value


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.1)])
def test_a_percentile_of_nothing_is_refused(offering, values, share):
    with pytest.raises(ValueError, match="percentile"):
        offering.percentile(values, share)


async def serving(handler):
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def test_who_waits_for_a_stalled_request_is_late_from_the_intended_moment(offering):
    seen = []

    async def handler(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            seen.append(head)
            await reader.readexactly(2)
            if len(seen) == 1:
                await asyncio.sleep(0.2)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            if len(seen) == 4:
                break
        writer.close()

    server, port = await serving(handler)
    answers = await offering.offer(
        port, lambda _: offering.post("/x", b"{}", "k"), rate=100, connections=1, seconds=0.04
    )
    server.close()
    assert [answer.status for answer in answers] == [200] * 4
    assert b"authorization: bearer k" in seen[0].lower()
    # All were meant within 40 ms, and none was answered before the stall of 200 ms was over.
    assert min(answer.seconds for answer in answers) > 0.1


async def test_a_broken_connection_is_counted_and_made_anew(offering):
    count = 0

    async def handler(reader, writer):
        nonlocal count
        count += 1
        await reader.readuntil(b"\r\n\r\n")
        if count > 1:
            writer.write(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server, port = await serving(handler)
    request = offering.post("/x", b"")
    answers = await offering.offer(port, lambda _: request, rate=50, connections=1, seconds=0.06)
    server.close()
    assert [answer.status for answer in answers] == [0, 503, 503]
    assert offering.summary(answers)["not_200"] == 3


def test_a_growing_line_is_found_with_its_interval(service):
    samples = [(second / 60, 100 + 2 * second / 60 + (second % 7) * 0.1) for second in range(300)]
    slope, low, high = service.growth(samples)
    assert low < 2 < high
    assert slope == pytest.approx(2, abs=0.05)


def test_a_flat_line_does_not_grow(service):
    slope, low, high = service.growth([(second / 60, 100 + second % 2) for second in range(300)])
    assert low < 0 < high
    assert abs(slope) < 0.1


def test_two_samples_have_no_slope(service):
    with pytest.raises(ValueError, match="three"):
        service.growth([(0.0, 1.0), (1.0, 2.0)])


def test_the_function_that_is_optimized_has_a_hundred_lines(service):
    text = service.hundred_lines("f")
    assert len(text.splitlines()) == 100
    compile(text, "f.py", "exec")
    assert json.loads(service.optimize_body(3))["source_code"].count("def report_3(") == 1


def test_every_ai_endpoint_has_an_example(service):
    requests = service.examples("cf-key")
    assert len({request.path for request in requests}) == 13
    assert all(b"Bearer cf-key" in request.raw for request in requests)


def figures(more, not_200=0):
    bare = {"requests": 10, "not_200": 0, "p50_ms": 2.0, "p99_ms": 9.0}
    return bare, {"requests": 10, "not_200": not_200, "p50_ms": 2.0 + more, "p99_ms": 9.0 + more}


@pytest.mark.parametrize(("more", "not_200", "passed"), [(1.0, 0, True), (5.0, 0, False), (1.0, 1, False)])
def test_a_limit_or_a_refusal_fails_the_figure(service, more, not_200, passed):
    row = service.overhead_row(*figures(more, not_200), [more])
    assert row["more_p50_ms"] == more
    assert row["passed"] is passed


def test_growth_or_a_failure_fails_mixed_load(service):
    whole = {"requests": 10, "not_200": 0, "p50_ms": 1.0, "p99_ms": 2.0}
    flat = [(second / 60, 100.0 + second % 2) for second in range(300)]
    grown = [(second / 60, 100.0 + second) for second in range(300)]
    assert service.mixed_row(whole, {}, flat, 0)["passed"]
    assert not service.mixed_row(whole, {}, grown, 0)["passed"]
    assert not service.mixed_row(whole, {}, flat, 1)["passed"]
    assert not service.mixed_row(whole | {"not_200": 1}, {}, flat, 0)["passed"]


def test_memory_is_looked_at_after_the_warm_up_and_given_before_it(service):
    whole = {"requests": 10, "not_200": 0, "p50_ms": 1.0, "p99_ms": 2.0}
    warming = [(second / 60, 100.0 + min(second, 120)) for second in range(420)]
    row = service.mixed_row(whole, {}, warming, 0, 2.0)
    assert row["passed"]
    assert (row["minutes"], row["warm_up_minutes"]) == (5.0, 2.0)
    assert (row["memory_mb_at_first"], row["memory_mb_warm"], row["memory_mb"]) == (100.0, 220.0, 220.0)
    assert not service.mixed_row(whole, {}, warming, 0, 0.0)["passed"]


def test_the_page_shows_what_was_measured(service, page):
    whole = {"requests": 10, "not_200": 0, "p50_ms": 1.0, "p99_ms": 2.0}
    flat = [(second / 60, 100.0 + second % 2) for second in range(300)]
    rows = [
        service.overhead_row(*figures(1.5), [1.5]),
        {"benchmark": "service: optimize, 100 lines", **whole, "limit_p50_ms": 60.0},
        service.mixed_row(whole, {}, flat, 0),
        {"benchmark": "service: start to ready, on a new data folder", "seconds": 1.9, "limit": 3.0},
    ]
    machine = {"cores": "2", "load": "3", "processor": "X", "system": "Linux 6"}
    text = page.page(
        {"service": {"figures": rows, "machine": machine, "python": "3.11", "date": "2026-01-01"}}
    )
    for shown in ("1.5 ms more", "| 1.0 ms (p99 2.0) | 60 ms |", "0 of 10", "1.9 s | 3 s", "MB a minute"):
        assert shown in text
