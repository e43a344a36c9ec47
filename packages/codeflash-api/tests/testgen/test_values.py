from __future__ import annotations

import ast

import pytest

from codeflash_api.testgen.scenarios import scenarios
from codeflash_api.testgen.shapes import Shape
from codeflash_api.testgen.subject import read_subject, samples
from codeflash_api.testgen.values import Scenario, Writer

FEW = Scenario("few", 3, 5)
MANY = Scenario("many", 100, 64, start=2)


def shape_of(code: str, name: str = "x") -> Shape:
    """What is known of a parameter of the function ``f``."""
    subject = read_subject(ast.parse(code), "f")
    return next(each.shape.whole for each in subject.parameters if each.name.lstrip("*") == name)


def body(text: str) -> str:
    return f"def f(x, y=None):\n    {text}\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("return x.split(',')", "str"),
        ("return ','.join(x)", "list"),
        ("return x.append(1)", "list"),
        ("return x.items()", "dict"),
        ("return x.add(1)", "set"),
        ("return x.popleft()", "deque"),
        ("return x.decode()", "bytes"),
        ("return x.is_integer()", "float"),
        ("return x.bit_length()", "int"),
        ("return x.isoformat()", "date"),
        ("return x.reshape(2)", "ndarray"),
        ("return x[0, 1]", "ndarray"),
        ("return x['a']", "dict"),
        ("return x[1:]", "list"),
        ("return x[0]", "list"),
        ("return x % 2", "int"),
        ("return 'n %s' % x + x", "str"),
        ("return x + 1.5", "int"),
        ("return x * [0]", "int"),
        ("return -x", "int"),
        ("return x < 3", "int"),
        ("return 3 < x", "int"),
        ("return x == 'a'", "str"),
        ("return x in ('a', 'b')", "str"),
        ("return x in 'aeiou'", "str"),
        ("return len(x)", "list"),
        ("return x is None", "none"),
        ("return x and [y for y in x if y]", "list"),
        ("return {k: v for k, v in x}", "list"),
        ("return sum(x)", "list"),
        ("return max(x, 3)", "int"),
        ("return min(x)", "list"),
        ("return list(zip(x, y))", "list"),
        ("return list(map(str, x))", "list"),
        ("return [i for i, v in enumerate(x)]", "list"),
        ("return range(x)", "int"),
        ("return abs(x)", "int"),
        ("return ord(x)", "str"),
        ("return x(1, 2)", "callable"),
        ("return isinstance(x, (int, float))", "int"),
        ("x += 1\n    return x", "int"),
        ("x |= {1}\n    return x", "set"),
        ("z = x\n    return z.lower()", "str"),
        ("z: list = x\n    z.sort()", "list"),
        ("a, *b = x\n    return b", ""),
        ("a, b = x\n    return a", "tuple"),
        ("return (z := x).strip()", "str"),
        ("x = x or {}\n    return x", "dict"),
        ("return x if x else []", ""),
        ("match x:\n        case 'a': return 1\n        case 'b': return 2", "str"),
        ("try:\n        return x.lower()\n    except ValueError:\n        return x", "str"),
        ("with x as y:\n        return y", ""),
        ("def g(z):\n        return x.lower()\n    return g", "str"),
        ("class G: pass\n    return f'{x.strip()}'", "str"),
        ("return lambda: x", ""),
        ("return x.price + x.count", "object"),
    ],
)
def test_kinds_are_read_from_what_is_done(text, kind):
    assert shape_of(body(text)).kind == kind


@pytest.mark.parametrize(
    ("annotation", "few"),
    [
        ("int", "5"),
        ("float", "1.25"),
        ("bool", "True"),
        ("'str'", "'alpha bravo Charlie'"),
        ("bytes", "b'\\x00%J'"),
        ("None", "None"),
        ("int | None", "5"),
        ("Optional[int]", "5"),
        ("Union[str, int]", "'alpha bravo Charlie'"),
        ("Annotated[int, 'positive']", "5"),
        ("Literal['red', 'blue']", "'red'"),
        ("list[int]", "[0, 37, 74]"),
        ("typing.Sequence[str]", "['alpha', 'bravo', 'Charlie']"),
        ("set[int]", "{0, 37, 74}"),
        ("frozenset[int]", "frozenset([0, 37, 74])"),
        ("Iterator[int]", "iter([0, 37, 74])"),
        ("tuple[int, ...]", "(0, 37, 74,)"),
        ("tuple[int, str]", "(0, 'bravo')"),
        ("tuple[int]", "(0,)"),
        ("dict[str, int]", "{'alpha': 0, 'bravo': 37, 'Charlie': 74}"),
        ("dict[int, float]", "{0: 0.0, 37: 9.25, 74: 18.5}"),
        ("Counter[str]", "{'alpha': 0, 'bravo': 37, 'Charlie': 74}"),
        ("Callable[[int, int], int]", "lambda value_0, value_1: value_0"),
        ("Callable", "lambda value: value"),
        ("deque[int]", "deque([0, 37, 74])"),
        ("np.ndarray", "numpy.array([0.0, 9.25, 18.5])"),
        ("datetime.date", "datetime.date(2024, 1, 1 + 0)"),
        ("Decimal", "decimal.Decimal(0) / 4"),
        ("Path", "pathlib.Path('missing') / str(0)"),
        ("list[list[list[list[list[int]]]]]", None),
        ("Unknown", None),
        ("'not ( code'", None),
        ("list[tuple[int, str]]", "[(0, 'bravo'), (37, 'Charlie'), (74, 'delta 4')]"),
    ],
)
def test_annotations_decide(annotation, few):
    shape = shape_of(f"def f(x: {annotation}): pass\n")
    text = Writer(FEW, {}).value(shape, "x")
    compile(text, "value", "eval")
    if few is not None:
        assert text == few
    compile(Writer(MANY, {}).value(shape, "x"), "value", "eval")


