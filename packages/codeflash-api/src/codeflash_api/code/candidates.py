"""What may be passed on as a candidate: it parses, keeps the interface, and is new."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence

from attrs import evolve, field, frozen

from codeflash_api.code.docstrings import with_docstrings
from codeflash_api.code.files import matched
from codeflash_api.code.interface import keeps_interface
from codeflash_api.code.markdown import Block, Draft, clean, write_blocks
from codeflash_syntax.normalize import digest_module
from codeflash_syntax.parse import SyntaxProblem, compiles

NO_REASON = "A faster version of the same code."


def new_id() -> str:
    """An ``optimization_id`` that nobody has had."""
    return str(uuid.uuid4())


@frozen
class Candidate:
    """A candidate as the clients get it.

    Attributes:
        source_code: All files, in markdown form.
        explanation: Why it is faster; never empty.
        optimization_id: Unique.
        parent_id: The candidate it builds on.
        model: Who made it.
    """

    source_code: str
    explanation: str
    optimization_id: str = field(factory=new_id)
    parent_id: str | None = None
    model: str | None = None


def normal_form(blocks: Iterable[Block], language: str) -> tuple[tuple[str, str], ...]:
    """By what two versions are the same: paths, and digests of the syntax trees (other languages: of the words)."""
    return tuple(sorted((block.path, _normalized(block.text, language)) for block in blocks))


class Sieve:
    """Lets through what is whole, keeps the interface, and differs from all that went before."""

    def __init__(
        self, originals: Sequence[Block], language: str = "python", known: Iterable[Sequence[Block]] = ()
    ) -> None:
        """Prepare for one request.

        Args:
            originals: The request's files.
            language: Their language.
            known: Versions that are not to come again.
        """
        self._originals = tuple(originals)
        self._language = language
        self._seen = {normal_form(blocks, language) for blocks in (self._originals, *known)}

    def sift(self, blocks: Sequence[Block]) -> tuple[Block, ...] | None:
        """The whole version that the blocks make of the request's files, or None when it is not to be passed on."""
        versions = matched(blocks, self._originals)
        if versions is None:
            return None
        files: list[Block] = []
        for number, original in enumerate(self._originals):
            version = versions.get(number, original)
            if version is not original:
                kept = self._file(original, version)
                if kept is None:
                    return None
                version = kept
            files.append(version)
        form = normal_form(files, self._language)
        if form in self._seen:
            return None
        self._seen.add(form)
        return tuple(files)

    def candidates(
        self, drafts: Iterable[Draft], most: int, *, model: str, parent_id: str | None = None
    ) -> tuple[Candidate, ...]:
        """What of the drafts may be passed on, in their order.

        Args:
            drafts: Proposals.
            most: How many are wanted.
            model: Who made them.
            parent_id: What they build on.
        """
        found: list[Candidate] = []
        for draft in drafts:
            if len(found) >= most:
                break
            files = self.sift(draft.blocks)
            if files is not None:
                reason = clean(draft.explanation).strip() or NO_REASON
                found.append(Candidate(write_blocks(files), reason, parent_id=parent_id, model=model))
        return tuple(found)

    def _file(self, original: Block, version: Block) -> Block | None:
        text = version.text
        if clean(text) != text or not text.strip():
            return None
        if "\r\n" in original.text and "\r\n" not in text:
            text = text.replace("\n", "\r\n")
        if self._language != "python":
            return evolve(version, text=text) if version.closed else None
        if not compiles(text) or not keeps_interface(original.text, text):
            return None
        return evolve(version, text=with_docstrings(original.text, text))


def _normalized(text: str, language: str) -> str:
    if language == "python":
        try:
            return digest_module(text)
        except (SyntaxProblem, RecursionError):
            pass
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()
