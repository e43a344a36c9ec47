"""What is known of a value without running anything: its kind, its parts, the values that code compares it with."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from attrs import define, field

from codeflash_syntax.parse import parse_expression

SEQUENCES = ("list", "tuple", "set", "frozenset", "iterator", "deque", "ndarray")
DECLARED = 100
_SIMPLE = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "str",
    "bytes": "bytes",
    "bytearray": "bytes",
    "complex": "float",
    "Number": "int",
    "Real": "float",
    "list": "list",
    "List": "list",
    "Sequence": "list",
    "MutableSequence": "list",
    "Iterable": "list",
    "Collection": "list",
    "Iterator": "iterator",
    "Generator": "iterator",
    "set": "set",
    "Set": "set",
    "AbstractSet": "set",
    "frozenset": "frozenset",
    "FrozenSet": "frozenset",
    "deque": "deque",
    "Deque": "deque",
    "dict": "dict",
    "Dict": "dict",
    "Mapping": "dict",
    "MutableMapping": "dict",
    "defaultdict": "dict",
    "OrderedDict": "dict",
    "Counter": "dict",
    "tuple": "tuple",
    "Tuple": "tuple",
    "Callable": "callable",
    "None": "none",
    "ndarray": "ndarray",
    "date": "date",
    "datetime": "datetime",
    "timedelta": "timedelta",
    "Decimal": "decimal",
    "Fraction": "fraction",
    "Path": "path",
    "PurePath": "path",
    "LiteralString": "str",
    "SupportsInt": "int",
    "SupportsFloat": "float",
}


@define(eq=False)
class Shape:
    """What is known of one value. Shapes that turn out to be of the same kind are joined.

    Attributes:
        votes: Weight of the evidence for each kind.
        literals: Constants that it is compared with.
        separators: Texts that it is split at.
        keys: Values under constant keys, for a dictionary.
        attributes: Values of attributes, for an object.
        fields: Values by position, for a tuple.
        is_index: Whether it is a position in a sequence.
        arity: Arguments that it is called with, for a callable.
    """

    votes: dict[str, int] = field(factory=dict)
    literals: list[object] = field(factory=list)
    separators: list[str] = field(factory=list)
    keys: dict[Hashable, Shape] = field(factory=dict)
    attributes: dict[str, Shape] = field(factory=dict)
    fields: dict[int, Shape] = field(factory=dict)
    is_index: bool = False
    arity: int = 1
    _element: Shape | None = None
    _key: Shape | None = None
    _joined: Shape | None = None

    @property
    def whole(self) -> Shape:
        """The shape that this one was joined into."""
        shape = self
        while shape._joined is not None:
            shape = shape._joined
        return shape

    @property
    def element(self) -> Shape:
        """What it holds: items of a sequence, values of a dictionary."""
        whole = self.whole
        if whole._element is None:
            whole._element = Shape()
        return whole._element.whole

    @property
    def key(self) -> Shape:
        """The keys of a dictionary."""
        whole = self.whole
        if whole._key is None:
            whole._key = Shape()
        return whole._key.whole

    @property
    def kind(self) -> str:
        """The most likely kind; empty when nothing is known."""
        votes = self.whole.votes
        known = {name: weight for name, weight in votes.items() if name != "none"}
        return max(known, key=lambda name: known[name]) if known else ("none" if votes else "")

    @property
    def may_be_none(self) -> bool:
        """Whether None is among what it may be."""
        return "none" in self.whole.votes

    def parts(self) -> list[Shape]:
        """What is known to be inside."""
        whole = self.whole
        inner = [each for each in (whole._element, whole._key) if each is not None]
        return [*inner, *whole.keys.values(), *whole.fields.values(), *whole.attributes.values()]

    def vote(self, kind: str, weight: int = 1) -> Shape:
        """Note evidence for a kind."""
        whole = self.whole
        whole.votes[kind] = whole.votes.get(kind, 0) + weight
        return whole

    def note(self, value: object) -> None:
        """Note a constant that it is compared with."""
        literals = self.whole.literals
        if not any(type(value) is type(each) and value == each for each in literals):
            literals.append(value)

    def join(self, other: Shape) -> None:
        """Note that two values are of the same kind."""
        waiting = [(self, other)]
        while waiting:
            left, right = (each.whole for each in waiting.pop())
            if left is right:
                continue
            right._joined = left
            for kind, weight in right.votes.items():
                left.votes[kind] = left.votes.get(kind, 0) + weight
            for value in right.literals:
                left.note(value)
            left.separators += [each for each in right.separators if each not in left.separators]
            left.is_index = left.is_index or right.is_index
            for mine, others in (
                (left.keys, right.keys),
                (left.attributes, right.attributes),
                (left.fields, right.fields),
            ):
                _merge(mine, others, waiting)
            # What the left one lacks it takes over: a shape may be its own element, and made-up ones never end.
            if right._element is not None:
                if left._element is None:
                    left._element = right._element
                else:
                    waiting.append((left._element, right._element))
            if right._key is not None:
                if left._key is None:
                    left._key = right._key
                else:
                    waiting.append((left._key, right._key))


def _merge(mine: dict, others: dict, waiting: list[tuple[Shape, Shape]]) -> None:  # type: ignore[type-arg]  # keys of any type
    for name, shape in others.items():
        if name in mine:
            waiting.append((mine[name], shape))
        else:
            mine[name] = shape


def declared(annotation: ast.expr | None, shape: Shape, classes: frozenset[str] = frozenset()) -> None:
    """Note what an annotation says.

    Args:
        annotation: The annotation, or None.
        shape: What it is about.
        classes: Names of classes that tests can import: they are kinds of their own, ``class:Name``.
    """
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = parse_expression(annotation.value)
        except (SyntaxError, ValueError):
            return
    match annotation:
        case ast.Constant(value=None):
            shape.vote("none")
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            declared(left, shape, classes)
            declared(right, shape, classes)
        case ast.Subscript(value=outer, slice=inner):
            _declared_generic(outer, inner, shape, classes)
        case ast.Name() | ast.Attribute():
            name = _last(annotation)
            if name in classes:
                shape.vote(f"class:{name}", DECLARED)
            elif name in _SIMPLE:
                # The first alternative of a union weighs most.
                shape.vote(_SIMPLE[name], DECLARED - len(shape.whole.votes))


def _declared_generic(outer: ast.expr, inner: ast.expr, shape: Shape, classes: frozenset[str]) -> None:
    name = _last(outer)
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name in ("Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired"):
        for part in parts[:1] if name == "Annotated" else parts:
            declared(part, shape, classes)
        if name == "Optional":
            shape.vote("none")
        return
    if name == "Literal":
        for part in parts:
            if isinstance(part, ast.Constant):
                shape.note(part.value)
                shape.vote(_SIMPLE.get(type(part.value).__name__, "str"), DECLARED)
        return
    kind = _SIMPLE.get(name, "")
    if not kind:
        return
    shape.vote(kind, DECLARED - len(shape.whole.votes))
    if kind == "dict":
        if len(parts) == 2:
            declared(parts[0], shape.key, classes)
            declared(parts[1], shape.element, classes)
        elif name == "Counter":
            declared(parts[0], shape.key, classes)
            shape.element.vote("int", DECLARED)
    elif kind == "callable":
        if parts and isinstance(parts[0], ast.List):
            shape.whole.arity = len(parts[0].elts)
    elif kind == "tuple" and not (isinstance(parts[-1], ast.Constant) and parts[-1].value is Ellipsis):
        for index, part in enumerate(parts):
            declared(part, shape.whole.fields.setdefault(index, Shape()), classes)
    elif kind in SEQUENCES:
        declared(parts[0], shape.element, classes)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
