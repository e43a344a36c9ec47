"""Works out the shapes of a function's parameters from what its code does with them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codeflash_api.testgen.calling import function_called, method_called
from codeflash_api.testgen.evidence import arithmetic, compared, constant_kind, items
from codeflash_api.testgen.shapes import Shape
from codeflash_api.testgen.vocabulary import METHODS
from codeflash_syntax.parse import FunctionNode


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
                arithmetic(operator, self.shape(target), self.shape(value))
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                self._bind(target, items(self.shape(iterated)))
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
                compared(subject, pattern.value.value)

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

    def shape(self, node: ast.expr) -> Shape:
        """The shape of an expression; reading it notes what it says about its parts."""
        match node:
            case ast.Name(id=name):
                return self.names.setdefault(name, Shape()).whole
            case ast.Constant(value=value):
                kind = constant_kind(value)
                return Shape({kind: 1}) if kind else Shape()
            case ast.Attribute(value=value, attr=attr):
                return self.shape(value).attributes.setdefault(attr, Shape()).whole
            case ast.Subscript():
                return self._subscript(node)
            case ast.Call():
                return self._call(node)
            case ast.BinOp(left=left, op=operator, right=right):
                return arithmetic(operator, self.shape(left), self.shape(right))
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
            inside._bind(each.target, items(inside.shape(each.iter)))
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

    def _compare(self, node: ast.Compare) -> Shape:
        sides = [node.left, *node.comparators]
        for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
            first, second = self.shape(left), self.shape(right)
            if isinstance(operator, ast.In | ast.NotIn):
                self._membership(left, first, right, second)
            elif isinstance(right, ast.Constant):
                compared(first, right.value)
            elif isinstance(left, ast.Constant):
                compared(second, left.value)
            elif not isinstance(operator, ast.Is | ast.IsNot):
                first.join(second)
        return Shape({"bool": 1})

    def _membership(self, left: ast.expr, first: Shape, right: ast.expr, second: Shape) -> None:
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            for each in right.elts:
                if isinstance(each, ast.Constant):
                    compared(first, each.value)
            return
        if isinstance(left, ast.Constant):
            compared(second.key if second.kind == "dict" else second.element, left.value)
            if isinstance(left.value, str) and second.kind == "str":
                second.note(left.value)
            return
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            for letter in right.value[:12]:
                compared(first, letter)
            return
        if not second.kind:
            second.vote("list")
        (second.key if second.kind == "dict" else second.element).join(first)

    def _call(self, node: ast.Call) -> Shape:
        given = [self.shape(each) for each in node.args]
        for keyword in node.keywords:
            self.shape(keyword.value)
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            return method_called(node.func.attr, node, self.shape(node.func.value), given)
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if isinstance(node.func, ast.Name) and node.func.id in self.names:
            called = self.names[node.func.id].vote("callable", 3)
            called.arity = len(node.args)
            return Shape()
        if isinstance(node.func, ast.Attribute):
            method = self.shape(node.func).vote("callable")
            method.arity = len(node.args)
        return function_called(name, node, given)


def parameters(node: FunctionNode) -> list[ast.arg]:
    """The parameters that can be given by position or name, in order."""
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
