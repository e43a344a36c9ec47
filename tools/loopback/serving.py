"""An HTTP server on a free loopback port that streams server-sent events, in a thread of its own."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Event = tuple[str, Mapping[str, Any]]
Reply = Mapping[str, Any] | Iterable[Event] | None


@contextlib.contextmanager
def serving(reply: Callable[[str, Mapping[str, Any]], Reply]) -> Iterator[str]:
    """Serve until the block ends; yield the address.

    Args:
        reply: From the path and the JSON of a POST to a JSON document, events to stream, or None for "not found".
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            try:
                asked = json.loads(body or b"{}")
            except ValueError:
                asked = {}
            answer = reply(self.path.partition("?")[0], asked)
            if answer is None:
                self._send(404, "application/json", b"{}")
            elif isinstance(answer, Mapping):
                self._send(200, "application/json", json.dumps(answer).encode())
            else:
                lines = (f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in answer)
                self._send(200, "text/event-stream", "".join(lines).encode())

        def do_GET(self) -> None:
            self._send(404, "application/json", b"{}")

        def do_HEAD(self) -> None:
            self.do_GET()

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None:
            del format, words

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
