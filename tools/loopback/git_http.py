"""git over HTTP: ``git http-backend`` behind a handler that has checked the token."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
from typing import TYPE_CHECKING, Any

from loopback.github import Refused

if TYPE_CHECKING:
    from loopback.app_github import AppGitHub


def serve_git(handler: Any, known: AppGitHub, repository: str, service: str) -> None:
    """Answer one request of git's.

    Args:
        handler: Of the HTTP request.
        known: The repositories and the tokens.
        repository: ``OWNER/REPO``.
        service: What is asked of it: ``info/refs``, ``git-upload-pack`` or ``git-receive-pack``.
    """
    path, _, query = handler.path.partition("?")
    body = _body(handler)
    writes = "git-receive-pack" in (service, query.partition("service=")[2])
    try:
        token = _token(handler.headers.get("Authorization") or "")
        with known._lock:
            known.allow(token, repository, "contents", "write" if writes else "read")
        bare = known.repositories[repository]
    except Refused as refused:
        handler.send_response(refused.status)
        if refused.status == 401:
            handler.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
        handler.send_header("Content-Length", "0")
        return handler.end_headers()
    if service == "git-receive-pack":
        known.calls.append(("PUSH", path))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_PROJECT_ROOT": str(bare.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{bare.name}/{service}",
        "QUERY_STRING": query,
        "REQUEST_METHOD": handler.command,
        "CONTENT_TYPE": handler.headers.get("Content-Type") or "",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": handler.headers.get("Content-Encoding") or "",
        "GIT_PROTOCOL": handler.headers.get("Git-Protocol") or "",
        "REMOTE_USER": "x-access-token",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "http.receivepack",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
    }
    said = subprocess.run(
        ["git", "http-backend"], input=body, env=environment, capture_output=True, check=False
    )
    head, _, content = said.stdout.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
    status = int(lines.pop("Status", "200 OK").split()[0])
    handler.send_response(status)
    for name, value in lines.items():
        if name.lower() != "content-length":
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    with contextlib.suppress(ConnectionError):
        handler.wfile.write(content)
    return None


def _token(header: str) -> str:
    word, _, coded = header.partition(" ")
    if word.lower() != "basic":
        raise Refused(401, {})
    user, _, token = base64.b64decode(coded).decode().partition(":")
    if user != "x-access-token":
        raise Refused(401, {})
    return token


def _body(handler: Any) -> bytes:
    if (handler.headers.get("Transfer-Encoding") or "").lower() == "chunked":
        parts = []
        while size := int(handler.rfile.readline().split(b";")[0], 16):
            parts.append(handler.rfile.read(size))
            handler.rfile.readline()
        handler.rfile.readline()
        return b"".join(parts)
    return bytes(handler.rfile.read(int(handler.headers.get("Content-Length") or 0)))
