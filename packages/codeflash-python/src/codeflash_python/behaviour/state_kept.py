"""New state that lives on from call to call: caches, module containers, attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

CACHES = ("lru_cache", "cache", "cached_property", "cachedmethod", "memoize", "cached")

MUTATORS = frozenset({
    "append", "add", "update", "setdefault", "extend", "insert", "pop", "popitem", "remove", "discard",
    "clear", "appendleft", "popleft", "extendleft", "rotate", "move_to_end", "sort", "reverse", "subtract",
    "difference_update", "intersection_update", "symmetric_difference_update", "__setitem__", "__delitem__",
})  # fmt: skip

CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "__setstate__")

DICTS = frozenset({
    "dict", "defaultdict", "OrderedDict", "Counter", "ChainMap", "WeakKeyDictionary", "WeakValueDictionary",
})  # fmt: skip


@frozen
class Kept:
    """One thing that lives on from call to call.

    Attributes:
        key: The same in both versions when it is the same thing.
        sentence: What a reader is told.
        function: What fills it.
        held: What holds it, see :func:`holder`, and the attribute there; empty when only the interpreter does.
    """

    key: str
    sentence: str
    function: FunctionNode
    held: tuple[str, str] = ("", "")


def called_name(node: ast.AST) -> str:
    """The last name of ``a.b.name`` or ``name(...)``."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def new_state(old: ast.Module, new: ast.Module) -> list[Kept]:
    """Each place where only the new version keeps state across calls."""
    before = {each.key for each in _kept(old)}
    return [each for each in _kept(new) if each.key not in before]


def _kept(tree: ast.Module) -> Iterator[Kept]:
    """Everything in a module that keeps state across calls."""
    names = module_bindings(tree)
    yield from _wrapped(tree)
    for function, qualname in functions_of(tree):
        yield from _caches(function, qualname)
        yield from _defaults(function, qualname)
        local = local_names(function)
        for name, attribute in changed_names(function):
            held = (holder(name, qualname), attribute)
            if name in ("self", "cls"):
                if attribute and function.name not in CONSTRUCTORS:
                    sentence = f"adds a cache: {name}.{attribute} in {qualname}{_bound(tree, attribute)}"
                    yield Kept(f"{qualname}: {name}.{attribute}", sentence, function, held)
            elif name in names and name not in local:
                if attribute:
                    sentence = f"adds a cache: {name}.{attribute}{_bound(tree, attribute)}"
                    yield Kept(f"{name}.{attribute}", sentence, function, held)
                else:
                    yield Kept(f"global {name}", _container(tree, name, names[name]), function, held)
        yield from _assigned(function, qualname, {name for name in names if name not in local})


def _assigned(function: FunctionNode, qualname: str, names: set[str]) -> Iterator[Kept]:
    """Attributes that a function binds, of its own object or of something in the module."""
    for owner, attribute in assigned_attributes(function):
        held = (holder(owner, qualname), attribute)
        if owner in ("self", "cls"):
            if function.name not in CONSTRUCTORS:
                sentence = f"keeps state across calls: {owner}.{attribute} in {qualname}, one value"
                yield Kept(f"{qualname}: {owner}.{attribute}", sentence, function, held)
        elif owner in names:
            sentence = f"keeps state across calls: {owner}.{attribute}, one value"
            yield Kept(f"{owner}.{attribute}", sentence, function, held)


def holder(name: str, qualname: str) -> str:
    """What a name stands for in a function: ``cls`` for the class, ``self`` for the class's objects."""
    owner = qualname.rpartition(".")[0]
    if owner and name in ("self", "cls"):
        return owner if name == "cls" else f"self of {owner}"
    return name


def _caches(function: FunctionNode, qualname: str) -> Iterator[Kept]:
    for node in ast.walk(function):
        if isinstance(node, FunctionNode):
            for decorator in node.decorator_list:
                if called_name(decorator) in CACHES:
                    bound = _cache_bound(decorator)
                    sentence = f"adds a cache: {_written(decorator)} on {node.name}, {bound}"
                    yield Kept(f"{qualname} {node.name} {bound}", sentence, node)


def _wrapped(tree: ast.Module) -> Iterator[Kept]:
    """Functions that a cache is put around by a call, as in ``name = lru_cache(8)(function)``."""
    functions = {function.name: function for function, _ in functions_of(tree)}
    decorators = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, FunctionNode | ast.ClassDef)
        for decorator in node.decorator_list
        for inner in ast.walk(decorator)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or id(node) in decorators or len(node.args) != 1:
            continue
        maker, inside = node.func, node.args[0]
        with_bound = isinstance(maker, ast.Call) and _makes_cache(maker.func)
        if with_bound or (_makes_cache(maker) and not isinstance(inside, ast.Constant)):
            named = functions.get(inside.id) if isinstance(inside, ast.Name) else None
            text, bound = ast.unparse(inside), _cache_bound(maker)
            sentence = f"adds a cache: {_written(maker)} around {text}, {bound}"
            yield Kept(f"{ast.unparse(maker)} around {text}", sentence, named or _as_function(inside))


def _makes_cache(node: ast.expr) -> bool:
    """Whether it is a cache of the standard library, or of a package of caches, by its usual name."""
    if isinstance(node, ast.Attribute):
        return (
            node.attr in CACHES
            and isinstance(node.value, ast.Name)
            and node.value.id in ("functools", "cachetools")
        )
    return isinstance(node, ast.Name) and node.id in CACHES


def _as_function(node: ast.expr) -> FunctionNode:
    """An expression that is called as a function that does as much: what it reads is what counts."""
    arguments, body = (
        (node.args, node.body)
        if isinstance(node, ast.Lambda)
        else (ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]), node)
    )
    return ast.FunctionDef(name="", args=arguments, body=[ast.Expr(body)], decorator_list=[])


