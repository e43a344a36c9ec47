"""Works out the shapes of a function's parameters from what its code does with them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codeflash_api.testgen.shapes import SEQUENCES, Shape
from codeflash_syntax.parse import FunctionNode

_METHODS: dict[str, str] = {
    **dict.fromkeys(
        [
            "split",
            "rsplit",
            "strip",
            "lstrip",
            "rstrip",
            "lower",
            "upper",
            "title",
            "capitalize",
            "casefold",
            "swapcase",
            "startswith",
            "endswith",
            "splitlines",
            "partition",
            "rpartition",
            "isdigit",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower",
            "isnumeric",
            "isdecimal",
            "zfill",
            "ljust",
            "rjust",
            "center",
            "expandtabs",
            "encode",
            "format",
            "translate",
            "find",
            "rfind",
            "removeprefix",
            "removesuffix",
            "join",
            "replace",
            "isidentifier",
        ],
        "str",
    ),
    **dict.fromkeys(["append", "extend", "insert", "sort", "reverse"], "list"),
    **dict.fromkeys(["items", "keys", "values", "get", "setdefault", "popitem"], "dict"),
    **dict.fromkeys(
        [
            "add",
            "discard",
            "union",
            "intersection",
            "difference",
            "symmetric_difference",
            "issubset",
            "issuperset",
        ],
        "set",
    ),
    **dict.fromkeys(["appendleft", "popleft", "extendleft", "rotate"], "deque"),
    **dict.fromkeys(["decode", "hex"], "bytes"),
    **dict.fromkeys(["is_integer", "as_integer_ratio"], "float"),
    **dict.fromkeys(["bit_length", "bit_count", "to_bytes"], "int"),
    **dict.fromkeys(["strftime", "isoformat", "weekday", "toordinal"], "date"),
    **dict.fromkeys(["reshape", "astype", "ravel", "cumsum", "dot", "mean"], "ndarray"),
}
_TEXT_RESULTS = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "zfill",
        "ljust",
        "rjust",
        "center",
        "format",
        "replace",
        "removeprefix",
        "removesuffix",
        "join",
        "translate",
        "decode",
        "hex",
    ]
)
_LIST_OF_TEXT = frozenset(["split", "rsplit", "splitlines", "partition", "rpartition"])
_SAME = frozenset(
    [
        "sorted",
        "list",
        "tuple",
        "set",
        "frozenset",
        "reversed",
        "iter",
        "deque",
        "copy",
        "deepcopy",
        "array",
        "asarray",
    ]
)
_CHECKED = frozenset(["int", "float", "str", "bytes", "list", "dict", "tuple", "set"])
_OF_SEQUENCE = frozenset(
    ["len", "sum", "min", "max", "any", "all", "Counter", "fsum", "mean", "median", "prod"]
)
_OF_NUMBER = frozenset(
    [
        "abs",
        "round",
        "divmod",
        "pow",
        "sqrt",
        "floor",
        "ceil",
        "log",
        "exp",
        "sin",
        "cos",
        "log2",
        "log10",
        "isnan",
        "isclose",
        "hypot",
    ]
)
_OF_INT = frozenset(["range", "gcd", "factorial", "comb", "perm", "isqrt", "bin", "chr", "hex", "oct"])


class Inference:
    """Reads one function, or several that share the shape of ``self``.

    Attributes:
        names: The shape that each name stands for now.
    """

    def __init__(self, names: dict[str, Shape]) -> None:
        self.names = names

    def read(self, body: Iterable[ast.stmt]) -> None:
        """Read statements in their order."""
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                shape = self.shape(value)
                for target in targets:
                    self._bind(target, shape)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, self.shape(value))
            case ast.AugAssign(target=target, op=operator, value=value):
                self._arithmetic(operator, self.shape(target), self.shape(value))
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                self._bind(target, self._items(self.shape(iterated)))
                self.read([*body, *orelse])
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                Inference({**self.names, **{each.arg: Shape() for each in node.args.args}}).read(node.body)
            case ast.ClassDef():
                return
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.shape(child)
                    elif isinstance(child, ast.stmt):
                        self._statement(child)
                    elif isinstance(child, ast.ExceptHandler | ast.match_case):
                        self.read(child.body)
                    elif isinstance(child, ast.withitem):
                        self.shape(child.context_expr)
                if isinstance(node, ast.Match):
                    self._cases(node)

    def _cases(self, node: ast.Match) -> None:
        subject = self.shape(node.subject)
        for pattern in (part for case in node.cases for part in ast.walk(case.pattern)):
            if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
                self._compared(subject, pattern.value.value)

    def _bind(self, target: ast.expr, shape: Shape) -> None:
        match target:
            case ast.Name(id=name):
                self.names[name] = shape
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                if shape.kind in ("", "tuple") and not any(isinstance(each, ast.Starred) for each in parts):
                    shape.vote("tuple")
                    fields = shape.whole.fields
                    shapes = [fields.setdefault(index, Shape()) for index in range(len(parts))]
                else:
                    shapes = [shape.element] * len(parts)
                for part, each in zip(parts, shapes, strict=True):
                    self._bind(part, each)
            case ast.Starred(value=inner):
                self._bind(inner, Shape({"list": 1}))
            case _:
                self.shape(target).join(shape) if isinstance(target, ast.Attribute) else self.shape(target)

    def _items(self, shape: Shape) -> Shape:
        """What iterating gives."""
        if shape.kind == "dict":
            return shape.key
        if shape.kind == "str":
            return shape.element.vote("str")
        if not shape.kind:
            shape.vote("list")
        return shape.element

    def shape(self, node: ast.expr) -> Shape:
        """The shape of an expression; reading it notes what it says about its parts."""
        match node:
            case ast.Name(id=name):
                return self.names.setdefault(name, Shape()).whole
            case ast.Constant(value=value):
                kind = {"NoneType": "none"}.get(type(value).__name__, type(value).__name__)
                return (
                    Shape({kind: 1}) if kind in ("int", "float", "bool", "str", "bytes", "none") else Shape()
                )
            case ast.Attribute(value=value, attr=attr):
                return self.shape(value).attributes.setdefault(attr, Shape()).whole
            case ast.Subscript():
                return self._subscript(node)
            case ast.Call():
                return self._call(node)
            case ast.BinOp(left=left, op=operator, right=right):
                return self._arithmetic(operator, self.shape(left), self.shape(right))
            case ast.UnaryOp(op=operator, operand=operand):
                inner = self.shape(operand)
                return inner.vote("int") if isinstance(operator, ast.USub) and not inner.kind else inner
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp(op=operator, values=values):
                shapes = [self.shape(each) for each in values]
                if isinstance(operator, ast.Or) and shapes[-1].kind not in ("", "bool"):
                    # What stands in for a missing value is like it.
                    shapes[0].join(shapes[-1])
                return shapes[-1].whole
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.shape(test)
                first, second = self.shape(body), self.shape(orelse)
                return first if first.kind else second
            case ast.NamedExpr(target=target, value=value):
                found = self.shape(value)
                self._bind(target, found)
                return found
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case _:
                return self._display(node)

    def _display(self, node: ast.expr) -> Shape:
        inner = [self.shape(each) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        kinds = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set", ast.Dict: "dict", ast.JoinedStr: "str"}
        kind = next((name for form, name in kinds.items() if isinstance(node, form)), "")
        shape = Shape({kind: 1}) if kind else Shape()
        if kind == "tuple":
            shape.fields.update(enumerate(inner))
        elif kind in ("list", "set") and inner:
            shape.element.join(inner[0])
        return shape

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Shape:
        inside = Inference(dict(self.names))
        for each in node.generators:
            inside._bind(each.target, inside._items(inside.shape(each.iter)))
            for condition in each.ifs:
                inside.shape(condition)
        shape = Shape({"dict" if isinstance(node, ast.DictComp) else "list": 1})
        if isinstance(node, ast.DictComp):
            shape.key.join(inside.shape(node.key))
            shape.element.join(inside.shape(node.value))
        else:
            shape.element.join(inside.shape(node.elt))
        return shape

    def _subscript(self, node: ast.Subscript) -> Shape:
        shape = self.shape(node.value)
        if isinstance(node.slice, ast.Slice):
            for bound in (node.slice.lower, node.slice.upper, node.slice.step):
                if bound is not None:
                    self.shape(bound).vote("int")
            return shape if shape.kind else shape.vote("list")
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            shape.vote("dict", 3)
            return shape.keys.setdefault(node.slice.value, Shape()).whole
        if isinstance(node.slice, ast.Tuple):
            for part in node.slice.elts:
                self.shape(part)
            return shape.vote("ndarray").element
        index = self.shape(node.slice)
        if shape.kind == "dict":
            shape.key.join(index)
            return shape.element
        constant = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(constant, int) and shape.kind == "tuple":
            return shape.whole.fields.setdefault(constant, Shape()).whole
        if index.kind in ("", "int"):
            if isinstance(node.slice, ast.Name):
                index.vote("int").is_index = True
            if not shape.kind:
                shape.vote("list")
        elif not shape.kind:
            shape.vote("dict").key.join(index)
        return shape.element

    def _arithmetic(self, operator: ast.operator, left: Shape, right: Shape) -> Shape:
        kinds = {left.kind, right.kind}
        if isinstance(operator, ast.Mod) and left.kind == "str":
            return left
        if isinstance(operator, ast.Add | ast.Mult) and kinds & {"str", "list", "tuple", "bytes", "ndarray"}:
            if isinstance(operator, ast.Add):
                left.join(right)
            else:
                (right if left.kind in ("str", "list", "tuple", "bytes") else left).vote("int")
            return left if left.kind != "int" else right
        if isinstance(operator, ast.BitOr | ast.BitAnd) and kinds & {"set", "dict"}:
            left.join(right)
            return left
        for shape in (left, right):
            if not shape.kind or isinstance(
                operator, ast.FloorDiv | ast.Mod | ast.BitAnd | ast.LShift | ast.RShift
            ):
                shape.vote("int")
        return Shape({"float": 1}) if isinstance(operator, ast.Div) or "float" in kinds else Shape({"int": 1})

    def _compare(self, node: ast.Compare) -> Shape:
        sides = [node.left, *node.comparators]
        for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
            first, second = self.shape(left), self.shape(right)
            if isinstance(operator, ast.In | ast.NotIn):
                self._membership(left, first, right, second)
            elif isinstance(right, ast.Constant):
                self._compared(first, right.value)
            elif isinstance(left, ast.Constant):
                self._compared(second, left.value)
            elif not isinstance(operator, ast.Is | ast.IsNot):
                first.join(second)
        return Shape({"bool": 1})

    def _membership(self, left: ast.expr, first: Shape, right: ast.expr, second: Shape) -> None:
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            for each in right.elts:
                if isinstance(each, ast.Constant):
                    self._compared(first, each.value)
            return
        if isinstance(left, ast.Constant):
            self._compared(second.key if second.kind == "dict" else second.element, left.value)
            if isinstance(left.value, str) and second.kind == "str":
                second.note(left.value)
            return
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            for letter in right.value[:12]:
                self._compared(first, letter)
            return
        if not second.kind:
            second.vote("list")
        (second.key if second.kind == "dict" else second.element).join(first)

    def _compared(self, shape: Shape, value: object) -> None:
        kind = {"NoneType": "none"}.get(type(value).__name__, type(value).__name__)
        if kind in ("int", "float", "bool", "str", "bytes", "none"):
            shape.vote(kind)
            if value is not None:
                shape.note(value)

    def _call(self, node: ast.Call) -> Shape:
        given = [self.shape(each) for each in node.args]
        for keyword in node.keywords:
            self.shape(keyword.value)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            return self._method(node, node.func, given)
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if isinstance(node.func, ast.Name) and node.func.id in self.names:
            called = self.names[node.func.id].vote("callable", 3)
            called.arity = len(node.args)
            return Shape()
        if isinstance(node.func, ast.Attribute):
            method = self.shape(node.func).vote("callable")
            method.arity = len(node.args)
        return self._function(name, node, given)

    def _method(self, node: ast.Call, function: ast.Attribute, given: list[Shape]) -> Shape:
        name, shape = function.attr, self.shape(function.value)
        kind = _METHODS[name]
        if not (shape.kind in SEQUENCES and kind in SEQUENCES and shape.kind != ""):
            shape.vote(kind, 2)
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            if name in _LIST_OF_TEXT:
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
        if name in _TEXT_RESULTS:
            return Shape({"str": 1})
        return Shape({"list": 1}, element=Shape({"str": 1})) if name in _LIST_OF_TEXT else Shape()

    def _function(self, name: str, node: ast.Call, given: list[Shape]) -> Shape:
        if not given:
            return Shape()
        first = given[0]
        if name == "isinstance" and len(node.args) == 2:
            for part in ast.walk(node.args[1]):
                if isinstance(part, ast.Name) and part.id in _CHECKED:
                    first.vote(part.id)
        elif name in _SAME or name in _OF_SEQUENCE or name in ("enumerate", "zip", "map", "filter"):
            return self._of_sequence(name, given)
        elif name in _OF_INT:
            for each in given:
                each.vote("int")
            return Shape({"list": 1}, element=Shape({"int": 1}))
        elif name in _OF_NUMBER:
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

    def _of_sequence(self, name: str, given: list[Shape]) -> Shape:
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
            fields = {0: Shape({"int": 1}), 1: self._items(first)}
            return Shape({"list": 1}, element=Shape({"tuple": 1}, fields=fields))
        if name == "zip":
            fields = dict(enumerate(self._items(each) for each in given))
            return Shape({"list": 1}, element=Shape({"tuple": 1}, fields=fields))
        if name in ("len", "any", "all"):
            return Shape({"int": 1})
        if name in ("sum", "fsum", "min", "max"):
            return self._items(first)
        return Shape({"list": 1}, element=self._items(first))


def parameters(node: FunctionNode) -> list[ast.arg]:
    """The parameters that can be given by position or name, in order."""
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
