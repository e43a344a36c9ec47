"""How each type is taken apart for :mod:`codeflash_worker.encode`.

An expander takes the encoder and an object and gives ``(kind, content, names)``: the parts to encode, of
which the last ``len(names)`` are attributes. User-defined ``__eq__``, ``__iter__``, ``__len__`` and, where it
can be helped, ``__reduce__`` are never called: a value is its type and its state.
"""

from __future__ import annotations

import collections
import copyreg
import enum
import functools
import io
import itertools
import re
import sys
import types
import weakref
from opcode import opmap
from typing import Any, Callable, Dict, List, Optional, Tuple

from codeflash_worker import encode_arrays

Parts = Tuple[str, List[Any], List[str]]
Expander = Callable[[Any, Any], Parts]


class Opaque(Exception):
    """An object that cannot be looked into; the message says why."""


# --- what is known by its name -------------------------------------------------------------------------

_NAMED = (
    types.FunctionType,
    types.BuiltinFunctionType,
    type,
    types.ModuleType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    type(functools.lru_cache(maxsize=1)(len)),
    type(NotImplemented),
    type(Ellipsis),
)


def global_name(obj: Any) -> Optional[Tuple[str, str]]:
    """Module and qualified name under which an object can be imported; None for the rest."""
    if not isinstance(obj, _NAMED):
        return None
    if isinstance(obj, types.ModuleType):
        return (obj.__name__, "") if sys.modules.get(obj.__name__) is obj else None
    if obj is NotImplemented or obj is Ellipsis:
        return "builtins", repr(obj)
    if isinstance(obj, type) and obj.__module__ == "builtins":
        return "builtins", obj.__qualname__
    module: Any = getattr(getattr(obj, "__objclass__", obj), "__module__", None)
    name: Any = getattr(obj, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or "<" in name:
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None) if found is not None else None
    return (module, name) if found is obj else None


# --- attributes ----------------------------------------------------------------------------------------

_SLOTS: Dict[type, List[Tuple[str, Any]]] = {}


def _slots(kind: type) -> List[Tuple[str, Any]]:
    """Name and descriptor of each slot that a class and its bases declare in Python."""
    if kind not in _SLOTS:
        found = []
        for base in kind.__mro__:
            declared = base.__dict__.get("__slots__", ())
            for name in [declared] if isinstance(declared, str) else list(declared):
                if name in ("__dict__", "__weakref__"):
                    continue
                if name.startswith("__") and not name.endswith("__"):
                    name = "_%s%s" % (base.__name__.lstrip("_"), name)
                slot = base.__dict__.get(name)
                if isinstance(slot, types.MemberDescriptorType):
                    found.append((name, slot))
        _SLOTS[kind] = found
    return _SLOTS[kind]


def attributes(obj: Any) -> Tuple[List[str], List[Any]]:
    """Names and values of an object's own state: slots, then its ``__dict__`` in order."""
    names: List[str] = []
    values: List[Any] = []
    for name, slot in _slots(type(obj)):
        try:
            value = slot.__get__(obj)
        except AttributeError:
            continue
        names.append(name)
        values.append(value)
    if type(obj).__dictoffset__:
        own = object.__getattribute__(obj, "__dict__")
        for name, value in list(own.items()):
            names.append(name if isinstance(name, str) else repr(name))
            values.append(value)
    return names, values


def _with_attributes(kind: str, content: List[Any], obj: Any) -> Parts:
    names, values = attributes(obj)
    return kind, content + values, names


# --- containers ----------------------------------------------------------------------------------------


def _list(enc: Any, obj: Any) -> Parts:
    return _with_attributes("list", list(list.__iter__(obj)), obj)


def _plain_list(enc: Any, obj: Any) -> Parts:
    return "list", obj, []


def _tuple(enc: Any, obj: Any) -> Parts:
    return _with_attributes("tuple", list(tuple.__iter__(obj)), obj)


def _plain_tuple(enc: Any, obj: Any) -> Parts:
    return "tuple", obj, []


def _plain_dict(enc: Any, obj: Any) -> Parts:
    return "dict", list(itertools.chain.from_iterable(obj.items())), []


