import ast

from codeflash_syntax.nodes import children, statements, walked
from codeflash_syntax.normalize import REMEMBERED, digest_module

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


def test_children_are_those_of_the_standard_library():
    for node in ast.walk(ast.parse(CODE)):
        assert children(node) == list(ast.iter_child_nodes(node))


def test_the_walk_has_the_order_of_the_standard_library():
    tree = ast.parse(CODE)
    assert walked(tree) == list(ast.walk(tree))


def test_statements_are_all_statements():
    tree = ast.parse(CODE)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    assert {id(node) for node in statements(tree)} == {id(tree), *map(id, found)}


def test_a_node_that_lacks_a_field_has_the_others():
    node = ast.Return()
    assert children(node) == []


def test_digests_tell_forms_apart_however_long_the_text():
    for filler in ("", "# long\n" * REMEMBERED):
        one = digest_module(f"{filler}def f(a):\n    b = a\n    return b\n")
        assert one == digest_module(f"{filler}def f(a):\n    other = a\n    return other\n")
        assert one != digest_module(f"{filler}def f(a):\n    b = a\n    return a\n")
