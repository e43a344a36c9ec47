"""Amazon Bedrock's runtime: signed requests, answers in binary event-stream frames."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import struct
from typing import Any
from urllib.parse import unquote

import anthropic_wire
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from wire import Asked, Line, Script, Server, status, streamed

REGION = "eu-central-1"
KEY = "AKIALOOPBACK00000000"
SECRET = "loopback/secret+0123456789"
TOKEN = "session-token-0123456789"
BEARER = "bedrock-api-key-0123456789"
FRAMES = "application/vnd.amazon.eventstream"


def bedrock_server(model: str, *, bearer: bool = False, session: bool = False) -> Server:
    paths = {f"/model/{model}/invoke": False, f"/model/{model}/invoke-with-response-stream": True}

    def admit(asked: Asked) -> Script | None:
        known = (
            asked.headers.get("authorization") == f"Bearer {BEARER}"
            if bearer
            else signed(asked, session=session)
        )
        if not known:
            return refusal(
                403, "InvalidSignatureException", "The request signature we calculated does not match"
            )
        if asked.method != "POST" or unquote(asked.path) not in paths:
            return refusal(404, "ResourceNotFoundException", "Could not resolve the foundation model")
        version = asked.json.get("anthropic_version")
        if version not in ("bedrock-2023-05-31", "2026-10-21") or {"model", "stream"} & set(asked.json):
            return refusal(400, "ValidationException", "malformed input request")
        return None

    return Server(admit)


def signed(asked: Asked, *, session: bool) -> bool:
    """Recomputes the signature from what arrived, as AWS does."""
    given = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
        asked.headers.get("authorization", ""),
    )
    moment = asked.headers.get("x-amz-date", "")
    if given is None or given[1] != f"{KEY}/{moment[:8]}/{REGION}/bedrock/aws4_request":
        return False
    names = given[2].split(";")
    # Proxies on the way change `connection`: it must not be part of what is signed.
    if not {"host", "x-amz-date", "content-type"} <= set(names) or "connection" in names:
        return False
    if session and (
        asked.headers.get("x-amz-security-token") != TOKEN or "x-amz-security-token" not in names
    ):
        return False
    headers = {name: asked.headers[name] for name in names}
    request = AWSRequest(
        "POST", f"http://{asked.headers['host']}{asked.target}", headers=headers, data=asked.body
    )
    request.context["timestamp"] = moment
    auth = SigV4Auth(Credentials(KEY, SECRET), "bedrock", REGION)
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return hmac.compare_digest(expected, given[3])


def refusal(code: int, kind: str, message: str) -> Script:
    return status(code, {"message": message}, x_amzn_errortype=f"{kind}:http://internal.amazon.com/")


def says(text: str, *, reason: str = "end_turn", usage: dict[str, Any] = anthropic_wire.USAGE) -> Script:
    async def script(asked: Asked, line: Line) -> None:
        if asked.path.endswith("-stream"):
            events = anthropic_wire.events(text, reason, usage)
            await streamed(FRAMES, [chunk(event) for event in events])(asked, line)
        else:
            await line.answer(200, anthropic_wire.whole(text, reason, usage))

    return script


def cut(text: str, ending: str) -> Script:
    events = anthropic_wire.events(text, "end_turn", anthropic_wire.USAGE)[:-2]
    return streamed(FRAMES, [chunk(event) for event in events], ending)


def chunk(event: dict[str, Any]) -> bytes:
    payload = json.dumps(
        {"bytes": base64.b64encode(json.dumps(event).encode()).decode(), "p": "abcdef"}
    ).encode()
    headers = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    return frame(headers, payload)


def exception(kind: str, message: str) -> bytes:
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return frame(headers, json.dumps({"message": message}).encode())


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    packed = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", 7, len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", 12 + len(packed) + len(payload) + 4, len(packed))
    message = prelude + struct.pack("!I", binascii.crc32(prelude)) + packed + payload
    return message + struct.pack("!I", binascii.crc32(message))