def _written(decorator: ast.expr) -> str:
    """A decorator as it stands in the text, without the module it is from."""
    text = ast.unparse(decorator)
    head, mark, rest = text.partition("(")
    return head.rpartition(".")[2] + mark + rest


def _cache_bound(decorator: ast.AST) -> str:
    name = called_name(decorator)
    if name == "cached_property":
        return "one value for each object"
    if name == "lru_cache":
        if not isinstance(decorator, ast.Call) or not (decorator.args or decorator.keywords):
            return "at most 128 entries"
        sizes = [*decorator.args[:1], *(k.value for k in decorator.keywords if k.arg == "maxsize")]
        for value in sizes:
            if not isinstance(value, ast.Constant) or isinstance(value.value, int):
                return f"at most {ast.unparse(value)} entries"
        if not sizes:
            return "at most 128 entries"
    return "without a bound"


def _defaults(function: FunctionNode, qualname: str) -> Iterator[Kept]:
    """Containers that are a parameter's default and that the function fills."""
    changed = {name for name, _ in changed_names(function)}
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    pairs = [
        *zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    for parameter, value in pairs:
        kind = _kind(value)
        if kind in ("dict", "list", "set") and parameter.arg in changed:
            bound = _bound(function, parameter.arg)
            sentence = f"adds a cache: default-argument {kind} {parameter.arg} of {qualname}{bound}"
            yield Kept(f"{qualname}({parameter.arg})", sentence, function)


def _kind(value: ast.AST | None) -> str:
    """The kind of container that an expression makes; empty for anything else."""
    if isinstance(value, ast.Dict | ast.DictComp) or called_name(value or ast.Pass()) in DICTS:
        return "dict"
    if isinstance(value, ast.List | ast.ListComp):
        return "list"
    if isinstance(value, ast.Set | ast.SetComp):
        return "set"
    name = called_name(value) if isinstance(value, ast.Call) else ""
    return name if name in ("list", "set", "deque", "bytearray", "array") else ""


def _container(tree: ast.Module, name: str, value: ast.AST | None) -> str:
    kind = _kind(value)
    begin = "adds a cache" if kind == "dict" else "keeps state across calls"
    if isinstance(value, ast.Constant):
        return f"{begin}: module variable {name}, one value"
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        size = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg in ("maxlen", "maxsize") and size is not None:
            return f"{begin}: module {kind or 'variable'} {name}, at most {size!r} entries"
    return f"{begin}: module {kind or 'variable'} {name}{_bound(tree, name)}"


def _bound(tree: ast.AST, name: str) -> str:
    """How a container is kept small: what its length is compared with, wherever that is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                of = side.args[:1] if isinstance(side, ast.Call) and called_name(side) == "len" else []
                if any(not isinstance(one, ast.Call) and called_name(one) == name for one in of):
                    return f", bounded by {ast.unparse(node)}"
    return ", without a bound"


def module_bindings(tree: ast.Module) -> dict[str, ast.AST | None]:
    """Names bound at module level: functions, classes, assignments with their value, ``global`` names."""
    found: dict[str, ast.AST | None] = {}
    stack: list[ast.stmt] = list(reversed(tree.body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        found[part.id] = node.value if part is target else None
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node.value
        elif isinstance(node, FunctionNode | ast.ClassDef):
            found[node.name] = None
        elif isinstance(node, ast.If | ast.Try | ast.With):
            inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            inner += [part for handler in getattr(node, "handlers", []) for part in handler.body]
            stack.extend(reversed(inner))
    for part in ast.walk(tree):
        if isinstance(part, ast.Global):
            for name in part.names:
                found.setdefault(name, None)
    return found


def functions_of(tree: ast.Module) -> Iterator[tuple[FunctionNode, str]]:
    """Functions and methods of a module with their dotted names, nested functions left out."""
    stack: list[tuple[list[ast.stmt], str]] = [(tree.body, "")]
    while stack:
        body, prefix = stack.pop()
        for node in body:
            if isinstance(node, FunctionNode):
                yield node, prefix + node.name
            elif isinstance(node, ast.ClassDef):
                stack.append((node.body, f"{prefix}{node.name}."))
            elif isinstance(node, ast.If | ast.Try):
                stack.append((node.body, prefix))
                stack.append((node.orelse, prefix))
                stack += [(handler.body, prefix) for handler in getattr(node, "handlers", [])]


def local_names(function: FunctionNode) -> set[str]:
    """Names that a function binds for itself, parameters among them."""
    shared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    bound = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    return bound - shared


def changed_names(function: FunctionNode) -> Iterator[tuple[str, str]]:
    """Names whose object is changed in place, or that ``global`` lets the function bind.

    Each comes with the attribute through which the object is reached, empty for the object itself.
    """
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield from ((name, "") for name in node.names)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield from _root(node.value)
        elif isinstance(node, ast.Call) and called_name(node) == "next":
            # A module's iterator that is read on from call to call.
            yield from ((each.id, "") for each in node.args[:1] if isinstance(each, ast.Name))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in MUTATORS:
                yield from _root(node.func.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, ""


def _root(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The name where ``name.attribute[...].more`` begins, and the first attribute."""
    attribute = ""
    while isinstance(node, ast.Attribute | ast.Subscript):
        attribute = node.attr if isinstance(node, ast.Attribute) else ""
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id, attribute


def assigned_attributes(function: FunctionNode) -> Iterator[tuple[str, str]]:
    """Attributes that are assigned: owner's name and attribute."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            if isinstance(node.value, ast.Name):
                yield node.value.id, node.attr
        elif isinstance(node, ast.Attribute) and node.attr == "__dict__" and isinstance(node.value, ast.Name):
            yield node.value.id, "__dict__"
