"""Code in requests and in what models write: tolerant reading into whole files, each with its path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import json_repair
from attrs import evolve, frozen

from codeflash_core.service.markdown import Block, read_blocks, read_pieces, write_blocks
from codeflash_syntax.parse import compiles

__all__ = ["PYTHON", "Block", "Draft", "clean", "read_code", "read_drafts", "write_blocks"]

PYTHON = frozenset({"", "py", "python", "python3", "py3"})
_CODE = PYTHON | {"js", "javascript", "jsx", "ts", "typescript", "tsx", "java", "go", "golang"}
_JSON = frozenset({"json", "json5", "jsonc"})
_MARK = re.compile(r"</?(?:candidate|explanation|code)\b[^>\n]*>", re.IGNORECASE)
_START = re.compile(r"<candidate\b[^>\n]*>", re.IGNORECASE)
_LISTS = ("optimizations", "candidates", "refinements", "results")
_CODES = ("source_code", "code", "optimized_code")
_REASONS = ("explanation", "reason", "why")
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")


@frozen
class Draft:
    """One proposal as it was found in a model's answer.

    Attributes:
        blocks: Its code.
        explanation: The prose around it.
    """

    blocks: tuple[Block, ...]
    explanation: str = ""


def clean(text: str) -> str:
    """Text that can be sent and stored: without NUL and lone surrogates."""
    return _UNSENDABLE.sub("", text)


def read_code(text: str, language: str = "python") -> tuple[Block, ...]:
    """The code of a request.

    Args:
        text: Markdown code; text without any fence is one block without a path.
        language: The language of a block that names none.
    """
    blocks = read_blocks(text, compiles if language == "python" else None)
    if not blocks and text.strip():
        return (Block(text.removesuffix("\n"), language=language),)
    return tuple(block if block.language else evolve(block, language=language) for block in blocks)


def read_drafts(text: str, language: str = "python") -> tuple[Draft, ...]:
    """The proposals in a model's answer, whatever form it chose.

    Understood are candidates between ``<candidate>`` tags, blocks in a row (a path that comes again begins the next
    proposal), prose anywhere, and JSON, fenced or not and even when it is cut.

    Args:
        text: What the model wrote.
        language: The language that is asked for.
    """
    return _from_json(text, language) or _from_prose(text, language)


def _from_prose(text: str, language: str) -> tuple[Draft, ...]:
    drafts: list[Draft] = []
    blocks: list[Block] = []
    reasons: list[str] = []

    def close() -> None:
        if blocks:
            drafts.append(Draft(tuple(blocks), _joined(reasons)))
        blocks.clear()
        reasons.clear()

    for piece in read_pieces(text, compiles if language == "python" else None):
        if piece.block is None:
            before, *starts = _START.split(piece.prose)
            _keep(reasons, before)
            for part in starts:
                close()
                reasons.clear()
                _keep(reasons, part)
            continue
        block = piece.block
        if not _is_code(block, language):
            continue
        if any(block.path == known.path for known in blocks):
            # What stands between two versions of a file introduces the second one.
            introduction = reasons[1:]
            del reasons[1:]
            close()
            reasons.extend(introduction)
        blocks.append(block if block.language else evolve(block, language=language))
    close()
    return tuple(drafts)


def _from_json(text: str, language: str) -> tuple[Draft, ...]:
    found = _json_text(text)
    if found is None:
        return ()
    try:
        data = json_repair.loads(found)
    except (ValueError, RecursionError):
        return ()
    if isinstance(data, dict):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), [data])
    drafts: list[Draft] = []
    for item in data if isinstance(data, list) else ():
        if not isinstance(item, dict):
            continue
        code = next((item[name] for name in _CODES if isinstance(item.get(name), str)), "")
        reason = next((item[name] for name in _REASONS if isinstance(item.get(name), str)), "")
        blocks = read_code(code, language)
        if blocks:
            drafts.append(Draft(blocks, reason.strip()))
    return tuple(drafts)


def _json_text(text: str) -> str | None:
    """The part of an answer that is meant to be JSON with code in it."""
    stripped = text.strip()
    if stripped[:1] in ("{", "["):
        return stripped
    opening = re.search(r"^[ \t]*```(\w*)[ \t]*\r?\n(?=\s*[{\[])", text, re.MULTILINE)
    if opening is None or (opening[1] and opening[1].lower() not in _JSON):
        return None
    rest = text[opening.end() :]
    end = rest.rfind("\n```")
    return rest if end < 0 else rest[:end]


def _is_code(block: Block, language: str) -> bool:
    if block.path:
        return True
    word = block.language
    return word in PYTHON if language == "python" else word == "" or word in _CODE - PYTHON


def _keep(reasons: list[str], prose: str) -> None:
    text = _MARK.sub("", prose).strip()
    if text:
        reasons.append(text)


def _joined(reasons: Sequence[str]) -> str:
    lines: Iterable[str] = (re.sub(r"^#{1,6}\s+", "", line) for line in "\n\n".join(reasons).splitlines())
    return "\n".join(lines).strip()