@pytest.mark.parametrize(
    ("annotation", "many"),
    [
        ("list[float]", "[((37 * i + 2) % 101) / 4 for i in range(100)]"),
        ("list[bool]", "[i % 2 == 0 for i in range(100)]"),
        ("list[str]", '[f"item{(7 * i) % 50}" for i in range(100)]'),
        ("set[int]", "{(37 * i + 2) % 101 for i in range(100)}"),
        ("tuple[int, ...]", "tuple([(37 * i + 2) % 101 for i in range(100)])"),
        ("dict[str, int]", '{f"k{i}": (37 * i + 2) % 101 for i in range(100)}'),
        ("list[list[int]]", "[[(37 * j + 2) % 101 for j in range(10)] for i in range(100)]"),
        ("list[datetime.date]", "[datetime.date(2024, 1, 1 + i % 28) for i in range(100)]"),
        ("bytes", "bytes((37 * i) % 256 for i in range(100))"),
    ],
)
def test_large_values_are_comprehensions(annotation, many):
    assert Writer(MANY, {}).value(shape_of(f"def f(x: {annotation}): pass\n"), "x") == many


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("is_open", "True"),
        ("max_depth", "5"),
        ("user_id", "5"),
        ("price", "1.25"),
        ("first_name", "'alpha bravo Charlie'"),
        ("words", "['alpha', 'bravo', 'Charlie']"),
        ("graph", "{'alpha': 0, 'bravo': 37, 'Charlie': 74}"),
        ("callback", "lambda value: value"),
        ("matrix", "[[0, 37, 74], [37, 74, 10], [74, 10, 47]]"),
        ("widgets", "[0, 37, 74]"),
        ("blob", "[0, 37, 74]"),
    ],
)
def test_a_name_decides_where_nothing_else_does(name, text):
    assert Writer(FEW, {}).value(Shape(), name) == text


def test_nothing_known_is_tried_in_several_kinds():
    found = {Writer(Scenario("s", 2, 1, order=order), {}).value(Shape(), "blob") for order in range(4)}
    assert len(found) == 4


def test_waiting_is_short():
    assert Writer(FEW, {}).value(Shape({"float": 1}), "retry_delay") == "0.001"


def test_numbers_lie_on_and_beside_what_they_are_compared_with():
    shape = shape_of(body("return x > 10"))
    found = {Writer(Scenario("s", 2, 3, order=order), {}).value(shape, "x") for order in range(6)}
    assert found == {"3", "9", "10", "11"}


def test_texts_are_made_of_the_separators_and_characters_that_the_code_knows():
    lines = shape_of(body("return x.split(';')"))
    assert Writer(FEW, {}).value(lines, "x") == "'alpha;bravo;Charlie'"
    assert Writer(MANY, {}).value(lines, "x").endswith(";' * 12")
    signs = shape_of("def f(x):\n    for sign in x:\n        if sign == '(':\n            return 1\n")
    assert Writer(FEW, {}).value(signs, "x") == "'(a'"
    for pattern in ("equal", "negative"):
        compile(Writer(Scenario("s", 4, 1, pattern=pattern), {}).value(lines, "x"), "value", "eval")


def test_records_have_the_keys_and_attributes_that_the_code_uses():
    rows = shape_of("def f(x):\n    for row in x:\n        row.get('name').lower()\n        row['n'] + 1\n")
    assert Writer(Scenario("s", 1, 1), {}).value(rows, "x") == "[{'name': 'alpha', 'n': 0}]"
    things = shape_of("def f(x):\n    for thing in x:\n        thing.n + thing.weigh(1)\n")
    text = Writer(Scenario("s", 1, 1), {}).value(things, "x")
    assert text == "[SimpleNamespace(n=0, weigh=lambda value: value)]"


def test_a_shape_may_hold_itself():
    shape, other = Shape(), Shape()
    shape.element.join(shape)
    shape.key.join(shape)
    other.element.join(other)
    other.key.join(other)
    shape.join(other)
    assert shape.element is shape.whole
    compile(Writer(FEW, {}).value(shape, "nodes"), "value", "eval")


def test_calls_elsewhere_in_the_source_are_samples():
    code = "def f(x, y=1):\n    return x\n\nif __name__ == '__main__':\n    f(3)\n    f([1], y='a')\n    f(z)\n    f(*q)\n    f()\n"
    assert samples(read_subject(ast.parse(code), "f")) == ("3", "[1], y='a'")


def test_careful_scenarios_have_no_negative_numbers():
    careful = read_subject(ast.parse("def f(n):\n    while n: n -= 1\n"), "f")
    free = read_subject(ast.parse("def f(n): return n\n"), "f")
    assert min(each.number for each in scenarios(careful, 0)) >= 0
    assert min(each.number for each in scenarios(free, 0)) < 0
