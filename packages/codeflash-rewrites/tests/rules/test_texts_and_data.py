"""Edge cases of the rules for texts, recursion, copies, and generators."""

import copy

import pytest

from codeflash_rewrites.catalogue import by_slug
from codeflash_rewrites.rule import Facts, ParameterFacts, Subject

ASCII, PLAIN, GROW = "ascii-text-walked", "regex-for-plain-text", "growing-text-in-place"
RECURSION, COPY, ANY = "overlapping-recursion", "deep-copy-of-plain-data", "any-of-generator"
INTO, ESCAPE = "generator-into-collection", "character-by-character-escape"


class Text(str):
    pass


TEXTS = [
    "",
    "a",
    "plain text",
    "\x00\t\n\x1f\x7f",
    "é",
    "e\u0301",
    "表題",
    "a\u200bb",
    "\U0001f600",
    Text("abc"),
    Text("é"),
]


def rewrites(slug, source, function="f", facts=None):
    return [rewrite.source for rewrite in by_slug(slug).propose(Subject(source, function, facts or Facts()))]


def function_of(source):
    space = {}
    exec(compile(source, "example.py", "exec"), space)
    return space["f"]


def outcome(function, *arguments):
    try:
        value = function(*arguments)
        return type(value), value
    except Exception as error:
        return type(error), str(error)


HEAD = """\
import sys
import unicodedata as u
import unicodedata

if sys.version_info >= (3, 0):
    text_type = str
else:
    text_type = unicode

def width(c):
    if unicodedata.east_asian_width(c) in "WF":
        return 2
    return 0 if unicodedata.combining(c) else 1

def f(text):
"""


@pytest.mark.parametrize(
    "body",
    [
        "return sum(width(c) for c in text)",
        "return sum(map(width, text))",
        "return len([c for c in text if not unicodedata.combining(c)])",
        "return ''.join([c for c in text if ord(c) < 128])",
        "return any(ord(c) > 127 for c in text)",
        "return all(ord(c) <= 0x7f for c in text)",
        "return [i for i, c in enumerate(text) if unicodedata.category(c) == 'Mn']",
        "n = 0\n    for c in text:\n        n += 1 if ord(c) < 0x80 else 2 if ord(c) < 0x800 else 3\n    return n",
        "n = 1\n    for c in text:\n        if unicodedata.combining(c):\n            continue\n        n += 2\n    return n - 1",
        "out = ''\n    for c in text:\n        if u'\\u0300' <= c <= u'\\u036f':\n            continue\n        out += c\n    return out if ord('a') else unicodedata.category(text)",
        "if isinstance(text, text_type):\n        return sum(width(c) for c in text)\n    return None",
        "return ''.join(c for c in unicodedata.normalize('NFKD', text) if not unicodedata.combining(c)).upper()",
    ],
)
def test_the_fast_path_for_ascii_gives_what_the_walk_gives(body):
    source = HEAD + f"    {body}\n"
    for after in rewrites(ASCII, source):
        for text in [*TEXTS, None, 3, b"abc", ["a", "b"], ["ab"]]:
            assert outcome(function_of(after), text) == outcome(function_of(source), text), text


def test_most_walks_have_a_fast_path():
    bodies = ["return sum(width(c) for c in text)", "return any(ord(c) > 127 for c in text)"]
    assert [len(rewrites(ASCII, HEAD + f"    {body}\n")) for body in bodies] == [1, 1]


@pytest.mark.parametrize(
    "body",
    [
        "return sum(ord(c) for c in text)",
        "return [ord(c) for c in text]",
        "seen = ''\n    for c in text:\n        if ord(c) < 128 and c not in seen:\n            seen += c\n    return seen",
        "last = 0\n    for c in text:\n        last = ord(c)\n    return last",
        "for c in text:\n        if ord(c) > 127:\n            return c\n        print(c)",
        "n = 0\n    for c in text:\n        n += ord(c) > 64\n    return n",
        "yield sum(width(c) for c in text)",
        "unicodedata = text\n    return sum(unicodedata.combining(c) for c in text)",
        "return sum(unknown(c) for c in text if ord(c))",
        "n = 0\n    for c in text:\n        n += n + (ord(c) < 128)\n    return n",
        "return text.isascii() or sum(width(c) for c in text)",
    ],
)
def test_what_differs_between_ascii_characters_has_no_fast_path(body):
    assert rewrites(ASCII, HEAD + f"    {body}\n") == []


def test_a_module_with_its_own_type_or_len_gets_no_wrong_one():
    own_len = "import unicodedata\ndef len(x):\n    return 7\ndef f(text):\n    return sum(1 if unicodedata.combining(c) == 0 else 0 for c in text)\n"
    (after,) = rewrites(ASCII, own_len)
    assert "text.__len__()" in after
    assert rewrites(ASCII, own_len.replace("def len", "def type")) == []


