"""Edge cases of the rules that move tables and patterns to the module, and of the one that picks from tables."""

import pytest

from codeflash_rewrites.catalogue import by_slug
from codeflash_rewrites.rule import Subject

TABLE, PATTERN, PICK = (
    "constant-table-in-function",
    "regex-compiled-in-function",
    "table-built-to-pick-one",
)


def rewrites(slug, source, function="f"):
    return [rewrite.source for rewrite in by_slug(slug).propose(Subject(source, function))]


def run(source, function, *arguments):
    space = {}
    exec(compile(source, "example.py", "exec"), space)
    return space[function](*arguments)


@pytest.mark.parametrize(
    "body",
    [
        "t = {1: 2, 3: 4}\n    t[5] = x\n    return t[x]",
        "t = {1: 2, 3: 4}\n    return t",
        "t = {1: 2, 3: 4}\n    use(t)\n    return t[x]",
        "t = {1: 2, 3: 4}\n    del t[1]\n    return t[x]",
        "t = {1: 2, 3: 4}\n    t = x\n    return t[x]",
        "t = {1: 2, 3: 4}\n    y = t\n    return y[x]",
        "t = {1: 2, 3: 4}\n    return t.pop(x)",
        "t = {1: [], 3: []}\n    return t.get(x)",
        "t = {1: x, 3: 4}\n    return t[x]",
        "t = {1: 2, **x}\n    return t[x]",
        "t = {1: 2, 3: unknown}\n    return t[x]",
        "t = {1: 2, 3: 4}\n    def g():\n        nonlocal t\n        t = {}\n    g()\n    return t[x]",
        "t = (1, 2, 3)\n    return t[x]",
        "t = {1: 2}; u = 3\n    return t[x]",
    ],
)
def test_a_table_that_may_change_or_escape_stays(body):
    assert rewrites(TABLE, f"def f(x, use=print):\n    {body}\n") == []


def test_a_table_of_a_method_goes_before_the_class_and_its_comments():
    source = "# about C\n@decorate\nclass C:\n    @property\n    def f(self):\n        t = {1: 2, 3: 4}\n        return t[self.x]\n"
    (after,) = rewrites(TABLE, source, "C.f")
    assert after.startswith("_T = {1: 2, 3: 4}\n\n\n# about C\n@decorate\nclass C:\n    @property\n")
    assert "return _T[self.x]" in after


def test_a_table_of_a_nested_or_async_function_moves():
    (after,) = rewrites(
        TABLE,
        "def g():\n    async def f(x):\n        t = {1: 2, 3: 4}\n        return t[x]\n    return f\n",
        "g.f",
    )
    assert after.startswith("_T = ")


def test_a_taken_name_is_not_taken_again():
    (after,) = rewrites(TABLE, "_T = 1\n\n\ndef f(x):\n    t = {1: 2, 3: 4}\n    return t[x]\n")
    assert "_F_T = {1: 2, 3: 4}" in after
    assert after.startswith("_T = 1\n")


def test_two_tables_of_one_name_in_inline_use_get_two_names():
    (after,) = rewrites(TABLE, "def f(x):\n    return {1: 2, 3: 4}[x], {1: 3, 3: 5}.get(x)\n")
    assert run(after, "f", 3) == (4, 5)


def test_a_table_read_in_an_inner_function_moves():
    (after,) = rewrites(TABLE, "def f(xs):\n    t = {1: 2, 3: 4}\n    return list(map(lambda x: t[x], xs))\n")
    assert run(after, "f", [1, 3]) == [2, 4]


def test_a_name_defined_after_the_function_keeps_a_table_inside():
    assert rewrites(TABLE, "def f(x):\n    t = {1: g, 2: g}\n    return t[x]\n\n\ndef g(): pass\n") == []


def test_a_star_import_may_shadow_any_builtin():
    assert rewrites(TABLE, "from m import *\ndef f(x):\n    t = {int: 1, str: 2}\n    return t[x]\n") == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(s):\n    import re\n    return re.search('a+', s)\n",
        "import re\ndef f(s, p='a'):\n    return re.search(p, s)\n",
        "import re\ndef f(s):\n    return re.search(*s)\n",
        "import re\ndef f(s):\n    return re.search('a+', s, flags=s)\n",
        "import re\ndef f(s, x=re.compile('a+')):\n    return x.search(s)\n",
        "import regex as re\ndef f(s):\n    return re.search('a+', s)\n",
        "import re\ndef f(s):\n    return re.search(b'a+', s, re.LOCALE)\n",
        "import re\nre = None\ndef f(s):\n    return re.search('a+', s)\n",
    ],
)
def test_a_pattern_that_is_not_certainly_literal_stays(source):
    assert rewrites(PATTERN, source) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("re.split(',', s, maxsplit=1)", "_F_PATTERN.split(s, maxsplit=1)"),
        ("re.sub('a', 'b', s, 1, re.I)", "_F_PATTERN.sub('b', s, 1)"),
        ("re.match('a', string=s)", "_F_PATTERN.match(string=s)"),
        ("re.findall('a', s, re.I | re.M)", "_F_PATTERN.findall(s)"),
        ("re.fullmatch('a', flags=re.I, string=s)", "_F_PATTERN.fullmatch(string=s)"),
    ],
)
def test_arguments_of_the_call_are_kept_and_flags_move(call, expected):
    found = rewrites(PATTERN, f"import re\ndef f(s):\n    return {call}\n")
    if not found:
        pytest.fail(f"nothing proposed for {call}")
    assert expected in found[0]
    assert ("re.I" in found[0].split("def f")[0]) == ("re.I" in call)


def test_a_pattern_used_twice_is_compiled_once():
    (after,) = rewrites(
        PATTERN, "import re as r\ndef f(s):\n    return r.sub('x+', '', s) or r.sub('x+', '-', s)\n"
    )
    assert after.count("r.compile('x+')") == 1


def test_a_member_import_of_re_is_enough():
    (after,) = rewrites(
        PATTERN, "from re import compile as c\ndef f(s):\n    p = c('a+')\n    return p.match(s)\n"
    )
    assert "_F_P = c('a+')" in after


@pytest.mark.parametrize(
    "body",
    [
        "t = (g('a'), h('b'))\n    return t[i]",
        "t = (g('a'), g(i))\n    return t[i]",
        "t = (g('a'), g('b'))\n    return t[0:1]",
        "t = (g('a'), g('b'))\n    return len(t)",
        "t = (g('a'), g('b'))\n    return lambda: t[i]",
        "t = (g('a'), g('b'))\n    while i:\n        i = t[i]\n    return i",
        "t = (g('a'), g('b', k=1))\n    return t[i]",
        "t = (g('a'), g('b', 'c'))\n    return t[i]",
    ],
)
def test_calls_that_differ_or_are_all_needed_are_made_at_once(body):
    assert rewrites(PICK, f"def f(i, g=str, h=str):\n    {body}\n") == []


@pytest.mark.parametrize(
    "table", ["{'a': (yield), 'b': g()}", "{'a': g(), **x}", "{'a': g()}", "{'a': 1, 'b': 2}"]
)
def test_a_dict_that_is_cheap_or_opaque_is_not_branched(table):
    assert rewrites(PICK, f"def f(k, x, g=dict):\n    return {table}[k]\n") == []
