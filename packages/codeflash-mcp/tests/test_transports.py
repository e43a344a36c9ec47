"""Real processes: over stdio and HTTP, with clients that go in the middle."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap

import httpx2
import pytest
from mcp import Client

DISTINCT = "src/shop/ordering.py::distinct"
TOKEN = "a-token-of-the-test"


async def until(reached, seconds: float = 60.0) -> None:
    """Wait for what has to come; how long it takes does not matter."""
    for _ in range(int(seconds * 20)):
        if reached():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it did not come to that")


@pytest.fixture
def endless(shop):
    """A test of the project that never ends, so that a run is under way for as long as one likes."""
    (shop.root / "tests/test_slow.py").write_text(
        "import time\nfrom shop.ordering import distinct\n\n\ndef test_slowly():\n    distinct([1])\n    time.sleep(600)\n"
    )
    return {"targets": [DISTINCT], "tests": ["tests/test_slow.py"], "budget_seconds": 600}


@pytest.mark.slow
async def test_over_stdio_tools_are_listed_and_called(stdio, told) -> None:
    async with Client(stdio) as client:
        assert "evaluate_candidate" in [tool.name for tool in (await client.list_tools()).tools]
        assert told.answer(await client.call_tool("discover", {}))["targets"]


@pytest.mark.slow
async def test_over_http_tools_are_listed_and_called(serve, told) -> None:
    async with Client(serve().url) as client:
        assert "evaluate_candidate" in [tool.name for tool in (await client.list_tools()).tools]
        assert told.answer(await client.call_tool("discover", {}))["targets"]


@pytest.mark.slow
async def test_a_request_under_another_name_or_from_another_page_is_refused(serve) -> None:
    url = serve().url
    async with httpx2.AsyncClient() as http:
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        accept = {"Accept": "application/json, text/event-stream"}
        named = await http.post(url, json=body, headers={**accept, "Host": "evil.test"})
        page = await http.post(url, json=body, headers={**accept, "Origin": "http://evil.test"})
    assert (named.status_code, page.status_code) == (421, 403)


@pytest.mark.slow
async def test_with_a_token_only_those_who_show_it_come_in(serve) -> None:
    url = serve(CODEFLASH_MCP_TOKEN=TOKEN).url
    async with httpx2.AsyncClient() as http:
        refused = [
            await http.post(url, json={}, headers=headers)
            for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": TOKEN})
        ]
        right = await http.post(url, json={}, headers={"Authorization": f"Bearer {TOKEN}"})
    assert [each.status_code for each in refused] == [401, 401, 401]
    assert right.status_code != 401


def test_an_address_that_others_reach_needs_a_token(shop) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "codeflash_mcp", "--http", "--host", "0.0.0.0", "--port", "0"],
        env=shop.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "no token is set" in done.stderr


@pytest.mark.slow
async def test_a_cancelled_run_leaves_no_process_and_no_scratch(stdio, shop, endless) -> None:
    async with Client(stdio) as client:
        task = asyncio.create_task(client.call_tool("optimize", endless))
        await until(lambda: shop.scratch() and shop.processes())
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await until(lambda: not shop.scratch())
        assert (await client.list_tools()).tools
    await until(lambda: not shop.processes())


@pytest.mark.slow
async def test_over_http_a_client_that_goes_stops_its_run(serve, shop, endless) -> None:
    served = serve()
    for mode in ("auto", "legacy"):
        client = Client(served.url, mode=mode)
        async with client:
            task = asyncio.create_task(client.call_tool("optimize", endless))
            await until(lambda: shop.scratch() and shop.processes())
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await until(lambda: not shop.scratch())
    assert served.process.poll() is None


@pytest.mark.slow
async def test_a_killed_client_leaves_no_server_no_process_and_no_scratch(
    shop, stdio, endless, tmp_path
) -> None:
    program = textwrap.dedent(
        f"""
        import asyncio, sys
        from mcp import Client, StdioServerParameters

        async def main():
            server = StdioServerParameters(command={stdio.command!r}, args={stdio.args!r}, env={stdio.env!r})
            async with Client(server) as client:
                await client.call_tool("optimize", {endless!r})

        asyncio.run(main())
        """
    )
    client = subprocess.Popen([sys.executable, "-c", program])  # noqa: ASYNC220 - it is not waited for
    await until(lambda: shop.scratch() and shop.processes())
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    await until(lambda: not shop.scratch())
    await until(lambda: not shop.processes())


@pytest.mark.slow
async def test_a_signal_stops_the_server_and_what_it_runs(serve, shop, endless) -> None:
    served = serve()
    with contextlib.suppress(Exception):
        async with Client(served.url) as client:
            task = asyncio.create_task(client.call_tool("optimize", endless))
            await until(lambda: shop.scratch() and shop.processes())
            served.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(Exception):
                await task
    await until(lambda: served.process.poll() is not None)
    assert shop.scratch() == []


@pytest.mark.slow
async def test_a_second_client_waits_for_its_turn_and_is_told(serve, shop, endless, told) -> None:
    url, lines = serve().url, []

    async def hear(count: float, total: float | None, message: str | None) -> None:
        lines.append(message)

    async with Client(url) as first, Client(url) as second:
        one = asyncio.create_task(first.call_tool("optimize", endless))
        await until(lambda: bool(shop.scratch()))
        arguments = {"command_a": "true", "command_b": "true", "budget_seconds": 1}
        two = asyncio.create_task(second.call_tool("compare", arguments, progress_callback=hear))
        await until(lambda: any("another run is measuring" in line for line in lines))
        assert told.answer(await second.call_tool("discover", {}))["targets"]
        one.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await one
        assert told.answer(await two)["outcome"]


@pytest.mark.slow
async def test_the_run_of_a_gone_client_is_recorded_as_interrupted(stdio, shop, endless, told) -> None:
    async with Client(stdio) as client:
        task = asyncio.create_task(client.call_tool("optimize", endless))
        await until(lambda: shop.scratch() and shop.processes())
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await until(lambda: not shop.scratch())
        answer = told.answer(await client.call_tool("explain_run", {}))
        listed = json.loads((await client.read_resource("codeflash://runs")).contents[0].text)
    assert answer["state"] == "interrupted"
    assert [each["run"] for each in listed] == [answer["run"]]