def _dict(enc: Any, obj: Any) -> Parts:
    ordered = isinstance(obj, collections.OrderedDict)
    items = collections.OrderedDict.items(obj) if ordered else dict.items(obj)
    flat: List[Any] = []
    for key, value in list(items):
        flat += (key, value)
    names, values = attributes(obj)
    if isinstance(obj, collections.defaultdict):
        names, values = ["default_factory", *names], [obj.default_factory, *values]
    return "dict", flat + values, names


def _set(enc: Any, obj: Any) -> Parts:
    from codeflash_worker.encode import element_key

    base = set if isinstance(obj, set) else frozenset
    elements = list(base.__iter__(obj))
    if all(type(element) is str for element in elements):
        elements.sort()
    else:
        try:
            elements.sort(key=lambda element: element_key(enc, element))
        except RecursionError:
            raise Opaque("sets nested too deeply") from None
    return _with_attributes("set", elements, obj)


def _deque(enc: Any, obj: Any) -> Parts:
    names, values = attributes(obj)
    items = list(collections.deque.__iter__(obj))
    return "deque", [*items, obj.maxlen, *values], ["maxlen", *names]


def _array(enc: Any, obj: Any) -> Parts:
    return _with_attributes("array", [obj.typecode, obj.tobytes()], obj)


def _bytearray(enc: Any, obj: Any) -> Parts:
    return _with_attributes("scalar", [bytes(obj)], obj)


def _memoryview(enc: Any, obj: Any) -> Parts:
    owner = obj.obj
    shape = tuple(obj.shape or ())
    return "memoryview", [obj.format, shape, obj.readonly, obj.tobytes(), enc.memory(owner)], []


# --- values --------------------------------------------------------------------------------------------


_PLAIN_VALUE: Dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    int: lambda obj: int.__add__(obj, 0),
    float: float.__pos__,
    bytes: lambda obj: bytes.__add__(obj, b""),
    complex: complex.__pos__,
}


def _scalar(base: type) -> Expander:
    """Subclasses of a basic type: the plain value and the attributes."""
    plain = _PLAIN_VALUE[base]

    def expand(enc: Any, obj: Any) -> Parts:
        return _with_attributes("scalar", [plain(obj)], obj)

    return expand


def _text(enc: Any, obj: Any) -> Parts:
    return "scalar", [str(obj)], []


def _decimal(enc: Any, obj: Any) -> Parts:
    return "scalar", [sys.modules["decimal"].Decimal.__str__(obj)], []


_FIELDS = ("year", "month", "day", "hour", "minute", "second", "microsecond", "fold", "tzinfo")


def _moment(enc: Any, obj: Any) -> Parts:
    return _with_attributes("scalar", [getattr(obj, name, None) for name in _FIELDS], obj)


def _range(enc: Any, obj: Any) -> Parts:
    return "range", [obj.start, obj.stop, obj.step], []


def _pattern(enc: Any, obj: Any) -> Parts:
    return "scalar", [obj.pattern, obj.flags], []


def _match(enc: Any, obj: Any) -> Parts:
    return "match", [obj.re, obj.string, obj.pos, obj.endpos, tuple(itertools.chain(*obj.regs))], []


def _enum(enc: Any, obj: Any) -> Parts:
    return "enum", [obj._name_, obj._value_], []


def _view(enc: Any, obj: Any) -> Parts:
    return "view", list(obj), []


def _items_view(enc: Any, obj: Any) -> Parts:
    return "view", list(itertools.chain.from_iterable(obj)), []


def _proxy(enc: Any, obj: Any) -> Parts:
    return _plain_dict(enc, obj.copy() if isinstance(obj.copy(), dict) else dict(obj))


def _weakref(enc: Any, obj: Any) -> Parts:
    return "weakref", [obj()], []


def _method(enc: Any, obj: Any) -> Parts:
    return "method", [obj.__self__, obj.__func__], []


def _builtin_method(enc: Any, obj: Any) -> Parts:
    if isinstance(obj.__self__, types.ModuleType) or obj.__self__ is None:
        raise Opaque("a built-in that cannot be imported by its name")
    return "method", [obj.__self__, obj.__name__], []


def _partial(enc: Any, obj: Any) -> Parts:
    return _with_attributes("partial", [obj.func, obj.args, obj.keywords], obj)


def _lock(enc: Any, obj: Any) -> Parts:
    locked = getattr(obj, "locked", None)
    return "lock", [bool(locked()) if locked is not None else " owner=0 " not in repr(obj)], []


