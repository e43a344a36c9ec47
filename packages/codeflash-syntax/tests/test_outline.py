"""Texts that say the same have one outline; most others have another."""

import ast

import pytest

from codeflash_syntax.normalize import normalize_module
from codeflash_syntax.outline import outline

PLAIN = "def f(a):\n    b = a\n    for c in b:\n        print(c)\n    return b\n"
SAME = {
    "layout and comments": "def f( a ):  # says\n    b = (a)\n\n    for c in b: print(c)\n    return b\n",
    "docstring": PLAIN.replace("    b = a\n", '    """Says."""\n    b = a\n'),
    "pass before others": PLAIN.replace("    b = a\n", "    pass\n    b = a\n"),
    "local names": PLAIN.replace("b", "x").replace("c", "y"),
}
OTHER = {
    "another kind of value": PLAIN.replace("b = a", "b = [a]"),
    "another order": PLAIN.replace("    b = a\n", "").replace("    return b\n", "    b = a\n    return b\n"),
    "a statement more": PLAIN.replace("b = a", "b = a; b = b"),
    "a statement deeper": PLAIN.replace("    return b\n", "        return b\n"),
    "an else": PLAIN.replace("    return b\n", "    else:\n        return b\n"),
}
EVERY = """
async def f():
    async with a as b: pass
    async for c in d: continue
    try: del e
    except* F as g: raise
    else: assert h
    finally: global i
    match j:
        case {"k": 1}: l += 1
        case _: return
    while m: break
    else: n: int = 1
class O(P):
    import q
    from r import s
"""


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_texts_of_one_normal_form_have_one_outline(text: str):
    assert normalize_module(text) == normalize_module(PLAIN)
    assert outline(ast.parse(text)) == outline(ast.parse(PLAIN))


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_texts_that_differ_in_their_statements_have_other_outlines(text: str):
    assert outline(ast.parse(text)) != outline(ast.parse(PLAIN))


def test_every_statement_is_in_the_outline():
    tree = ast.parse(EVERY)
    told = {type(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)} - {ast.Expr, ast.Pass}
    assert told <= set(outline(tree))


def test_a_tree_of_any_depth_has_an_outline():
    depth = 90
    text = "".join(f"{' ' * level}if a:\n" for level in range(depth)) + " " * depth + "b = 1\n"
    assert outline(ast.parse(text)).count(ast.If) == depth
