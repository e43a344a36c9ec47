"""Names that hold whole numbers, and choices that make no difference at a tie."""

import ast

import pytest

from codeflash_python.behaviour.ties import agrees_at_tie, whole_names


def function(text: str) -> ast.FunctionDef:
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("n = len(a)", "int"),
        ("n = 0\n    n += len(a)", "int"),
        ("n = len(a) - 1\n    m = n", "int"),
        ("for n in range(3): pass", "int"),
        ("n = declared * 3", "int"),
        ("n = declared", "bool-or-int"),
        ("n = a", None),
        ("n = True", None),
        ("n = len(a) / 2", None),
        ("n = len(a)\n    n = a", None),
        ("n += 1.5", None),
        ("for n in a: pass", None),
        ("n = 1\n    n, m = a", None),
        ("n = 1\n    global n", None),
        ("n = 1\n    del n", None),
        ("n = 1\n    import n", None),
        ("n = 1\n    def n(): pass", None),
        ("n = 1\n    try: pass\n    except E as n: pass", None),
        ("n = 1\n    lambda n: n", None),
        ("len = a\n    n = len(a)", None),
        ("n = defaulted", None),
    ],
)
def test_what_a_name_holds_is_known_from_all_its_bindings(body: str, kind: str | None) -> None:
    found = whole_names(function(f"def f(a, declared: int, defaulted: int = None):\n    {body}\n"))
    assert found.get("n") == kind


def test_a_builtin_that_the_module_binds_is_none() -> None:
    node = function("def f(a):\n    n = len(a)\n")
    assert whole_names(node, frozenset({"len"})) == {}


@pytest.mark.parametrize(
    ("body", "agrees"),
    [
        ("return n // 100 if n > 0 else 0", True),
        ("if n > 0:\n        return n * 2\n    else:\n        return 0", True),
        ("if n > 0:\n        m = n\n    else:\n        m = -n", True),
        ("if n > 0:\n        m = n\n    else:\n        k = n", False),
        ("if n > 0:\n        return n", False),
        ("return n + 1 if n > 0 else 0", False),
        ("return a if n > 0 else a", False),
        ("return n if n == 0 else 0", False),
        ("return a // 100 if a > 0 else 0", False),
        ("return d // 100 if d > 0 else 0", True),
        ("return d if d > 0 else 0", False),
    ],
)
def test_only_whole_numbers_are_proven_to_agree(body: str, agrees: bool) -> None:
    node = function(f"def f(a, d: int):\n    n = len(a)\n    {body}\n")
    whole = whole_names(node)
    tests = [
        (child, parent)
        for parent in ast.walk(node)
        for child in ast.iter_child_nodes(parent)
        if isinstance(child, ast.Compare)
    ]
    assert [agrees_at_tie(test, parent, whole) for test, parent in tests] == [agrees]
