"""Functions are found by name as they are bound at run time."""

from codeflash_syntax.parse import find_function, parse_module


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