@pytest.mark.parametrize(
    "pattern", ["a.", "a|b", "a+", "(a)", r"\d", "[ab]", "a$", "", r"\b", "a{2}", "[^a]"]
)
def test_a_pattern_with_a_meaning_stays(pattern):
    source = f"import re\ndef f(s):\n    return re.sub({pattern!r}, 'x', s), re.split({pattern!r}, s)\n"
    assert rewrites(PLAIN, source) == []


@pytest.mark.parametrize(
    "expression",
    [
        "re.sub('a', 'x', s)",
        r"re.sub(r'\.', '', s)",
        "re.split(',', s)",
        "re.findall('ab', s)",
        "1 if re.search('b', s) is not None else 2",
        "1 if re.match('a', s) is None else 2",
        "1 if not re.fullmatch('ab', s) else 2",
        r"re.sub(r'^\s+|\s+$', '', s)",
        r"re.sub(r'\s+$', '', s)",
        "bool(re.search('^a', s))",
        "[c for c in s if re.match('a', c)]",
    ],
)
def test_the_str_operation_gives_what_the_expression_gave(expression):
    source = f"import re\ndef f(s):\n    return {expression}\n"
    found = rewrites(PLAIN, source)
    assert found
    for after in found:
        for text in ("", "ab", "a.b,,c", "  x \n", "abab", "\u2003a\x1d\n\n", "baa"):
            assert outcome(function_of(after), text) == outcome(function_of(source), text), after
    for odd in (None, 3, b"ab", Text("a.b")):
        assert outcome(function_of(found[0]), odd)[0] is outcome(function_of(source), odd)[0]


@pytest.mark.parametrize(
    "call",
    [
        "re.sub('a', s, s)",
        r"re.sub('a', '\n', s)",
        "re.search('a', s).group()",
        "re.sub('a', 'b', s, 1)",
        "re.search('a', s, re.I)",
    ],
)
def test_a_call_with_more_to_it_stays(call):
    if call == r"re.sub('a', '\n', s)":
        call = r"re.sub('a', r'\\n', s)"
    assert rewrites(PLAIN, f"import re\ndef f(s):\n    return {call}\n") == []


@pytest.mark.parametrize(
    "body",
    [
        "for x in xs:\n        self.n += x",
        "for x in xs:\n        self.t += str(x)\n        self.show()",
        "for x in xs:\n        self.t += str(x)\n        use(self)",
        "for x in xs:\n        self.t += str(x)\n        if len(self.t) > 3: break",
        "for x in xs:\n        self.t += str(x)\n        return 1",
        "for x in xs:\n        self.t += str(x)\n        yield 1",
        "for x in xs:\n        self.t -= str(x)",
        "self.t += str(xs)",
    ],
)
def test_a_text_that_may_be_seen_meanwhile_stays(body):
    assert rewrites(GROW, f"def f(self, xs, use=print):\n    {body}\n") == []


def test_what_was_gathered_is_kept_when_the_loop_fails():
    source = "def f(self, xs):\n    for x in xs:\n        self.t += '%d,' % (10 // x)\n"
    guarded = rewrites(GROW, source)[0]

    class Page:
        t = ""

    page = Page()
    with pytest.raises(ZeroDivisionError):
        function_of(guarded)(page, [5, 2, 0, 1])
    assert page.t == "2,5,"


@pytest.mark.parametrize(
    "source",
    [
        "@wrap\ndef f(n):\n    return f(n - 1) + f(n - 2)\n",
        "async def f(n):\n    return f(n - 1) + f(n - 2)\n",
        "def f(n):\n    yield f(n - 1) + f(n - 2)\n",
        "def f(*n):\n    return f(n - 1) + f(n - 2)\n",
        "def f(n):\n    global x\n    x = n\n    return f(n - 1) + f(n - 2)\n",
        "def f(n, memo):\n    memo[n] = 1\n    return f(n - 1, memo) + f(n - 2, memo)\n",
        "def f(n):\n    return f(n=n - 1) + f(n=n - 2)\n",
        "def f(n):\n    return other(n - 1) + f(n - 2)\n",
        "def f(n):\n    return f(n.left) + f(n.right)\n",
        "def f(n):\n    if n:\n        return f(n - 1)\n    else:\n        return f(n - 2)\n",
        "def f(n):\n    return f(n - 1) if n else f(n - 2)\n",
        "def f(n):\n    return f(random()) + f(n - 2)\n",
        "class C:\n    def f(self, n):\n        return self.f(n - 1) + self.f(n - 2)\n",
    ],
)
def test_a_recursion_that_is_not_plainly_pure_stays(source):
    assert rewrites(RECURSION, source, "C.f" if source.startswith("class") else "f") == []


