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
from codeflash_syntax.parse import SyntaxProblem
from codeflash_syntax.parsed import Parsed, Readings

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


class Sieve:
    """Lets through what is whole, keeps the interface, and differs from all that went before."""

    def __init__(
        self,
        originals: Sequence[Block],
        language: str = "python",
        known: Iterable[Sequence[Block]] = (),
        readings: Readings | None = None,
    ) -> None:
        """Prepare for one request.

        Args:
            originals: The request's files.
            language: Their language.
            known: Versions that are not to come again.
            readings: Texts that were parsed for this request already.
        """
        self._readings = Readings() if readings is None else readings
        self._originals = tuple(originals)
        self._language = language
        self._seen: dict[frozenset[object], list[Sequence[Block]]] = {}
        for blocks in (self._originals, *known):
            self._is_new(blocks)

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
        return tuple(files) if self._is_new(files) else None

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
        old, new = self._readings[original.text], self._readings[text]
        if not new.compiles or not keeps_interface(old, new):
            return None
        return evolve(version, text=with_docstrings(old, new))

    def _is_new(self, blocks: Sequence[Block]) -> bool:
        """Whether no version of the same form went before; now one has."""
        alike = self._seen.setdefault(frozenset((each.path, self._outline(each.text)) for each in blocks), [])
        if any(self._is_same(blocks, other) for other in alike):
            return False
        alike.append(blocks)
        return True

    def _is_same(self, blocks: Sequence[Block], others: Sequence[Block]) -> bool:
        return self._shapes(blocks) == self._shapes(others) and self._form(blocks) == self._form(others)

    def _form(self, blocks: Sequence[Block]) -> list[tuple[str, str]]:
        """By what two versions are the same: paths, and digests of the trees (other languages: of the words)."""
        return sorted((block.path, self._digest(block.text)) for block in blocks)

    def _outline(self, text: str) -> object:
        """What versions of the same form have in common, and is found soonest."""
        parsed = self._parsed(text)
        return parsed.outline if parsed else None

    def _shapes(self, blocks: Sequence[Block]) -> set[tuple[str, object]]:
        """What versions of the same form have in common, and is found sooner than the form."""
        parsed = [(block.path, self._parsed(block.text)) for block in blocks]
        return {(path, each.shape if each else None) for path, each in parsed}

    def _parsed(self, text: str) -> Parsed | None:
        """The text with its tree; None where it has none."""
        if self._language == "python":
            try:
                parsed = self._readings[text]
                _ = parsed.module
                return parsed
            except SyntaxProblem:
                pass
        return None

    def _digest(self, text: str) -> str:
        if self._language == "python":
            try:
                return self._readings[text].digest
            except (SyntaxProblem, RecursionError):
                pass
        return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()
