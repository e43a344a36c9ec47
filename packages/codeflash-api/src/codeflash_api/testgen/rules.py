"""Makes and mends tests without a model: calls with values that the code itself suggests.

Nothing is run here, so nothing is known of results, and the tests claim nothing: the client compares what the original
and a candidate return, raise and print. Calls of coroutine functions are not compared by the client; these tests hold a
copy of the original and compare with it.
"""

from __future__ import annotations

import ast

from codeflash_api.code.files import parsed
from codeflash_api.errors import ApiError, invalid, unsupported
from codeflash_api.testgen.finishing import finished
from codeflash_api.testgen.functions import added, names_of_tests, without
from codeflash_api.testgen.question import RepairQuestion, WantedTests
from codeflash_api.testgen.scenarios import reaches_out
from codeflash_api.testgen.subject import Subject, read_subject
from codeflash_api.testgen.target import GeneratedTests
from codeflash_api.testgen.writing import written
from codeflash_syntax.parse import FunctionNotFound
from codeflash_syntax.signature import is_generator

TOO_DEEP = "the code is nested too deeply to make tests from it"


def generate(question: WantedTests) -> GeneratedTests:
    """Make one of the two files of tests.

    Args:
        question: What is to be tested.

    Raises:
        ApiError: The function isn't in the code (422), or can't be called with made-up arguments (501).
    """
    try:
        return finished(written(question, subject_of(question)), question)
    except RecursionError:
        raise invalid(TOO_DEEP) from None


def repair(question: RepairQuestion) -> GeneratedTests:
    """Take the broken functions out, put others at the end whose exceptions are recorded, and keep the rest.

    Args:
        question: The tests, and which of them are broken.

    Raises:
        ApiError: The tests can't be read (422), or nothing would be left of them (501).
    """
    if parsed(question.source) is None:
        raise invalid("test_source is no Python code")
    try:
        return _repaired(question)
    except RecursionError:
        raise invalid(TOO_DEEP) from None


def _repaired(question: RepairQuestion) -> GeneratedTests:
    about = question.about
    rest = without(question.source, {each.name for each in question.broken})
    try:
        fresh = written(about, subject_of(about), prefix="repaired")
    except ApiError as problem:
        if not names_of_tests(rest):
            raise unsupported("testgen-repair needs a language model for these tests") from problem
        return finished(rest, about)
    return finished(added(rest, fresh, len(question.broken)), about)


def subject_of(question: WantedTests) -> Subject:
    """The function under test, read out of the request's code.

    Raises:
        ApiError: No file defines it (422), or it must not be called with made-up arguments (501).
    """
    for block in question.files:
        tree = parsed(block.text)
        if tree is None:
            continue
        try:
            subject = read_subject(tree, question.target.qualified)
        except FunctionNotFound:
            continue
        if reaches_out(subject):
            raise unsupported(
                "testgen needs a language model for a function that touches files, processes or the network"
            )
        if isinstance(subject.node, ast.AsyncFunctionDef) and is_generator(subject.node):
            raise unsupported("testgen needs a language model for an asynchronous generator")
        return subject
    raise invalid(f"the code does not define {question.target.qualified} where a test could call it")