def test_a_cache_lives_for_one_call_and_tells_types_apart():
    source = "def f(n):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n"
    (after,) = rewrites(RECURSION, source)
    assert "lru_cache(maxsize=None, typed=True)" in after
    for number in (10, 10.0, True, 1, 1.0):
        assert repr(function_of(after)(number)) == repr(function_of(source)(number))


def test_aliases_cycles_and_foreign_objects_are_copied_as_deepcopy_does():
    (after,) = rewrites(COPY, "import copy\ndef f(x):\n    return copy.deepcopy(x)\n")
    shared = [1]
    cycle = {"s": shared, "t": (shared, {2}), ("k",): None}
    cycle["self"] = cycle
    made = function_of(after)(cycle)
    assert made["self"] is made
    assert made["s"] is made["t"][0]
    assert made["s"] is not shared
    assert made["t"][1] is not cycle["t"][1]

    class Odd(list):
        def __deepcopy__(self, memo):
            return "odd"

    assert function_of(after)([Odd(), [Odd()]]) == ["odd", ["odd"]]
    assert repr(function_of(after)([1, True, 1.0, None, b"x"])) == repr(
        copy.deepcopy([1, True, 1.0, None, b"x"])
    )


def test_a_list_seen_with_immutable_elements_only_is_copied_shallowly():
    source = "import copy\ndef f(x):\n    return copy.deepcopy(x)\n"
    plain = Facts({"x": ParameterFacts(types=("builtins.list",), element_types=("builtins.int",))})
    nested = Facts({"x": ParameterFacts(types=("builtins.list",), element_types=("builtins.list",))})
    assert any("return x.copy()" in after for after in rewrites(COPY, source, facts=plain))
    assert not any("x.copy()" in after for after in rewrites(COPY, source, facts=nested))


@pytest.mark.parametrize(
    "expression",
    [
        "any(x > 1 for x in xs)",
        "all(x for x in xs)",
        "all(not x for x in xs if x)",
        "any(y for x in xs if x for y in range(x))",
        "all(x > 1 or x < 0 for x in xs)",
    ],
)
def test_the_loop_answers_as_any_and_all_do_and_stops_where_they_stop(expression):
    source = f"def f(xs):\n    return {expression}\n"
    (after,) = rewrites(ANY, source)
    for items in ([], [0], [1, 2], [2, 3], [-1, 5], ["a"], None, [0, 2, "a"]):
        assert outcome(function_of(after), items) == outcome(function_of(source), items)
        if items is not None:
            left = []
            for function in (function_of(after), function_of(source)):
                lazy = iter(items)
                outcome(function, lazy)
                left.append(list(lazy))
            assert left[0] == left[1]


@pytest.mark.parametrize(
    "source",
    [
        "def f(xs, x=1):\n    return any(x for x in xs)\n",
        "def f(xs):\n    return any((y := x) for x in xs)\n",
        "async def f(xs):\n    return any([x async for x in xs])\n",
        "def f(xs):\n    if any(x for x in xs): return 1\n",
        "def f(xs): return any(x for x in xs)\n",
    ],
)
def test_a_generator_that_cannot_become_a_loop_stays(source):
    assert rewrites(ANY, source) == []


def test_prefixes_that_are_no_texts_are_left():
    assert rewrites(ANY, "def f(s):\n    x = any(s.startswith(p) for p in (1, 'a'))\n    return x\n") == []
    assert rewrites(ANY, "def f(s):\n    x = all(s.startswith(p) for p in ('b', 'a'))\n    return x\n") == []


def test_a_dict_from_pairs_that_are_no_tuples_stays():
    assert rewrites(INTO, "def f(xs):\n    return dict(x for x in xs)\n") == []
    assert rewrites(INTO, "def f(xs):\n    return sorted((x for x in xs), key=len)\n") == []


def test_a_generator_in_its_own_parentheses_loses_them():
    (after,) = rewrites(INTO, "def f(xs):\n    return set((x, 1) for x in xs), tuple((x for x in xs))\n")
    assert "{(x, 1) for x in xs}, tuple([x for x in xs])" in after


@pytest.mark.parametrize(
    ("table", "variants"),
    [
        ({"<": "&lt;", "&": "&amp;", ">": "&gt;"}, 2),
        ({"a": "b", "b": "c", "c": "a"}, 1),
        ({"a": "bb", "b": "c"}, 2),
        ({"a": "aa"}, 2),
        ({str(n): "x" for n in range(9)}, 1),
    ],
)
def test_replacements_never_replace_one_another(table, variants):
    source = f"def f(text):\n    return ''.join({table!r}.get(c, c) for c in text)\n"
    found = rewrites(ESCAPE, source)
    assert len(found) == variants
    for after in found:
        for text in ["<a&b>abcab<", "a", "bbaacc", "0123", *TEXTS, ["a", "<"], None]:
            assert outcome(function_of(after), text) == outcome(function_of(source), text)