def _logger(enc: Any, obj: Any) -> Parts:
    return "logger", [obj.name], []


def _exception(enc: Any, obj: Any) -> Parts:
    own = object.__getattribute__(obj, "__dict__")
    names = ["__cause__"]
    values: List[Any] = [obj.__cause__]
    for name, value in list(own.items()):
        names.append(name)
        values.append(normalized(value) if isinstance(value, str) else value)
    if from_interpreter(obj):
        return "exception", ["<the interpreter's words>", *values], names
    args = [normalized(arg) if type(arg) is str else arg for arg in obj.args]
    return "exception", [message_of(obj), *args, *values], names


def _function(enc: Any, obj: Any) -> Parts:
    number = enc.given.get(id(obj))
    if number is None:
        enc.opaque.append(("builtins.function", "a function made on the fly"))
        enc.opaque_objects.append(obj)
        return "opaque", ["a function made on the fly"], []
    cells = []
    for cell in obj.__closure__ or ():
        try:
            cells.append(cell.cell_contents)
        except ValueError:
            cells.append("<empty cell>")
    return "given", [number, *cells, *(obj.__defaults__ or ())], []


def _generator(enc: Any, obj: Any) -> Parts:
    feed = enc.feeds.get(id(obj))
    if feed is not None:
        return "feed", [feed.consumed, feed.ended], []
    return _iterator(enc, obj)


def _iterator(enc: Any, obj: Any) -> Parts:
    if not enc.drain:
        return "iterator", [], []
    enc.drained = True
    from codeflash_worker.encode import DRAINED

    items: List[Any] = []
    ending = "end"
    try:
        for item in itertools.islice(obj, DRAINED):
            items.append(item)
        if len(items) == DRAINED:
            ending = "more"
    except Exception as error:
        items.append(error)
        ending = "raises"
    return "iterator", [*items, ending], ["ending"]


def _object(enc: Any, obj: Any) -> Parts:
    return _with_attributes("object", [], obj)


def _reduced(enc: Any, obj: Any) -> Parts:
    """Objects with state in C: by what pickling makes of them."""
    kind = type(obj)
    try:
        reducer = copyreg.dispatch_table.get(kind)
        parts = reducer(obj) if reducer is not None else obj.__reduce_ex__(4)
    except Exception as error:
        raise Opaque("state that cannot be seen (%s)" % type(error).__name__) from None
    if isinstance(parts, str):
        return "reduced", [parts], []
    made, args, state, items, pairs = (*parts, None, None, None, None)[:5]
    content = [made, args, state]
    content.append(None if items is None else list(items))
    content.append(None if pairs is None else [list(pair) for pair in pairs])
    for part in content:
        enc.keep(part)
    return _with_attributes("reduced", content, obj)


def _class(enc: Any, obj: Any) -> Parts:
    raise Opaque("a class that cannot be imported by its name")


def _nothing_known(enc: Any, obj: Any) -> Parts:
    raise Opaque("state that cannot be seen")


_RAISING = frozenset(opmap[name] for name in ("RAISE_VARARGS", "RERAISE") if name in opmap)


def from_interpreter(error: BaseException) -> bool:
    """Whether the interpreter or C code complains of types or depth, and no ``raise`` statement does.

    Such a text tells which instruction met the value (``for +`` or ``for +=``), not what the function is
    for: the exception's type counts, the text does not.
    """
    if type(error) is RecursionError:
        return True
    if type(error) not in (TypeError, AttributeError):
        return False
    trace = error.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code.co_code
    return not (0 <= trace.tb_lasti < len(code) and code[trace.tb_lasti] in _RAISING)


_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")


def normalized(text: str) -> str:
    """Text without the addresses of objects."""
    return _ADDRESS.sub("at 0x", text) if " 0x" in text else text


def message_of(error: BaseException) -> str:
    """An exception's message without addresses; never raises."""
    try:
        return normalized(str(error))
    except Exception as problem:
        return "<%s raised by __str__>" % type(problem).__name__


# --- which expander for which type ---------------------------------------------------------------------

_EMPTY: List[Any] = [[], (), {}, set(), "", "\xe9", b"", range(0), bytearray(), {}.values(), {}.items()]

_REVERSIBLE: List[Any] = [[], {}, range(0)]

