import ast
import gc
import sys
import weakref

import pytest

from codeflash_syntax.nodes import Kinds, children, kept, walked

CODE = """
import os
class Basket(list):
    '''A basket.'''
    async def total(self, rate: float = 1, *rest, **more):
        try:
            return [x if x else lambda y: (yield y) for x in self if x > rate]
        except* (KeyError, OSError) as problem:
            del self[0]
        else:
            with os.open() as file, file: pass
        finally:
            match more:
                case {"a": [1, *others], **kept} if kept: global g; g += 1
                case _: f"{rate!r:>{1}}"
"""


def _without_contexts(nodes):
    return [node for node in nodes if not isinstance(node, ast.expr_context)]


def test_children_are_those_of_the_standard_library_without_contexts():
    for node in ast.walk(ast.parse(CODE)):
        assert children(node) == _without_contexts(ast.iter_child_nodes(node))


def test_the_walk_has_the_order_of_the_standard_library():
    tree = ast.parse(CODE)
    for _ in range(2):  # the second one is remembered
        assert walked(tree) == _without_contexts(ast.walk(tree))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type aliases are new in 3.12")
def test_the_name_of_a_type_alias_is_a_node():
    tree = ast.parse("type Prices[T] = list[T]")
    assert walked(tree) == _without_contexts(ast.walk(tree))


def test_what_is_remembered_does_not_show():
    tree = ast.parse(CODE)
    before = ast.dump(tree)
    walked(tree)
    assert ast.dump(tree) == before


def test_a_node_that_lacks_a_field_has_the_others():
    node = ast.Return()
    assert children(node) == []


def test_the_nodes_of_a_module_are_remembered_and_the_tree_is_freed_at_once():
    module = ast.parse("def f(x):\n    return [x]\n")
    first = walked(module)
    assert walked(module) == first
    assert first[0] is module
    assert walked(module) is not first
    gone = weakref.ref(module)
    gc.disable()
    try:
        del module, first
        assert gone() is None
    finally:
        gc.enable()


def test_nodes_of_several_kinds_come_in_the_order_in_which_they_were_given():
    nodes = walked(ast.parse(CODE))
    asked = (ast.Name, ast.Try, ast.arg)
    assert Kinds(nodes).of(*asked) == [node for node in nodes if isinstance(node, asked)]
    assert Kinds(nodes).of(ast.Name) == [node for node in nodes if isinstance(node, ast.Name)]
    assert Kinds(nodes).of(ast.Await) == []


def test_what_is_kept_of_a_node_is_worked_out_once_and_goes_with_it():
    asked = []

    @kept
    def names(node: ast.AST) -> list[str]:
        asked.append(type(node))
        return [part.id for part in walked(node) if isinstance(part, ast.Name)]

    tree = ast.parse("a + b")
    assert names(tree) is names(tree) == ["a", "b"]
    assert asked == [ast.Module]
    gone = weakref.ref(tree)
    gc.disable()
    try:
        del tree
        assert gone() is None
    finally:
        gc.enable()


def test_functions_of_a_node_keep_apart_what_they_found():
    @kept
    def one(node: ast.AST) -> int:
        return 1

    @kept
    def other(node: ast.AST) -> int:
        return 2

    tree = ast.parse("a")
    assert (one(tree), other(tree), one(tree)) == (1, 2, 1)
