"""Candidates from the AI service. They are foreign code: checked and timed like anybody's."""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from codeflash_core.compiling import compiles
from codeflash_core.model.candidate import Candidate, Cost, candidate_id
from codeflash_core.ports.sources import Question, SourceSettings
from codeflash_core.service.address import URL, Address, read_address
from codeflash_core.service.markdown import Block, read_blocks, write_blocks
from codeflash_core.service.values import Optimize, Proposal
from codeflash_core.texts import one_paragraph

if TYPE_CHECKING:
    from codeflash_core.service.client import ServiceClient

WANTED = 6
LONGEST_REASON = 2_000


class ServiceSource:
    """Asks the AI service for versions of the target's file."""

    name = "service"

    def __init__(
        self,
        settings: SourceSettings | None = None,
        environment: Mapping[str, str] | None = None,
        client: Callable[[Address], ServiceClient] | None = None,
    ) -> None:
        """Take the configuration.

        Args:
            settings: ``url`` and, as ``origin``, where it was set.
            environment: The process's variables by default; the key is among them.
            client: Makes the client, for tests.

        Raises:
            UsageError: The address or the key is missing or can't be used.
        """
        variables = os.environ if environment is None else environment
        options = settings.options if settings else {}
        url, origin = options.get("url", ""), options.get("origin", URL)
        if not url:
            url, origin = variables.get(URL, ""), URL
        self._address = read_address(url, variables, origin)
        self._client = client

    def sends(self, question: Question) -> str:
        """What will be sent where."""
        path = question.target.path
        lines = len(question.files[path].splitlines())
        return f"sends {path} ({lines} lines) to {self._address.url}, for faster versions of {question.target.qualname}"

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """What the service proposes for the version at hand.

        Raises:
            ServiceError: It can't be reached, refuses, or answers what can't be read.
        """
        begun = time.monotonic()
        async with self._open() as client:
            found = await client.optimize(self._request(question))
        seconds = round((time.monotonic() - begun) / max(1, len(found)), 3)
        candidates: dict[str, Candidate] = {}
        for number, proposal in enumerate(found):
            candidate = _candidate(question, proposal, Cost(seconds, calls=0 if number else 1))
            if candidate is not None:
                candidates.setdefault(candidate.id, candidate)
        return tuple(candidates.values())

    def _open(self) -> ServiceClient:
        if self._client is not None:
            return self._client(self._address)
        from codeflash_core.service.client import ServiceClient

        return ServiceClient(self._address)

    def _request(self, question: Question) -> Optimize:
        target, language = question.target, question.project.language
        block = Block(question.files[target.path], target.path, language)
        return Optimize(
            source_code=write_blocks([block]),
            trace_id=str(uuid.uuid4()),
            language=language,
            language_version=".".join(map(str, question.python)) if language == "python" else None,
            is_async=target.is_async,
            n_candidates=WANTED,
            qualified_name=target.qualname,
        )


def _candidate(question: Question, proposal: Proposal, cost: Cost) -> Candidate | None:
    """The proposal as a change of the target's file, or None when it is none."""
    path = question.target.path
    source = question.files[path]
    text = _new_text(proposal.source_code, path, source, question.project.language)
    if text is None or text == source:
        return None
    base = {path: question.target.file_sha256}
    parent = question.parent
    reasons = [parent.why] if parent else []
    model = re.sub(r"[^\w.+-]", "-", proposal.model or "")[:60]
    return Candidate(
        id=candidate_id(base, {path: hashlib.sha256(text.encode()).hexdigest()}),
        source=f"{ServiceSource.name}:{model}" if model else ServiceSource.name,
        files={**(parent.files if parent else {}), path: text},
        why=" ".join([*reasons, one_paragraph(proposal.explanation, LONGEST_REASON)]).strip(),
        parents=(parent.id,) if parent else (),
        steps=(*(parent.steps if parent else ()), ServiceSource.name),
        adds=parent.adds if parent else (),
        trusted=False,
        cost=cost,
    )


def _new_text(markdown: str, path: str, source: str, language: str) -> str | None:
    """The one file in an answer, with the line ends of the source; None when it is another file or no text."""
    blocks = read_blocks(markdown, compiles if language == "python" else None)
    if len(blocks) != 1 or blocks[0].path not in ("", path) or not blocks[0].closed:
        return None
    text = blocks[0].text
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    if "\0" in text or not text.strip():
        return None
    if "\r\n" in source and "\r\n" not in text:
        text = text.replace("\n", "\r\n")
    end = "\r\n" if source.endswith("\r\n") else "\n" if source.endswith("\n") else ""
    return text if text.endswith("\n") else text + end
