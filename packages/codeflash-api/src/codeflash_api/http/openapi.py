"""The OpenAPI document."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

TITLE = "codeflash-api"
DESCRIPTION = """\
The AI service: candidates, tests, explanations and reviews.

Every request to `/ai` and `/cfapi` carries `Authorization: Bearer cf-...`. A success under `/ai` is exactly 200 with a
whole object; everything else is an object with the one key `error` and another status. Unknown keys of a request are
ignored, and null counts as absent. Every answer has the header `X-Request-Id`.
"""
TAGS = [
    {"name": "ai", "description": "What models, or rules, do for the client."},
    {"name": "companion", "description": "Keys, code hashes and deliveries."},
    {"name": "operation", "description": "Health and figures."},
]
_OPEN = ("/healthz", "/readyz", "/metrics")


def document(app: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=TITLE, version=app.version, description=DESCRIPTION, routes=app.routes, tags=TAGS
        )
        made.setdefault("components", {})["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "bearerFormat": "cf-..."}
        }
        for path, operations in made["paths"].items():
            if path not in _OPEN:
                for operation in operations.values():
                    operation["security"] = [{"key": []}]
        app.openapi_schema = made
    return app.openapi_schema
