"""Lets a model find tests that are wrong or of no use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from codeflash_api.code.markdown import clean
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.llm.model import BadAnswer
from codeflash_api.llm.objects import object_in
from codeflash_api.prompting.prompts import render
from codeflash_api.testgen.functions import names_of_tests
from codeflash_api.testreview.question import FilesQuestion, FileVerdict, Flaw, ReviewedFile
from codeflash_api.testreview.rules import failures
from codeflash_syntax.parse import SyntaxProblem

ANSWER_TOKENS = 4_000


@frozen
class _Told:
    index: int
    source: str
    failures: tuple[Flaw, ...]


async def review(question: FilesQuestion, asker: Asker) -> tuple[FileVerdict, ...]:
    """One review for each file, in their order; what failed is always among the flaws.

    Args:
        question: The tests.
        asker: The model.

    Raises:
        ProviderError: The model gave no review.
    """
    rendered = render(
        Feature.TESTGEN_REVIEW,
        "review",
        function=question.function,
        code=question.code,
        files=[_Told(each.index, each.source, failures(each)) for each in question.files],
        coverage=question.coverage,
        unexecuted=", ".join(str(line) for line in question.unexecuted),
    )
    reply = await asker.ask(rendered.prompt(max_tokens=ANSWER_TOKENS))
    given = object_in(reply, "reviews")["reviews"]
    if not isinstance(given, list):
        raise BadAnswer(reply.provider, "the reviews are no list")
    return tuple(_reviewed(each, given) for each in question.files)


def _reviewed(file: ReviewedFile, given: Iterable[Any]) -> FileVerdict:
    found = {flaw.function: flaw for flaw in failures(file)}
    known = _known(file)
    for item in given:
        if not isinstance(item, Mapping) or item.get("test_index") != file.index:
            continue
        functions = item.get("functions")
        for each in functions if isinstance(functions, list) else ():
            name = each.get("function_name") if isinstance(each, Mapping) else None
            if not isinstance(name, str) or (known is not None and name.rpartition(".")[2] not in known):
                continue
            reason = each.get("reason")
            text = clean(reason).strip() if isinstance(reason, str) else ""
            # The failure is the better reason: it is a fact.
            found.setdefault(name.rpartition(".")[2], Flaw(name.rpartition(".")[2], text or "Of little use."))
    return FileVerdict(file.index, tuple(found.values()))


def _known(file: ReviewedFile) -> frozenset[str] | None:
    """Names of the file's tests, or None where it can't be read."""
    try:
        return frozenset(name.rpartition(".")[2] for name in names_of_tests(file.source))
    except SyntaxProblem:
        return None
