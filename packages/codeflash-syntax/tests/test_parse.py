"""Functions are found by the names they have at run time."""

import ast
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from codeflash_core import compiling
from codeflash_syntax.parse import (
    FunctionNotFound,
    SyntaxProblem,
    compiles,
    find_function,
    functions,
    is_literal,
    literal_value,
    parse_expression,
    parse_module,
)

SOURCE = """
def f(): return 1
class A:
    def f(self): return 2
    class B:
        async def g(self): return 3
if True:
    def f(): return 4
else:
    def h(): return 5
def outer():
    def inner(): return 6
    try:
        pass
    except E:
        def late(): return 7
match 1:
    case 1:
        def m(): return 8
"""


def returned(name):
    return find_function(parse_module(SOURCE), name).node.body[0].value.value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("f", 1),
        ("A.f", 2),
        ("A.B.g", 3),
        ("h", 5),
        ("outer.inner", 6),
        ("outer.<locals>.late", 7),
        ("m", 8),
    ],
)
def test_a_function_is_found_at_any_depth(name, value):
    assert returned(name) == value


def test_a_method_knows_its_class_and_a_nested_function_has_none():
    module = parse_module(SOURCE)
    owner = find_function(module, "A.B.g").owner_class
    assert owner is not None
    assert owner.name == "B"
    assert find_function(module, "outer.inner").owner_class is None


def test_all_functions_come_in_the_order_of_the_text():
    names = [site.qualname for site in functions(parse_module(SOURCE))]
    assert names == ["f", "A.f", "A.B.g", "f", "h", "outer", "outer.inner", "outer.late", "m"]


def test_a_missing_function_is_named():
    with pytest.raises(FunctionNotFound, match=r"A\.missing"):
        find_function(parse_module(SOURCE), "A.missing")


@pytest.mark.parametrize("text", ["def f(:\n", "x = 'a\n", "a\0b", "(" * 5000 + ")" * 5000])
def test_text_that_is_no_module_is_a_syntax_problem(text):
    with pytest.raises(SyntaxProblem):
        parse_module(text)
    assert not compiles(text)


def test_a_problem_says_where_it_is():
    with pytest.raises(SyntaxProblem) as caught:
        parse_module("x = 1\ny = = 2\n")
    assert (caught.value.line, caught.value.column) == (2, 5)


def test_a_return_outside_a_function_does_not_compile():
    assert not compiles("return 1\n")
    assert compiles("x = '\\d'\n")  # the invalid escape is no error of ours


def line_of(source, qualname="f"):
    return find_function(parse_module(source), qualname).node.lineno


def test_the_last_definition_wins():
    assert line_of("def f(): pass\ndef f(): return 1\n") == 2


def test_a_conditional_definition_does_not_displace_one_always_reached():
    assert line_of("def f(): pass\nif FAST:\n    def f(): return 1\n") == 1
    assert line_of("if FAST:\n    def f(): return 1\ndef f(): pass\n") == 3


def test_of_conditional_definitions_the_last_wins():
    assert line_of("try:\n    def f(): return 1\nexcept E:\n    def f(): pass\n") == 4


def test_a_conditional_method_is_seen_in_its_class():
    assert line_of("class C:\n    def f(self): pass\n    if X:\n        def f(self): return 1\n", "C.f") == 2


@pytest.mark.parametrize("parses", [parse_module, parse_expression, compiles])
def test_only_one_thread_parses_at_a_time(parses, monkeypatch):
    inside, most, pause = 0, 0, threading.Event()
    original = ast.parse, compile

    def watched(which):
        def call(*values, **named):
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            pause.wait(0.01)  # others may go on meanwhile
            inside -= 1
            return original[which](*values, **named)

        return call

    monkeypatch.setattr(ast, "parse", watched(0))
    monkeypatch.setattr(compiling, "compile", watched(1), raising=False)
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(parses, ["x + 1"] * 12))
    assert most == 1


def test_what_is_parsed_while_parsing_does_not_wait_for_itself(monkeypatch):
    original = ast.parse
    monkeypatch.setattr(
        ast, "parse", lambda *values, **named: (parse_nested(), original(*values, **named))[1]
    )

    def parse_nested():
        monkeypatch.setattr(ast, "parse", original)
        assert parse_expression("y")  # such as a finalizer that the garbage collector runs

    assert parse_expression("x")


def test_what_is_no_expression_is_refused():
    for text in ("x = 1", "", "a b"):
        with pytest.raises(SyntaxError):
            parse_expression(text)


def test_bytes_are_decoded_as_they_declare():
    module = parse_module("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert ast.unparse(module) == "x = 'é'"


@pytest.mark.parametrize(
    ("text", "literal"), [("(1, 'a', -2)", True), ("{'a': [b'x']}", True), ("f(1)", False), ("name", False)]
)
def test_literals_are_made_of_constants_alone(text, literal):
    assert is_literal(parse_expression(text)) is literal


def test_the_value_of_constants_is_told_from_no_value() -> None:
    assert literal_value(parse_expression("None")) == (None,)
    assert literal_value(parse_expression("[1, -2]")) == ([1, -2],)
    assert literal_value(parse_expression("f()")) == ()
