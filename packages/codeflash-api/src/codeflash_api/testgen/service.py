"""Lets a model write and mend tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from codeflash_api.code.languages import spoken
from codeflash_api.code.markdown import Block, read_drafts, write_blocks
from codeflash_api.errors import invalid
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.llm.model import BadAnswer, Reply
from codeflash_api.prompting.drafting import context_for, notes_of
from codeflash_api.prompting.prompts import render
from codeflash_api.testgen.cleaning import cleaned, whole
from codeflash_api.testgen.finishing import finished
from codeflash_api.testgen.functions import names_of_tests, put_in, without
from codeflash_api.testgen.question import RepairQuestion, WantedTests
from codeflash_api.testgen.target import GeneratedTests
from codeflash_syntax.parse import SyntaxProblem, compiles

ANSWER_TOKENS = 12_000
T = TypeVar("T")


async def generate(question: WantedTests, asker: Asker) -> GeneratedTests:
    """A file of tests that a model wrote.

    Args:
        question: What is to be tested.
        asker: The model.

    Raises:
        ProviderError: The model wrote no test that can be used.
    """
    context = await context_for(asker, question.files[:1], question.files[1:])
    rendered = render(
        Feature.TESTGEN,
        "tests",
        language=spoken(question.language),
        framework=question.framework,
        function=question.target.qualified,
        module=question.target.module,
        is_async=question.target.is_async,
        is_numerical=question.is_numerical,
        is_python=question.language == "python",
        large=question.index % 2 == 1,
        seconds=question.seconds,
        helpers=", ".join(question.helpers),
        code=write_blocks(context.code),
        read_only=write_blocks(context.read_only),
        notes=notes_of(context),
    )
    reply = await asker.ask(rendered.prompt(max_tokens=ANSWER_TOKENS))
    return await _read(_tests_in, reply, question)


async def repair(question: RepairQuestion, asker: Asker) -> GeneratedTests:
    """The tests with new versions of the broken functions; those that the model gave up are taken out.

    Args:
        question: The tests, and which of them are broken.
        asker: The model.

    Raises:
        ProviderError: The model wrote nothing that can be used.
        ApiError: The tests are no Python code (422).
    """
    about = question.about
    if about.language == "python" and not compiles(question.source):
        raise invalid("test_source is no Python code")
    context = await context_for(asker, about.files[:1], about.files[1:])
    rendered = render(
        Feature.TESTGEN_REPAIR,
        "repair",
        language=spoken(about.language),
        framework=about.framework,
        function=about.target.qualified,
        module=about.target.module,
        is_async=about.target.is_async,
        is_python=about.language == "python",
        code=write_blocks(context.code),
        read_only=write_blocks(context.read_only),
        notes=notes_of(context),
        tests=question.source,
        broken=question.broken,
        unexecuted=", ".join(str(line) for line in question.unexecuted),
    )
    reply = await asker.ask(rendered.prompt(max_tokens=ANSWER_TOKENS))
    return await _read(_repaired_in, reply, question)


async def _read(reader: Callable[[Reply, T], GeneratedTests], reply: Reply, question: T) -> GeneratedTests:
    try:
        return await asyncio.to_thread(reader, reply, question)
    except RecursionError:
        raise BadAnswer(reply.provider, "the code in the answer is nested too deeply") from None


def _tests_in(reply: Reply, question: WantedTests) -> GeneratedTests:
    raw = _code_in(reply, question)
    if question.language != "python":
        return finished(raw, question)
    usable = cleaned(raw, question)
    if not usable:
        raise BadAnswer(reply.provider, "no test in the answer can be used")
    return finished(usable, question)


def _repaired_in(reply: Reply, question: RepairQuestion) -> GeneratedTests:
    about = question.about
    fresh = _code_in(reply, about)
    if about.language != "python":
        return finished(fresh, about)
    names = frozenset(each.name.rpartition(".")[2] for each in question.broken)
    usable = cleaned(fresh, about)
    try:
        text, taken = put_in(question.source, usable, names)
        text = without(text, names - taken)
        left = names_of_tests(text)
    except SyntaxProblem:
        left = ()
    if not left or not compiles(text):
        raise BadAnswer(reply.provider, "no repaired test in the answer can be used")
    return finished(text, about)


def _code_in(reply: Reply, question: WantedTests) -> str:
    """The block with the tests: the longest that names the function."""
    blocks: list[Block] = [
        block for draft in read_drafts(reply.text, question.language) for block in draft.blocks
    ]
    if not blocks and question.language == "python" and whole(reply.text):
        blocks = [Block(reply.text)]
    found = [block.text for block in blocks if question.target.name in block.text]
    if not found:
        raise BadAnswer(reply.provider, "no tests of the function in the answer")
    return max(found, key=len) + "\n"
