"""Edits hit the right characters whatever the encoding, line ends and indentation."""

import ast

import pytest

from codeflash_syntax.edits import Edit, OverlappingEdits, SourceText, apply, reindent

ODD = "# é\r\nx = 'ü\U0001f600'; y = x\r\n\r\n\r\n@mark('ä')\r\ndef f(a):\r\n\treturn 'ß', a  # done\r\n"


def nodes(source, kind):
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kind)]


def test_a_node_is_found_behind_characters_of_several_bytes():
    text = SourceText(ODD)
    names = [text.text(node) for node in nodes(ODD, ast.Name)]
    assert sorted(names) == ["a", "mark", "x", "x", "y"]
    assert "'ü\U0001f600'" in [text.text(node) for node in nodes(ODD, ast.Constant)]


def test_replacing_a_node_leaves_every_other_character():
    text = SourceText(ODD)
    returned = nodes(ODD, ast.Return)[0]
    assert apply(ODD, [text.replace(returned, "return a")]) == ODD.replace("return 'ß', a", "return a")


def test_a_decorated_function_starts_at_its_decorator():
    text = SourceText(ODD)
    assert text.text(nodes(ODD, ast.FunctionDef)[0]).startswith("@mark")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_inserted_lines_take_the_line_ends_and_indentation_around(end):
    source = f"def f():{end}\tx = 1{end}\treturn x{end}"
    text = SourceText(source)
    returned = nodes(source, ast.Return)[0]
    new = apply(source, [text.insert_before(returned, "if x:", "\tx = 2")])
    assert new == f"def f():{end}\tx = 1{end}\tif x:{end}\t\tx = 2{end}\treturn x{end}"
    assert text.indent_unit == "\t"


def test_form_feeds_and_other_separators_are_no_line_ends():
    source = "x = 'a\x0b\x0c\u2028b'\ny = 2\n"
    text = SourceText(source)
    assert text.text(nodes(source, ast.Assign)[1]) == "y = 2"


def test_a_line_after_the_last_line_gets_its_line_end():
    source = "def f():\n    return 1"
    text = SourceText(source)
    assert apply(source, [text.insert_after(nodes(source, ast.Return)[0], "x = 2")]) == (
        "def f():\n    return 1\n    x = 2\n"
    )


def test_insertions_at_one_place_keep_their_order():
    assert apply("ab", [Edit(1, 1, "1"), Edit(1, 1, "2")]) == "a12b"


def test_overlapping_edits_are_refused():
    with pytest.raises(OverlappingEdits):
        apply("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a\nfrom b import c\nx = 1\n", "import a\nfrom b import c\nNEW\nx = 1\n"),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\nNEW\nx = 1\n'),
        ("#!/bin/x\n# coding: utf-8\nx = 1\n", "#!/bin/x\n# coding: utf-8\nNEW\nx = 1\n"),
        ("import a\ntry:\n    import b\nexcept E:\n    b = 0\nimport c\nx = 1\n",) * 2,
        ("x = 1\n", "NEW\nx = 1\n"),
        ("import a", "import a\nNEW\n"),
    ],
)
def test_module_lines_follow_the_imports(source, expected):
    if source == expected:
        expected = source.replace("import c\n", "import c\nNEW\n")
    assert apply(source, [SourceText(source).insert_after_imports("NEW")]) == expected


def test_lines_before_a_definition_stand_before_its_comment_and_decorators():
    source = "x = 1\n\n\n# About C.\n@mark\nclass C:\n    def f(self):\n        return 1\n"
    text = SourceText(source)
    new = apply(source, [text.insert_before_definition(nodes(source, ast.Return)[0], "T = 1")])
    assert new == source.replace("# About C.", "T = 1\n\n\n# About C.")


def test_lines_before_a_definition_with_foreign_line_ends():
    source = "x = 1\r\n\r\n# C.\r\n# D.\r\ndef f():\r\n    return 1\r\n"
    new = apply(source, [SourceText(source).insert_before_definition(nodes(source, ast.Return)[0], "T")])
    assert new == source.replace("# C.", "T\r\n\r\n\r\n# C.")


def test_a_statement_owns_its_lines_or_shares_them():
    source = "a = 1  # one\nb = 2; c = 3\nif a: d = 4\n"
    text = SourceText(source)
    owned = [text.owns_lines(node) for node in nodes(source, ast.Assign)]
    assert owned == [True, False, False, False]


def test_removing_a_statement_takes_its_comment():
    source = "a = 1\nb = 2  # two\nc = 3\n"
    text = SourceText(source)
    assert apply(source, [text.remove_lines(nodes(source, ast.Assign)[1])]) == "a = 1\nc = 3\n"


def test_reindenting_leaves_the_inside_of_strings_alone():
    block = '    x = """one\n    two"""\n    # note\n\n    y = 1\n'
    assert reindent(block, "    ", "\t") == '\tx = """one\n    two"""\n\t# note\n\n\ty = 1\n'
