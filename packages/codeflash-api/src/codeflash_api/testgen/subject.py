"""Reads the function under test out of a request's source: its parameters, its class, how to make instances."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress

from attrs import field, frozen

from codeflash_api.testgen.evidence import constant_kind
from codeflash_api.testgen.inference import Inference, parameters
from codeflash_api.testgen.shapes import Shape, declared
from codeflash_syntax.parse import FunctionNode, FunctionNotFound, find_function, is_literal, parse_module

_CONSTANT_BASES = frozenset(["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"])
_RECORDS = frozenset(["dataclass", "define", "frozen", "mutable", "attrs", "s", "attributes"])


@frozen(eq=False)
class Parameter:
    """A parameter that calls may give.

    Attributes:
        name: Its name.
        shape: What is known of its values.
        required: Whether calls must give it.
        by_name: Whether it can only be given by name.
        default: The text of its default, empty where it has none.
    """

    name: str
    shape: Shape
    required: bool = True
    by_name: bool = False
    default: str = ""


@frozen(eq=False)
class Subject:
    """The function under test and what calls of it need.

    Attributes:
        node: Its definition.
        tree: The module.
        receiver: The class whose method it is, None for a plain function or a static method of any.
        kind: How it is called.
        parameters: What calls give.
        classes: All classes at the module's top level, by name.
        constructors: Parameters of each class's constructor, by the class's name.
    """

    node: FunctionNode
    tree: ast.Module
    receiver: ast.ClassDef | None
    kind: str
    parameters: tuple[Parameter, ...]
    classes: dict[str, ast.ClassDef] = field(factory=dict)
    constructors: dict[str, tuple[Parameter, ...]] = field(factory=dict)


def read_subject(tree: ast.Module, qualified: str) -> Subject:
    """Read the function under test.

    Args:
        tree: The module that defines it.
        qualified: Its name.

    Raises:
        FunctionNotFound: The module does not define it, or defines it inside a function.
    """
    site = find_function(tree, qualified)
    if any(isinstance(owner, FunctionNode) for owner in site.owners):
        raise FunctionNotFound(qualified)
    node, receiver = site.node, site.owner_class
    classes = {each.name: each for each in ast.walk(tree) if isinstance(each, ast.ClassDef)}
    known = frozenset(classes)
    kind = _kind(node, receiver)
    receivers = _receivers(classes)
    constructors = {name: _constructor(each, known, receivers[name].whole) for name, each in classes.items()}
    own = receivers[receiver.name].whole if receiver else None
    found = _parameters(node, known, skip=kind in ("method", "class method", "property", "constructor"))
    _infer(node, found, own if kind in ("method", "property", "constructor") else None)
    _read_methods(classes, receivers, known)
    if kind == "constructor" and receiver is not None:
        constructors[receiver.name] = found
    every = [*found, *(each for given in constructors.values() for each in given)]
    _recognize([each.shape for each in every], {name: _members_of(each) for name, each in classes.items()})
    return Subject(node, tree, receiver, kind, found, classes, constructors)


def _receivers(classes: dict[str, ast.ClassDef]) -> dict[str, Shape]:
    """What ``self`` is in each class; a class and its bases have it in common."""
    found = {name: Shape() for name in classes}
    for name, each in classes.items():
        for base in each.bases:
            if ast.unparse(base) in found:
                found[name].join(found[ast.unparse(base)])
    return found


def _read_methods(
    classes: dict[str, ast.ClassDef], receivers: dict[str, Shape], known: frozenset[str]
) -> None:
    """Learn from all methods what attributes hold."""
    for name, each in classes.items():
        for node in each.body:
            if isinstance(node, FunctionNode) and _kind(node, each) in ("method", "property"):
                _infer(node, _parameters(node, known, skip=True), receivers[name].whole)


def _members_of(node: ast.ClassDef) -> frozenset[str]:
    """Names of the attributes and methods that a class is seen to have."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, FunctionNode):
            found.add(each.name)
        elif isinstance(each, ast.AnnAssign | ast.Assign):
            for target in [each.target] if isinstance(each, ast.AnnAssign) else each.targets:
                if isinstance(target, ast.Name):
                    found.add(target.id)
                elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    found.add(target.attr)
    return frozenset(found)


def _recognize(shapes: list[Shape], classes: dict[str, frozenset[str]]) -> None:
    """Make a value whose attributes are used an instance of the class that has them all, or a plain object."""
    seen: set[int] = set()
    waiting = [each.whole for each in shapes]
    while waiting:
        shape = waiting.pop()
        if id(shape) in seen:
            continue
        seen.add(id(shape))
        if shape.attributes and shape.kind in ("", "none"):
            fitting = [name for name, known in classes.items() if set(shape.attributes) <= known]
            shape.vote(f"class:{fitting[0]}" if fitting else "object", 2)
        waiting += [each.whole for each in shape.parts()]


