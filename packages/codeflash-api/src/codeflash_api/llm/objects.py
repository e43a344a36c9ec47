"""Finds the JSON object in what a model wrote: between prose, in a fence, or cut at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from codeflash_api.llm.model import BadAnswer, Reply

_TRIED_STARTS = 50
_DECODER = json.JSONDecoder()


def object_in(reply: Reply, *wanted: str) -> Mapping[str, Any]:
    """The first JSON object in an answer that has the wanted keys.

    Args:
        reply: What a model wrote.
        wanted: Keys that it must have.

    Raises:
        BadAnswer: There is none, not even after mending what is cut or misquoted.
    """
    text = reply.text
    start = text.find("{")
    for _ in range(_TRIED_STARTS):
        if start < 0:
            break
        try:
            found, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
            continue
        if _has(found, wanted):
            return dict(found)
        start = text.find("{", end)
    mended = _mended(text)
    if _has(mended, wanted):
        return dict(mended)
    raise BadAnswer(reply.provider, f"no object with {', '.join(wanted)} in the answer")


def _has(found: object, wanted: tuple[str, ...]) -> bool:
    return isinstance(found, dict) and all(key in found for key in wanted)


def _mended(text: str) -> Any:
    start = text.find("{")
    if start < 0:
        return None
    import json_repair

    try:
        return json_repair.loads(text[start:])
    except (ValueError, RecursionError):
        return None