_ITERATORS: Tuple[Any, ...] = (
    *(type(iter(source)) for source in _EMPTY),
    *(type(reversed(source)) for source in _REVERSIBLE),
    *(type(iter(range(1 << 70))), type(iter(int, 0)), type(re.finditer("", ""))),
    *(map, filter, zip, enumerate, reversed, types.GeneratorType),
    *(kind for kind in vars(itertools).values() if isinstance(kind, type)),
)

_EXACT: Dict[type, Tuple[Expander, bool]] = {
    list: (_plain_list, True),
    dict: (_plain_dict, True),
    tuple: (_plain_tuple, False),
    set: (_set, True),
    frozenset: (_set, False),
    range: (_range, False),
    slice: (_range, False),
    memoryview: (_memoryview, True),
    re.Pattern: (_pattern, False),
    re.Match: (_match, True),
    types.MappingProxyType: (_proxy, True),
    types.MethodType: (_method, False),
    types.FunctionType: (_function, True),
    types.BuiltinFunctionType: (_builtin_method, False),
    type({}.keys()): (_view, True),
    type({}.values()): (_view, True),
    type({}.items()): (_items_view, True),
    type(__import__("threading").Lock()): (_lock, True),
    type(__import__("threading").RLock()): (_lock, True),
    object: (_object, True),
    **dict.fromkeys(_ITERATORS, (_iterator, True)),
    types.GeneratorType: (_generator, True),
}

_FAMILIES: Tuple[Tuple[Any, Expander, bool], ...] = (
    (BaseException, _exception, True),
    (enum.Enum, _enum, False),
    (collections.deque, _deque, True),
    ("array.array", _array, True),
    (bytearray, _bytearray, True),
    (dict, _dict, True),
    (list, _list, True),
    (tuple, _tuple, False),
    ((set,), _set, True),
    (frozenset, _set, False),
    (str, _scalar(str), False),
    (int, _scalar(int), False),
    (float, _scalar(float), False),
    (bytes, _scalar(bytes), False),
    (complex, _scalar(complex), False),
    ("decimal.Decimal", _decimal, False),
    ("fractions.Fraction", _object, False),
    ("pathlib.PurePath", _text, False),
    ("datetime.date", _moment, False),
    ("datetime.time", _moment, False),
    ("uuid.UUID", _object, False),
    ("datetime.timedelta", _reduced, False),
    ("datetime.tzinfo", _reduced, False),
    (type, _class, True),
    (functools.partial, _partial, True),
    (weakref.ref, _weakref, False),
    ("logging.Logger", _logger, True),
    ((types.CodeType, types.FrameType, types.TracebackType, io.IOBase), _nothing_known, True),
)

"""Families by class, or by the class's full name: modules that nothing has imported are not imported for this."""

_KNOWN: Dict[type, Tuple[Expander, bool, bool]] = {}


def expander(kind: type) -> Tuple[Expander, bool, bool]:
    """How to take objects of a type apart, whether they have identity, and whether they may have a name."""
    known = _KNOWN.get(kind)
    if known is None:
        known = _KNOWN[kind] = (*_choose(kind), issubclass(kind, _NAMED))
    return known


def is_iterator(kind: type) -> bool:
    """Whether objects of a type are one-shot iterators of the interpreter, generators among them."""
    return kind in _ITERATORS


def _choose(kind: type) -> Tuple[Expander, bool]:
    if kind in _EXACT:
        return _EXACT[kind]
    foreign = encode_arrays.expander(kind)
    if foreign is not None:
        return foreign
    if kind in (io.StringIO, io.BytesIO):
        return _reduced, True
    for family, expand, identity in _FAMILIES:
        if issubclass(kind, _imported(family)):
            return expand, identity
    if _all_visible(kind):
        return _object, True
    return _reduced, True


def _imported(family: Any) -> Any:
    """A family's class; no class where its module is not imported, since then nothing belongs to it."""
    if not isinstance(family, str):
        return family
    module, _, name = family.partition(".")
    return getattr(sys.modules.get(module), name, ())


def _all_visible(kind: type) -> bool:
    """Whether slots and ``__dict__`` are all the state that instances have."""
    word = tuple.__itemsize__
    size = object.__basicsize__ + word * len(_slots(kind))
    size += word * bool(kind.__dictoffset__) + word * bool(kind.__weakrefoffset__)
    return kind.__basicsize__ <= size and not kind.__itemsize__
