"""What the page on hosting the GitHub app needs: a GitHub on loopback that knows the app, a key, a second Postgres, a free port."""

import contextlib
import json
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from attrs import frozen
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from codeflash_github_app.doctor.checks import EVENTS, NEEDED
from codeflash_postgres.embedded.server import EmbeddedPostgres


@frozen
class App:
    """What stands in the page instead of addresses, and what GitHub was asked."""

    texts: dict[str, str]
    environment: dict[str, str]
    asked: list[str]

    def replaced(self, command):
        for text, other in self.texts.items():
            command = command.replace(text, other) if "/" in text else re.sub(rf"\b{text}\b", other, command)
        return command

    def check(self):
        """GitHub was asked for the app, by somebody with a token."""
        assert self.asked.count("/app") >= 2


def github(asked):
    app = {"slug": "codeflash-of-acme", "permissions": dict(NEEDED), "events": list(EVENTS)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            known = self.path == "/app" and self.headers.get("Authorization", "").startswith("Bearer ey")
            body = json.dumps(app if known else {"message": "Not Found"}).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def write_key(file):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )


@contextlib.contextmanager
def surroundings(folder):
    """Everything started; the app itself is started by the page."""
    asked = []
    write_key(folder / "codeflash-of-acme.private-key.pem")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    fast = {"fsync": "off", "shared_buffers": "32MB"}
    with github(asked) as server, EmbeddedPostgres(folder / "other", fast) as postgres:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        texts = {"postgresql://codeflash:the-password@db.example.com/codeflash": postgres.url, "8010": port}
        environment = {
            "GITHUB_API_URL": f"http://127.0.0.1:{server.server_address[1]}",
            "CODEFLASH_APP_PORT": port,
            "NO_PROXY": "127.0.0.1,localhost",
        }
        try:
            yield App(texts, environment, asked)
        finally:
            server.shutdown()
            thread.join()
