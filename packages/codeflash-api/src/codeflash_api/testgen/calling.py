"""What calls say about their arguments, and what they give."""

from __future__ import annotations

import ast

from codeflash_api.testgen.evidence import items
from codeflash_api.testgen.shapes import SEQUENCES, Shape
from codeflash_api.testgen.vocabulary import (
    CHECKED,
    LIST_OF_TEXT,
    METHODS,
    OF_INT,
    OF_NUMBER,
    OF_SEQUENCE,
    SAME,
    TEXT_RESULTS,
)


def method_called(name: str, node: ast.Call, shape: Shape, given: list[Shape]) -> Shape:
    """What a method gives; its object and arguments learn from its name.

    Args:
        name: Its name, one of ``METHODS``.
        node: The call.
        shape: Its object.
        given: The positional arguments.
    """
    kind = METHODS[name]
    if not (shape.kind in SEQUENCES and kind in SEQUENCES and shape.kind != ""):
        shape.vote(kind, 2)
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        if name in LIST_OF_TEXT:
            shape.whole.separators.append(first.value)
        elif kind == "str" and name not in ("join", "encode"):
            shape.note(first.value)
    if name == "join" and given:
        if not given[0].kind:
            given[0].vote("list")
        given[0].element.vote("str")
    elif name in ("append", "add", "insert", "appendleft", "discard") and given:
        shape.element.join(given[-1])
    elif name in ("get", "setdefault"):
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return shape.whole.keys.setdefault(first.value, Shape()).whole
        if given:
            shape.key.join(given[0])
        return shape.element
    elif name == "items":
        return Shape({"list": 1}, element=Shape({"tuple": 1}, fields={0: shape.key, 1: shape.element}))
    elif name in ("keys", "values"):
        return Shape({"list": 1}, element=shape.key if name == "keys" else shape.element)
    if name in TEXT_RESULTS:
        return Shape({"str": 1})
    return Shape({"list": 1}, element=Shape({"str": 1})) if name in LIST_OF_TEXT else Shape()


def function_called(name: str, node: ast.Call, given: list[Shape]) -> Shape:
    """What a function gives; its arguments learn from its name.

    Args:
        name: Its name, without what it is an attribute of.
        node: The call.
        given: The positional arguments.
    """
    if not given:
        return Shape()
    first = given[0]
    if name == "isinstance" and len(node.args) == 2:
        for part in ast.walk(node.args[1]):
            if isinstance(part, ast.Name) and part.id in CHECKED:
                first.vote(part.id)
    elif name in SAME or name in OF_SEQUENCE or name in ("enumerate", "zip", "map", "filter"):
        return _of_sequence(name, given)
    elif name in OF_INT:
        for each in given:
            each.vote("int")
        return Shape({"list": 1}, element=Shape({"int": 1}))
    elif name in OF_NUMBER:
        for each in given:
            if not each.kind:
                each.vote("int")
        return Shape({"float": 1})
    elif name == "ord":
        first.vote("str").note("a")
        return Shape({"int": 1})
    elif name in ("str", "repr"):
        return Shape({"str": 1})
    elif name in ("int", "float"):
        return Shape({name: 1})
    return Shape()


def _of_sequence(name: str, given: list[Shape]) -> Shape:
    first = given[-1] if name in ("map", "filter") else given[0]
    if name in ("min", "max") and len(given) > 1:
        for each in given[1:]:
            first.join(each)
        return first if first.kind else first.vote("int")
    for each in given if name == "zip" else [first]:
        if not each.kind:
            each.vote("list")
    if name in ("map", "filter") and len(given) > 1 and given[0].kind == "":
        given[0].vote("callable")
    if name in ("sum", "fsum", "mean", "prod") and not first.element.kind:
        first.element.vote("int")
    if name == "enumerate":
        fields = {0: Shape({"int": 1}), 1: items(first)}
        return Shape({"list": 1}, element=Shape({"tuple": 1}, fields=fields))
    if name == "zip":
        fields = dict(enumerate(items(each) for each in given))
        return Shape({"list": 1}, element=Shape({"tuple": 1}, fields=fields))
    if name in ("len", "any", "all"):
        return Shape({"int": 1})
    if name in ("sum", "fsum", "min", "max"):
        return items(first)
    return Shape({"list": 1}, element=items(first))
