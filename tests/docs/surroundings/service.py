"""What a page about the AI service needs: vendors and a collector on loopback, a second Postgres, free ports."""

import asyncio
import contextlib
import os
import re
import socket
import sys
import threading
from pathlib import Path

from attrs import frozen

from codeflash_postgres.embedded.binaries import program
from codeflash_postgres.embedded.server import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[3]
SERVERS = str(ROOT / "packages/codeflash-api/tests/llm/servers")
if SERVERS not in sys.path:
    sys.path.insert(0, SERVERS)

import anthropic_wire  # noqa: E402 - stands in the folder added above
import bedrock_wire  # noqa: E402
import openai_wire  # noqa: E402
import wire  # noqa: E402

SAYS = "<explanation>Each id is looked up once.</explanation>"
BEDROCK_MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
PORTS = ("8000", "3001", "8001")


@frozen
class Service:
    """Vendors by name, and what stands in the page instead of their addresses and keys."""

    vendors: dict[str, wire.Server]
    texts: dict[str, str]
    environment: dict[str, str]

    def replaced(self, command):
        for text, other in self.texts.items():
            command = re.sub(rf"(?<![\w.-]){re.escape(text)}(?!\w)", lambda _, other=other: other, command)
        return command

    def check(self):
        """Every vendor was asked, Bedrock in both ways, and each was content."""
        assert [name for name, server in self.vendors.items() if not server.asked] == []
        ways = {asked.headers["authorization"].split()[0] for asked in self.vendors["bedrock"].asked}
        assert ways == {"AWS4-HMAC-SHA256", "Bearer"}
        assert {asked.path for asked in self.vendors["collector"].asked} == {"/v1/traces"}


def own_server():
    """A model server of one's own, which wants no key."""

    def admit(asked):
        known = (asked.method, asked.path) == ("POST", "/v1/chat/completions")
        return None if known else wire.status(404, {"error": {"message": "Not found"}})

    return wire.Server(admit, [openai_wire.says(SAYS)])


def bedrock():
    """Bedrock with both kinds of credentials."""
    signed, bearer = (bedrock_wire.bedrock_server(BEDROCK_MODEL, bearer=way) for way in (False, True))

    def admit(asked):
        way = bearer if asked.headers.get("authorization", "").startswith("Bearer") else signed
        return way.admit(asked)

    return wire.Server(admit, [bedrock_wire.says(SAYS)])


def vendors():
    azure = openai_wire.azure_server("my-deployment", "2024-10-21")
    azure.then(openai_wire.says(SAYS))
    anthropic = anthropic_wire.anthropic_server()
    anthropic.then(anthropic_wire.says(SAYS))
    collector = wire.Server(lambda asked: None, [wire.status(200, b"")])
    return {
        "own": own_server(),
        "azure": azure,
        "anthropic": anthropic,
        "bedrock": bedrock(),
        "collector": collector,
    }


@contextlib.contextmanager
def listening(servers):
    """All servers, in a thread of their own."""
    loop = asyncio.new_event_loop()
    stack = contextlib.AsyncExitStack()

    async def start():
        for server in servers:
            await stack.enter_async_context(wire.listening(server))

    async def stop():
        await stack.aclose()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(start(), loop).result(30)
        yield
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [str(each.getsockname()[1]) for each in sockets]


@contextlib.contextmanager
def surroundings(folder):
    """Everything started; the service itself is started by the page."""
    found = vendors()
    fast = {"fsync": "off", "shared_buffers": "32MB"}
    with listening(found.values()), EmbeddedPostgres(folder / "other", fast) as postgres:
        ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        texts = {
            "http://localhost:11434": found["own"].url,
            "https://my-team.openai.azure.com": found["azure"].url,
            "http://localhost:4318": found["collector"].url,
            "postgresql://codeflash:the-password@db.example.com/codeflash": postgres.url,
            "my-azure-key": openai_wire.KEY,
            "my-anthropic-key": anthropic_wire.KEY,
            "my-access-key-id": bedrock_wire.KEY,
            "my-secret-access-key": bedrock_wire.SECRET,
            "my-bedrock-api-key": bedrock_wire.BEARER,
            **ports,
        }
        environment = {
            "CODEFLASH_API_PORT": ports["8000"],
            "CODEFLASH_API_COMPANION_PORT": ports["3001"],
            # What the page leaves to the vendors.
            "CODEFLASH_API_ANTHROPIC_BASE_URL": found["anthropic"].url,
            "CODEFLASH_API_BEDROCK_BASE_URL": found["bedrock"].url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
        }
        yield Service(found, texts, environment | _database_tools())


def _database_tools():
    """Postgres's own tools, as new as the server: the ones that come with it."""
    path = f"{Path(sys.executable).parent}:{program('pg_dump').parent}:{os.environ['PATH']}"
    return {"PATH": path}
