"""Runs a function in the abstract while one of its texts is assumed to be ASCII.

Abstract interpretation after Cousot and Cousot (1977), over a domain so small that each of the 128 characters
is tried: what comes out the same for all of them holds for every ASCII text.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codeflash_rewrites.analysis import ascii_values as values
from codeflash_rewrites.analysis.ascii_values import (
    Chars,
    Derived,
    Each,
    Index,
    Input,
    Known,
    Linear,
    Mapped,
    Undecided,
    Value,
)
from codeflash_rewrites.analysis.names import is_builtin, local_names, module_bindings, scope_names
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import kept, walked
from codeflash_syntax.parse import blocks_of

_DEPTH = 4
_TYPES: dict[str, type] = {"str": str, "bytes": bytes, "int": int, "list": list, "unicode": str}
_CHAR_METHODS = frozenset(
    {"isalpha", "isascii", "lower", "upper", "startswith", "endswith", "encode", "isspace"}
)
_TEXT_METHODS = frozenset(
    {"replace", "strip", "lstrip", "rstrip", "lower", "upper", "split", "title", "casefold"}
)


class _Returned(Exception):
    def __init__(self, value: Value) -> None:
        self.value = value


class _NextTurn(Exception):
    pass


class AsciiRun:
    """One abstract run under one alphabet.

    Attributes:
        walked: Whether a loop over the text's characters was met, which a fast path would save.
        looked: Whether something was asked of a character that only makes sense for one.
    """

    def __init__(self, subject: Subject, alphabet: tuple[str, ...]) -> None:
        self._subject = subject
        self._alphabet = alphabet
        self._scopes = [scope_names(subject)]
        self.walked = False
        self.looked = False

    def result(self, statements: Sequence[ast.stmt], text: str) -> Value:
        """What the statements return, with the variable ``text`` holding ASCII.

        Raises:
            Undecided: That is not settled, or they do not return.
        """
        return self._returned(statements, {text: Input()})

    def _returned(self, statements: Sequence[ast.stmt], names: dict[str, Value]) -> Value:
        try:
            self._block(statements, names)
        except _Returned as returned:
            return returned.value
        raise Undecided

    # Statements

    def _block(self, statements: Sequence[ast.stmt], names: dict[str, Value]) -> None:
        for statement in statements:
            self._statement(statement, names)

    def _statement(self, node: ast.stmt, names: dict[str, Value]) -> None:
        if isinstance(node, ast.Return):
            raise _Returned(self._value(node.value, names) if node.value else Known(None))
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = self._value(node.value, names)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            names[node.target.id] = self._value(node.value, names)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            before = self._value(ast.Name(node.target.id, ast.Load()), names)
            names[node.target.id] = values.binary(type(node.op), before, self._value(node.value, names))
        elif isinstance(node, ast.If):
            self._block(node.body if self._truth(node.test, names) else node.orelse, names)
        elif isinstance(node, ast.For) and not node.orelse:
            self._loop(node, names)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        elif isinstance(node, ast.Continue):
            raise _NextTurn
        elif not isinstance(node, ast.Pass):
            raise Undecided

    def _loop(self, node: ast.For, names: dict[str, Value]) -> None:
        """A loop over the characters: every turn must do the same to each accumulator."""
        known: dict[ast.For, set[str]] = self._subject.memo.setdefault("names changed by loops", {})
        changed = known[node] if node in known else known.setdefault(node, _changed(node.body))
        turn = {name: value for name, value in names.items() if name not in changed}  # no stale reads
        self._bind(node.target, self._value(node.iter, names), turn)
        counted: dict[str, Value] = {}
        try:
            for statement in node.body:
                self._turn(statement, turn, counted)
        except _NextTurn:
            pass
        for name in changed - set(counted):
            names.pop(name, None)  # set anew at each turn: not settled afterwards
        for name, value in counted.items():
            names[name] = self._repeated(names.get(name), value)

    def _turn(self, node: ast.stmt, turn: dict[str, Value], counted: dict[str, Value]) -> None:
        if isinstance(node, ast.If):
            for inner in node.body if self._truth(node.test, turn) else node.orelse:
                self._turn(inner, turn, counted)
            return
        name = ""
        added: ast.expr | None = None
        if (
            isinstance(node, ast.AugAssign)
            and isinstance(node.op, ast.Add)
            and isinstance(node.target, ast.Name)
        ):
            name, added = node.target.id, node.value
        call = node.value if isinstance(node, ast.Expr) else None
        holder = (
            call.func.value if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
        )
        if isinstance(call, ast.Call) and isinstance(holder, ast.Name) and len(call.args) == 1:
            if ast.unparse(call.func) != f"{holder.id}.append":
                raise Undecided
            name, added = holder.id, call.args[0]
        if added is None:
            if isinstance(node, ast.Assign | ast.Continue | ast.Pass):
                self._statement(node, turn)
                return
            raise Undecided
        if name in counted:
            raise Undecided
        counted[name] = self._value(added, turn)

    def _repeated(self, start: Value | None, added: Value) -> Value:
        """An accumulator after all turns."""
        if added == Each(self._alphabet) and start in (Known([]), Known("")):
            return Chars() if start == Known([]) else Input()
        if isinstance(added, Known) and type(added.value) is int and isinstance(start, Known | Linear):
            return values.binary(ast.Add, values.linear(added.value, 0), start)
        raise Undecided

    def _bind(self, target: ast.expr, iterated: Value, names: dict[str, Value]) -> None:
        self.walked = True
        if isinstance(iterated, Input | Chars) and isinstance(target, ast.Name):
            names[target.id] = Each(self._alphabet)
        elif isinstance(iterated, Mapped) and iterated.passes and isinstance(target, ast.Name):
            names[target.id] = iterated.element
        elif isinstance(iterated, Index) and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            index, character = target.elts
            if not isinstance(index, ast.Name) or not isinstance(character, ast.Name):
                raise Undecided
            names[index.id], names[character.id] = Index(), Each(self._alphabet)
        else:
            raise Undecided

    def _truth(self, node: ast.expr, names: dict[str, Value]) -> bool:
        value = self._value(node, names)
        if isinstance(value, Each):
            value = values.combine(bool, (value,))
        if isinstance(value, Known):
            return bool(value.value)
        raise Undecided

    # Expressions

    def _value(self, node: ast.expr, names: dict[str, Value]) -> Value:
        match node:
            case ast.Constant():
                return Known(node.value)
            case ast.Name():
                return names[node.id] if node.id in names else self._global(node.id)
            case ast.BinOp():
                return values.binary(
                    type(node.op), self._value(node.left, names), self._value(node.right, names)
                )
            case ast.UnaryOp(op=ast.Not()):
                return values.combine(lambda one: not one, (self._value(node.operand, names),))
            case ast.UnaryOp(op=ast.USub()):
                return values.binary(ast.Sub, Known(0), self._value(node.operand, names))
            case ast.Compare() if len(node.ops) == 1:
                left, right = self._value(node.left, names), self._value(node.comparators[0], names)
                return values.binary(type(node.ops[0]), left, right)
            case ast.Compare():
                return self._chain(node, names)
            case ast.BoolOp():
                return self._bool_op(node, names)
            case ast.IfExp():
                return self._value(node.body if self._truth(node.test, names) else node.orelse, names)
            case ast.Tuple() | ast.List() | ast.Set() | ast.Dict():
                return self._display(node, names)
            case ast.Subscript():
                return self._subscript(node, names)
            case ast.GeneratorExp() | ast.ListComp():
                return self._comprehension(node, names)
            case ast.Call():
                return self._call(node, names)
        raise Undecided

    def _chain(self, node: ast.Compare, names: dict[str, Value]) -> Value:
        operands = [self._value(one, names) for one in (node.left, *node.comparators)]
        parts = [
            values.binary(type(kind), left, right)
            for kind, left, right in zip(node.ops, operands, operands[1:], strict=False)
        ]
        return values.combine(lambda *all_parts: all(all_parts), parts)

    def _bool_op(self, node: ast.BoolOp, names: dict[str, Value]) -> Value:
        stop = isinstance(node.op, ast.Or)
        for part in node.values[:-1]:
            value = self._value(part, names)
            if not isinstance(value, Known):
                raise Undecided
            if bool(value.value) is stop:
                return value
        return self._value(node.values[-1], names)

    def _display(self, node: ast.expr, names: dict[str, Value]) -> Value:
        if isinstance(node, ast.Dict):
            if any(key is None for key in node.keys):
                raise Undecided
            keys = [self._concrete(key, names) for key in node.keys if key is not None]
            return Known(dict(zip(keys, (self._concrete(one, names) for one in node.values), strict=True)))
        assert isinstance(node, ast.Tuple | ast.List | ast.Set)
        items = [self._concrete(one, names) for one in node.elts]
        if isinstance(node, ast.Tuple):
            return Known(tuple(items))
        return Known(items) if isinstance(node, ast.List) else Known(set(items))

    def _concrete(self, node: ast.expr, names: dict[str, Value]) -> object:
        value = self._value(node, names)
        if not isinstance(value, Known):
            raise Undecided
        return value.value

    def _subscript(self, node: ast.Subscript, names: dict[str, Value]) -> Value:
        if isinstance(node.slice, ast.Slice):
            raise Undecided
        holder, index = self._value(node.value, names), self._value(node.slice, names)
        return values.combine(lambda one, at: one[at], (holder, index))

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp, names: dict[str, Value]) -> Value:
        if len(node.generators) != 1 or node.generators[0].is_async:
            raise Undecided
        clause = node.generators[0]
        turn = dict(names)
        self._bind(clause.target, self._value(clause.iter, names), turn)
        passes = all(self._truth(test, turn) for test in clause.ifs)
        if not passes:
            return Known([]) if isinstance(node, ast.ListComp) else Mapped(Known(None), False)
        element = self._value(node.elt, turn)
        if not isinstance(element, Known | Each | Index):
            raise Undecided
        if isinstance(node, ast.ListComp) and element == Each(self._alphabet):
            return Chars()
        return Mapped(element, True)

    # Calls

    def _call(self, node: ast.Call, names: dict[str, Value]) -> Value:
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            raise Undecided
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, names)
        if not isinstance(node.func, ast.Name) or node.func.id in names:
            raise Undecided
        name = node.func.id
        if name == "map" and is_builtin(self._subject, "map") and len(node.args) == 2:
            turn: dict[str, Value] = {}
            self._bind(ast.Name("item"), self._value(node.args[1], names), turn)
            element = self._apply(node.args[0], [turn["item"]])
            if not isinstance(element, Known | Each):
                raise Undecided
            return Mapped(element, True)
        return self._apply(node.func, [self._value(one, names) for one in node.args])

    def _apply(self, function: ast.expr, arguments: list[Value]) -> Value:
        """Applies a named function: a builtin, one of a character module, or one of the module's own."""
        if any(isinstance(part, ast.Name) and part.id in self._scopes[-1] for part in walked(function)):
            raise Undecided
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            return self._character_data(function.value.id, function.attr, arguments)
        if not isinstance(function, ast.Name):
            raise Undecided
        if is_builtin(self._subject, function.id):
            return self._builtin(function.id, arguments)
        results: list[Value] = []
        for bound in module_bindings(self._subject.module).get(function.id, []):
            if isinstance(bound, ast.ImportFrom):
                results.append(self._imported(bound, function.id, arguments))
            elif isinstance(bound, ast.FunctionDef) and not bound.decorator_list:
                results.append(self._own_function(bound, arguments))
            else:
                raise Undecided
        if not results or any(one != results[0] for one in results):
            raise Undecided
        return results[0]

    def _builtin(self, name: str, arguments: list[Value]) -> Value:
        first = arguments[0] if arguments else None
        if name == "len" and len(arguments) == 1 and isinstance(first, Input | Chars):
            return Linear(1, 0)
        if name == "sum" and len(arguments) == 1 and isinstance(first, Mapped):
            if not first.passes:
                return Known(0)
            if isinstance(first.element, Known) and type(first.element.value) in {int, bool}:
                return values.linear(int(first.element.value), 0)  # type: ignore[call-overload]
            raise Undecided
        if name in {"any", "all"} and isinstance(first, Mapped):
            truth = values.combine(bool, (first.element,)) if first.passes else Known(name == "all")
            if truth == Known(name == "all"):  # no character stops the search
                return truth
            raise Undecided
        if name == "enumerate" and arguments == [Input()]:
            return Index()
        if name in {"list", "str"} and len(arguments) == 1 and isinstance(first, Input):
            return Chars() if name == "list" else first
        if name == "isinstance" and len(arguments) == 2 and isinstance(first, Input):
            return values.combine(isinstance, (Known("text"), arguments[1]))
        function = values.builtin_function(name)
        self.looked |= name == "ord"
        if function is None or not arguments:
            raise Undecided
        return values.combine(function, arguments)

    def _character_data(self, module: str, name: str, arguments: list[Value]) -> Value:
        bound = module_bindings(self._subject.module).get(module, [])
        if len(bound) == 0 or not all(isinstance(one, ast.Import) for one in bound):
            raise Undecided
        if module == "unicodedata" and name == "normalize" and len(arguments) == 2:
            return (
                arguments[1] if isinstance(arguments[1], Input) else values.combine(lambda _, c: c, arguments)
            )
        function = values.character_function(module, name, self._alphabet)
        if function is None or len(arguments) != 1:
            raise Undecided
        self.looked = True
        return values.combine(function, arguments)

    def _imported(self, bound: ast.ImportFrom, name: str, arguments: list[Value]) -> Value:
        origin = next((one.name for one in bound.names if (one.asname or one.name) == name), "")
        function = values.character_function(bound.module or "", origin, self._alphabet)
        if function is None or bound.level or len(arguments) != 1:
            raise Undecided
        self.looked = True
        return values.combine(function, arguments)

    def _own_function(self, node: ast.FunctionDef, arguments: list[Value]) -> Value:
        parameters = node.args
        if parameters.vararg or parameters.kwarg or parameters.kwonlyargs or parameters.posonlyargs:
            raise Undecided
        if len(arguments) != len(parameters.args) or len(self._scopes) > _DEPTH:
            raise Undecided
        names = [one.arg for one in parameters.args]
        self._scopes.append(local_names(node))
        try:
            return self._returned(node.body, dict(zip(names, arguments, strict=True)))
        finally:
            self._scopes.pop()

    def _method(self, node: ast.Call, function: ast.Attribute, names: dict[str, Value]) -> Value:
        if isinstance(function.value, ast.Name) and function.value.id not in names:
            try:
                holder = self._global(function.value.id)
            except Undecided:
                return self._apply(function, [self._value(one, names) for one in node.args])
        else:
            holder = self._value(function.value, names)
        arguments = [self._value(one, names) for one in node.args]
        if function.attr == "join" and holder == Known("") and len(arguments) == 1:
            return self._joined(arguments[0])
        if isinstance(holder, Known | Each) and function.attr in {"get", *_CHAR_METHODS}:
            return values.combine(lambda one, *rest: getattr(one, function.attr)(*rest), (holder, *arguments))
        if isinstance(holder, Input) and function.attr == "__len__" and not arguments:
            return Linear(1, 0)
        plain = all(isinstance(one, ast.Constant) for one in node.args)
        if isinstance(holder, Input) and function.attr in _TEXT_METHODS and plain and len(self._scopes) == 1:
            rest = ", ".join(self._subject.text.text(one) for one in node.args)
            return Derived(f".{function.attr}({rest})")
        raise Undecided

    def _joined(self, parts: Value) -> Value:
        if isinstance(parts, Chars | Input) or parts == Mapped(Each(self._alphabet), True):
            return Input()
        if parts in (Known([]), Mapped(Known(None), False)):
            return Known("")
        raise Undecided

    def _global(self, name: str) -> Value:
        """A module-level constant, or a type under its own or another name."""
        if name in self._scopes[-1]:
            raise Undecided
        if name in _TYPES and is_builtin(self._subject, name):
            return Known(_TYPES[name])
        bound = _reachable_in(self._subject.module, name)
        if len(bound) != 1 or len(module_bindings(self._subject.module).get(name, [])) > 2:
            raise Undecided
        if len(self._scopes) > _DEPTH:
            raise Undecided
        self._scopes.append(set())
        try:
            return self._value(bound[0], {})
        finally:
            self._scopes.pop()