def is_constant_class(node: ast.ClassDef) -> bool:
    """Whether a class is an enumeration."""
    return any(ast.unparse(base).rpartition(".")[2] in _CONSTANT_BASES for base in node.bases)


def members(node: ast.ClassDef) -> tuple[str, ...]:
    """Names of an enumeration's members."""
    return tuple(
        target.id
        for each in node.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    )


def samples(subject: Subject) -> tuple[str, ...]:
    """Arguments of calls that the source itself shows, in docstrings and elsewhere, all of them constants."""
    found: dict[str, None] = {}
    for call in _shown_calls(subject.tree):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name != subject.node.name or not (call.args or call.keywords):
            continue
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        if all(is_literal(each) for each in values) and all(keyword.arg for keyword in call.keywords):
            text = ast.unparse(ast.Call(ast.Name("f"), call.args, call.keywords))
            found[text.removeprefix("f(").removesuffix(")")] = None
    return tuple(found)


def _shown_calls(tree: ast.Module) -> Iterator[ast.Call]:
    from doctest import DocTestParser

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node
        if isinstance(node, FunctionNode | ast.ClassDef | ast.Module):
            text = ast.get_docstring(node) or ""
            if ">>>" not in text:
                continue
            try:
                examples = DocTestParser().get_examples(text)
            except ValueError:
                continue
            for example in examples:
                with suppress(SyntaxError, ValueError):
                    yield from (
                        each for each in ast.walk(parse_module(example.source)) if isinstance(each, ast.Call)
                    )


def _kind(node: FunctionNode, receiver: ast.ClassDef | None) -> str:
    if receiver is None:
        return "function"
    names = {ast.unparse(each).rpartition(".")[2] for each in node.decorator_list}
    if "staticmethod" in names:
        return "static method"
    if "classmethod" in names or node.name in ("__new__", "__init_subclass__"):
        return "class method"
    if names & {"property", "cached_property"}:
        return "property"
    return "constructor" if node.name == "__init__" else "method"


def _parameters(node: FunctionNode, known: frozenset[str], *, skip: bool) -> tuple[Parameter, ...]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = list(zip(positional, [*defaults, *arguments.defaults], strict=True))[1 if skip else 0 :]
    found = [_parameter(each, default, known, by_name=False) for each, default in pairs]
    if arguments.vararg is not None:
        # A few values of the same kind: given as one starred list.
        star = Parameter(f"*{arguments.vararg.arg}", Shape({"list": 100}))
        declared(arguments.vararg.annotation, star.shape.element, known)
        found.append(star)
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return (*found, *(_parameter(each, default, known, by_name=True) for each, default in by_name))


def _parameter(each: ast.arg, default: ast.expr | None, known: frozenset[str], *, by_name: bool) -> Parameter:
    shape = Shape()
    declared(each.annotation, shape, known)
    if default is not None:
        _from_default(default, shape)
    return Parameter(each.arg, shape, default is None, by_name, ast.unparse(default) if default else "")


def _from_default(default: ast.expr, shape: Shape) -> None:
    kinds = {ast.List: "list", ast.Tuple: "tuple", ast.Dict: "dict", ast.Set: "set"}
    if isinstance(default, ast.Constant):
        kind = constant_kind(default.value)
        if kind:
            shape.vote(kind, 2)
            if isinstance(default.value, str) and default.value:
                shape.note(default.value)
    else:
        for form, kind in kinds.items():
            if isinstance(default, form):
                shape.vote(kind, 2)


def _infer(node: FunctionNode, found: tuple[Parameter, ...], own: Shape | None) -> None:
    names = {each.name.lstrip("*"): each.shape for each in found}
    if own is not None and node.args.args:
        names[node.args.args[0].arg] = own
    for each in parameters(node):
        names.setdefault(each.arg, Shape())
    Inference(names).read(node.body)


def _constructor(node: ast.ClassDef, known: frozenset[str], own: Shape) -> tuple[Parameter, ...]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            found = _parameters(each, known, skip=True)
            _infer(each, found, own)
            return found
    decorators = {
        ast.unparse(each.func if isinstance(each, ast.Call) else each).rpartition(".")[2]
        for each in node.decorator_list
    }
    bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    if not (decorators & _RECORDS or bases & {"NamedTuple", "BaseModel"}):
        return ()
    fields = []
    for field_ in node.body:
        if isinstance(field_, ast.AnnAssign) and isinstance(field_.target, ast.Name):
            shape = own.attributes.setdefault(field_.target.id, Shape()).whole
            declared(field_.annotation, shape, known)
            if "ClassVar" not in ast.unparse(field_.annotation):
                fields.append(Parameter(field_.target.id, shape, field_.value is None))
    return tuple(fields)
