import asyncio
import re
import signal
import subprocess
import sys

import pytest
from lsprotocol import types
from pytest_lsp.client import make_test_lsp_client


@pytest.fixture
def listening(shop):
    process = subprocess.Popen(
        [sys.executable, "-m", "codeflash_lsp", "--tcp", "127.0.0.1:0"],
        env=shop.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    found = re.search(r"^listening on 127\.0\.0\.1:(\d+)", process.stdout.readline())
    assert found
    yield process, int(found[1])
    process.kill()
    process.communicate()


async def test_an_editor_may_come_over_a_socket(listening, shop, ordering) -> None:
    process, port = listening
    client = make_test_lsp_client()
    await client.start_tcp("127.0.0.1", port)
    await client.initialize_session(types.InitializeParams(capabilities=types.ClientCapabilities()))
    uri = shop.ordering.as_uri()
    item = types.TextDocumentItem(uri=uri, language_id="python", version=1, text=ordering)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    async with asyncio.timeout(30):
        while uri not in client.diagnostics:  # noqa: ASYNC110 - the client has no event for it
            await asyncio.sleep(0.05)
    await client.shutdown_async(None)
    client.exit(None)
    await asyncio.to_thread(process.wait, 30)
    await client.stop()
    assert process.returncode == 0


def test_ctrl_c_ends_a_server_that_nobody_came_to(listening) -> None:
    process, _ = listening
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_an_address_in_use_is_refused(listening) -> None:
    _, port = listening
    done = subprocess.run(
        [sys.executable, "-m", "codeflash_lsp", "--tcp", f"127.0.0.1:{port}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "can't listen" in done.stderr


@pytest.mark.parametrize("words", [b"", b"Content-Length: 2\r\n\r\n{}", b"garbage\r\n\r\n"])
def test_an_editor_that_just_leaves_ends_the_server(shop, words) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "codeflash_lsp"],
        input=words,
        env=shop.environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
