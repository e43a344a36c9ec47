from __future__ import annotations

import ast

import pytest

from codeflash_api.testgen.calling import function_called, method_called
from codeflash_api.testgen.shapes import Shape


def call(text: str) -> ast.Call:
    found = ast.parse(text, mode="eval").body
    assert isinstance(found, ast.Call)
    return found


@pytest.mark.parametrize(
    ("text", "kind", "gives"),
    [
        ("x.split(',')", "str", "list"),
        ("x.strip()", "str", "str"),
        ("x.items()", "dict", "list"),
        ("x.append(1)", "list", ""),
        ("x.appendleft(1)", "deque", ""),
    ],
)
def test_a_method_tells_the_kind_of_its_object_and_of_its_result(text: str, kind: str, gives: str) -> None:
    shape, node = Shape(), call(text)
    assert isinstance(node.func, ast.Attribute)
    result = method_called(node.func.attr, node, shape, [Shape({"int": 1}) for _ in node.args])
    assert (shape.kind, result.kind) == (kind, gives)


def test_what_is_appended_is_an_element() -> None:
    shape = Shape()
    method_called("append", call("x.append(1)"), shape, [Shape({"int": 1})])
    assert shape.element.kind == "int"


def test_what_a_constant_key_gives_is_kept_under_it() -> None:
    shape = Shape()
    method_called("get", call("x.get('size')"), shape, [Shape({"str": 1})]).vote("int")
    assert shape.keys["size"].kind == "int"


@pytest.mark.parametrize(
    ("text", "kind", "gives"),
    [
        ("sorted(x)", "list", "list"),
        ("len(x)", "list", "int"),
        ("sqrt(x)", "int", "float"),
        ("range(x)", "int", "list"),
        ("ord(x)", "str", "int"),
        ("str(x)", "", "str"),
        ("isinstance(x, dict)", "dict", ""),
        ("nobody_knows(x)", "", ""),
    ],
)
def test_a_function_tells_the_kind_of_its_argument_and_of_its_result(
    text: str, kind: str, gives: str
) -> None:
    node = call(text)
    assert isinstance(node.func, ast.Name)
    shape = Shape()
    result = function_called(node.func.id, node, [shape, *(Shape() for _ in node.args[1:])])
    assert (shape.kind, result.kind) == (kind, gives)


def test_a_call_without_arguments_says_nothing() -> None:
    assert function_called("sorted", call("sorted()"), []).kind == ""