def _changed(body: Sequence[ast.stmt]) -> set[str]:
    """The names that statements bind, or change by a method."""
    changed: set[str] = set()
    for part in (part for statement in body for part in walked(statement)):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            changed.add(part.id)
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            changed |= {one.id for one in walked(part.value.func) if isinstance(one, ast.Name)}
    return changed


def _reachable_in(module: ast.Module, name: str) -> list[ast.expr]:
    known = _looked_up(module)
    if name not in known:
        known[name] = _reachable(module.body, name)
    return known[name]


# Every function of a module asks.
@kept
def _looked_up(module: ast.Module) -> dict[str, list[ast.expr]]:
    """What was found for the names of a module that were asked for so far."""
    return {}


def _reachable(body: Sequence[ast.stmt], name: str) -> list[ast.expr]:
    """The expressions assigned to a module-level name, branches for Python 2 left out."""
    found: list[ast.expr] = []
    for statement in body:
        if isinstance(statement, ast.If):
            found += _reachable(
                statement.body if _python_3(statement.test) is not False else statement.orelse, name
            )
            if _python_3(statement.test) is None:
                found += _reachable(statement.orelse, name)
        elif isinstance(statement, ast.Assign):
            found += [
                statement.value for one in statement.targets if isinstance(one, ast.Name) and one.id == name
            ]
        elif (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.value
        ):
            found += [statement.value] if statement.target.id == name else []
        elif not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            for block in blocks_of(statement):
                found += _reachable(block, name)
    return found


def _python_3(test: ast.expr) -> bool | None:
    """Whether a comparison of ``sys.version_info`` with a version 3.0 or less holds; None for other tests."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left, right, kind = test.left, test.comparators[0], test.ops[0]
    if isinstance(left, ast.Subscript):
        left = left.value
        right = ast.Tuple([right], ast.Load())
    if ast.unparse(left) not in {"sys.version_info", "version_info"} or not isinstance(right, ast.Tuple):
        return None
    version = tuple(
        one.value for one in right.elts if isinstance(one, ast.Constant) and isinstance(one.value, int)
    )
    if not version or version > (3, 0):
        return None
    if isinstance(kind, ast.Gt | ast.GtE | ast.NotEq):
        return True if version >= (3,) or not isinstance(kind, ast.NotEq) else None
    return {ast.Lt: False, ast.LtE: False, ast.Eq: version[0] == 3}.get(type(kind))
