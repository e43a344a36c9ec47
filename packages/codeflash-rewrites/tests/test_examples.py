"""Every rule's examples hold: they are rewritten as printed, and before and after behave alike."""

import copy
import types
from collections.abc import Iterator

import pytest

from codeflash_rewrites.catalogue import RULES, proposals
from codeflash_rewrites.rule import Subject
from codeflash_syntax.parse import compiles

CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{rule.slug}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.examples)
]
CHANGED = [case for case in CASES if case.values[1].after is not None]
LEFT = [case for case in CASES if case.values[1].after is None]


def subject_of(example, source=None):
    return Subject(source or example.before, example.function, example.facts)


def callable_of(source, qualname):
    module = types.ModuleType("example")
    exec(compile(source, "example.py", "exec"), module.__dict__)
    value, owner = module, None
    for part in qualname.split("."):
        owner, value = value, getattr(value, part)
    return getattr(owner(), qualname.split(".")[-1]) if isinstance(owner, type) else value


def exact(value, depth=0):
    """Describes a value with the types of its parts, so that 1, True and 1.0 are told apart."""
    kind = type(value).__qualname__
    if depth > 20:
        return kind
    if isinstance(value, Iterator):
        return (kind, [exact(item, depth + 1) for item in value])
    if isinstance(value, dict):
        items = [(exact(key, depth + 1), exact(item, depth + 1)) for key, item in value.items()]
        return (kind, repr(getattr(value, "default_factory", None)), items)
    if isinstance(value, set | frozenset):
        return (kind, sorted(repr(exact(item, depth + 1)) for item in value))
    if hasattr(value, "__dict__") and not callable(value):
        return (kind, exact(dict(vars(value)), depth + 1))
    if isinstance(value, list | tuple):
        return (kind, [exact(item, depth + 1) for item in value])
    return (kind, repr(value))


def outcome(source, example, arguments):
    arguments = copy.deepcopy(arguments)
    try:
        result = ("returned", exact(callable_of(source, example.function)(*arguments)))
    except Exception as error:
        result = ("raised", type(error).__qualname__, str(error))
    return result, exact(arguments)


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_slow_becomes_fast(rule, example):
    texts = [rewrite.source for rewrite in proposals(subject_of(example), [rule])]
    assert example.after in texts, "\n-----\n".join(texts) or "nothing proposed"


@pytest.mark.parametrize(("rule", "example"), LEFT)
def test_leave_is_left(rule, example):
    assert compiles(example.before)
    assert [rewrite.source for rewrite in rule.propose(subject_of(example))] == []


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_every_rewrite_compiles_and_gives_a_reason(rule, example):
    for rewrite in rule.propose(subject_of(example)):
        assert compiles(rewrite.source), rewrite.source
        assert rewrite.why.endswith(".")
        assert rewrite.rule == rule.slug
        for name in rewrite.adds:
            assert name in rewrite.source
            assert name not in example.before


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_before_and_after_agree(rule, example):
    assert example.inputs, "an example that changes code needs inputs to compare it on"
    for rewrite in proposals(subject_of(example), [rule]):
        odd = example.odd if rewrite.variant == "guarded" else ()
        for arguments in (*example.inputs, *odd):
            expected = outcome(example.before, example, arguments)
            assert outcome(rewrite.source, example, arguments) == expected, (rewrite.variant, arguments)


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_fast_is_left(rule, example):
    assert [rewrite.source for rewrite in rule.propose(subject_of(example, example.after))] == []
