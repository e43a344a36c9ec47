"""Arguments of one call as bytes, and back: one pickle, so that shared objects stay shared.

Pickle protocol 4, through cloudpickle where the target has it, so that classes and functions of a
workload script come along by value. Payloads are made and opened in the target's interpreter only; to
everyone else they are opaque bytes.

Plain instances are rebuilt attribute by attribute. Unpickling by itself goes through ``__dict__``, which
on CPython 3.11 and later makes each access to an attribute slower than on an instance that was built.
"""

from __future__ import annotations

import contextlib
import copyreg
import importlib
import io
import pickle
import sys
import types
from typing import Any, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Tuple, Union

from codeflash_worker import encode

LIMIT = 8 * 1024 * 1024
"""Largest payload in bytes."""

KEPT_ITEMS = 20_000
"""Most items of a generator argument that are kept."""

Arguments = Tuple[Tuple[Any, ...], Dict[str, Any]]


class Unkeepable(Exception):
    """The arguments cannot be kept as bytes that load to the same values.

    Attributes:
        reason: A short phrase for the report.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stream:
    """Stands for a one-shot generator argument; it loads as a fresh generator.

    Attributes:
        items: What the generator yields.
        error: What it raises after the last item: an exception, or the message of a RuntimeError.
        complete: Whether these are all items; False when the recorded call read no further.
    """

    def __init__(
        self, items: List[Any], error: Union[BaseException, str, None] = None, complete: bool = True
    ) -> None:
        self.items = items
        self.error = error
        self.complete = complete

    def __reduce__(self) -> Tuple[Any, ...]:
        return Stream, (self.items, self.error, self.complete)


class Feed:
    """A stream that is being read.

    Attributes:
        stream: Where the items come from.
        consumed: Items handed out so far.
        ended: Whether the reader asked for more than there is.
        generator: The real generator that was passed as argument.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.consumed = 0
        self.ended = False
        self.generator: Iterator[Any] = _flow(self)


def _flow(feed: Feed) -> Iterator[Any]:
    for item in feed.stream.items:
        feed.consumed += 1
        yield item
    feed.ended = True
    error = feed.stream.error
    if isinstance(error, BaseException):
        raise error
    if error is not None:
        raise RuntimeError(error)


class Opened(NamedTuple):
    """A payload that was loaded.

    Attributes:
        args: Positional arguments.
        kwargs: Keyword arguments.
        feeds: The generators among them, in the order in which the payload holds them.
    """

    args: Tuple[Any, ...]
    kwargs: Dict[str, Any]
    feeds: List[Feed]


class _Capped(io.BytesIO):
    def write(self, data: Any) -> int:
        if self.tell() + len(data) > LIMIT:
            raise Unkeepable("larger than %d MiB" % (LIMIT >> 20))
        return super().write(data)


class _Reader(pickle.Unpickler):
    """Turns streams into generators while it loads."""

    def __init__(self, data: bytes, revive: bool, streams: Optional[List[Stream]] = None) -> None:
        super().__init__(io.BytesIO(data))
        self.revive = revive
        self.streams = streams or []
        self.feeds: List[Feed] = []

    def find_class(self, module: str, name: str) -> Any:
        if self.revive and name == "Stream" and module == __name__:
            return self._start
        return super().find_class(module, name)

    def persistent_load(self, pid: Any) -> Any:
        return self.streams[pid]

    def _start(self, items: List[Any], error: Any, complete: bool) -> Any:
        feed = Feed(Stream(items, error, complete))
        self.feeds.append(feed)
        return feed.generator


_OWN_WAYS = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")

_HEAP_TYPE = 1 << 9

_PLAIN: Dict[type, Optional[FrozenSet[str]]] = {}


def _plain(kind: type) -> Optional[FrozenSet[str]]:
    """Names that descriptors of a class take when they are set; None where it is pickled its own way."""
    if kind not in _PLAIN:
        parts = [vars(base) for base in kind.__mro__]
        own = any(name in part for part in parts[:-1] for name in _OWN_WAYS)
        if own or issubclass(kind, type) or not kind.__flags__ & _HEAP_TYPE or not kind.__dictoffset__:
            _PLAIN[kind] = None
        else:
            _PLAIN[kind] = frozenset(
                name
                for part in parts
                for name, value in part.items()
                if hasattr(type(value), "__set__") or hasattr(type(value), "__delete__")
            )
    return _PLAIN[kind]


def _reduction(obj: Any, table: Any) -> Any:
    """How to pickle an instance so that its attributes are set one by one; NotImplemented for the rest."""
    kind = type(obj)
    taken = _plain(kind)
    if taken is None or kind in table:
        return NotImplemented
    parts = obj.__reduce_ex__(4)
    state = parts[2] if isinstance(parts, tuple) and len(parts) == 5 else None
    if type(state) is not dict or state is not object.__getattribute__(obj, "__dict__"):
        return parts
    if not state:
        return (*parts[:2], None, *parts[3:])
    if not all(type(name) is str and name not in taken for name in state):
        return parts
    return (*parts, set_attributes)


def set_attributes(obj: Any, state: Dict[str, Any]) -> None:
    """Set the attributes of an instance that is being loaded, in order; payloads name this function."""
    put, intern = object.__setattr__, sys.intern
    for name, value in state.items():
        try:
            put(obj, intern(name), value)
        except (AttributeError, TypeError):
            obj.__dict__[name] = value


_PICKLERS: Dict[Any, Any] = {}


def _pickler_class() -> Any:
    base: Any = pickle.Pickler
    with contextlib.suppress(ImportError):
        base = importlib.import_module("cloudpickle").CloudPickler
    if base not in _PICKLERS:
        first = getattr(base, "reducer_override", None)

        class _Pickler(base):  # type: ignore[misc]
            def reducer_override(self, obj: Any) -> Any:
                found = NotImplemented if first is None else first(self, obj)
                if found is not NotImplemented:
                    return found
                return _reduction(obj, getattr(self, "dispatch_table", copyreg.dispatch_table))

        _PICKLERS[base] = _Pickler
    return _PICKLERS[base]


def _pickled(value: Any, pending: Optional[Dict[int, int]] = None) -> bytes:
    sink = _Capped()
    try:
        pickler: Any = _pickler_class()
        if pending:
            numbers = pending

            class _Pending(pickler):  # type: ignore[misc]
                def persistent_id(self, obj: Any) -> Optional[int]:
                    return numbers.get(id(obj)) if type(obj) is types.GeneratorType else None

            pickler = _Pending
        pickler(sink, protocol=4).dump(value)
    except Unkeepable:
        raise
    except RecursionError:
        raise Unkeepable("nested too deeply") from None
    except Exception as error:  # Foreign __reduce__ and __getstate__ methods raise anything.
        raise Unkeepable(_reason(error)) from None
    return sink.getvalue()


def _reason(error: BaseException) -> str:
    try:
        return ("%s: %s" % (type(error).__name__, error))[:200]
    except Exception:
        return type(error).__name__


def dump(args: Tuple[Any, ...], kwargs: Dict[str, Any], verify: bool = True) -> bytes:
    """Bytes of the arguments of one call.

    Args:
        args: Positional arguments; a :class:`Stream` among them stands for a generator.
        kwargs: Keyword arguments.
        verify: Whether to load the bytes again and compare the values with the original ones.

    Raises:
        Unkeepable: The arguments cannot be pickled, are too large, or do not survive it.
    """
    data = _pickled((tuple(args), dict(kwargs)))
    if verify:
        _verify(data, (tuple(args), dict(kwargs)))
    return data


def _verify(data: bytes, original: Arguments) -> None:
    try:
        again = _Reader(data, revive=False).load()
        same = encode.digest(encode.graph(original)) == encode.digest(encode.graph(again))
    except Exception as error:
        raise Unkeepable("does not load again: " + _reason(error)) from None
    if not same:
        raise Unkeepable("changes when pickled")


def open_payload(data: bytes) -> Opened:
    """Fresh arguments, with the generators among them.

    Raises:
        Unkeepable: The bytes do not load here.
    """
    reader = _Reader(data, revive=True)
    try:
        args, kwargs = reader.load()
    except Exception as error:
        raise Unkeepable("does not load: " + _reason(error)) from None
    return Opened(args, kwargs, reader.feeds)


def load(data: bytes) -> Arguments:
    """Fresh arguments: positional and by keyword.

    Raises:
        Unkeepable: The bytes do not load here.
    """
    opened = open_payload(data)
    return opened.args, opened.kwargs


def load_as_kept(data: bytes) -> Arguments:
    """Fresh arguments in which generators stay :class:`Stream` values, to be changed and dumped again.

    Raises:
        Unkeepable: The bytes do not load here.
    """
    try:
        args, kwargs = _Reader(data, revive=False).load()
    except Exception as error:
        raise Unkeepable("does not load: " + _reason(error)) from None
    return args, kwargs


def consumed(opened: Opened) -> List[int]:
    """Items taken from each generator argument so far."""
    return [feed.consumed for feed in opened.feeds]


class Pending:
    """A call about to be made: its arguments are kept as they are before it.

    Attributes:
        args: Positional arguments to call with; generators are replaced by ones that note what is read.
        kwargs: Keyword arguments to call with.
    """

    def __init__(self, args: Tuple[Any, ...], kwargs: Dict[str, Any], verify: bool = True) -> None:
        """Keep the arguments.

        Raises:
            Unkeepable: They cannot be kept; nothing was read from any generator.
        """
        self._taps: List[_Tap] = []
        values = [*args, *kwargs.values()]
        self._verify = verify
        if not any(type(value) is types.GeneratorType for value in values):
            self.args, self.kwargs = args, kwargs
            self._data = dump(args, kwargs, verify)
            return
        numbers: Dict[int, int] = {}
        for value in values:
            if type(value) is types.GeneratorType and id(value) not in numbers:
                numbers[id(value)] = len(self._taps)
                self._taps.append(_Tap(value))
        self._data = _pickled((tuple(args), dict(kwargs)), numbers)
        swap = {number: self._taps[index].generator for number, index in numbers.items()}
        self.args = tuple(swap.get(id(value), value) for value in args)
        self.kwargs = {name: swap.get(id(value), value) for name, value in kwargs.items()}

    def finish(self) -> bytes:
        """The payload, once the call has read what it wants of its generators.

        Raises:
            Unkeepable: An item that was read cannot be kept.
        """
        if not self._taps:
            return self._data
        streams = [tap.stream() for tap in self._taps]
        try:
            args, kwargs = _Reader(self._data, revive=False, streams=streams).load()
        except Exception as error:
            raise Unkeepable("does not load again: " + _reason(error)) from None
        return dump(args, kwargs, verify=False)


class _Tap:
    """Passes a generator on and keeps each item as it was when it was read."""

    def __init__(self, source: Iterator[Any]) -> None:
        self.kept: List[bytes] = []
        self.error: Optional[BaseException] = None
        self.problem = ""
        self.complete = False
        self.generator = self._pass_on(source)

    def _pass_on(self, source: Iterator[Any]) -> Iterator[Any]:
        try:
            for item in source:
                self._keep(item)
                yield item
        except GeneratorExit:
            raise
        except BaseException as error:
            self.error = error
            raise
        self.complete = True

    def _keep(self, item: Any) -> None:
        if self.problem:
            return
        if len(self.kept) >= KEPT_ITEMS:
            self.problem = "a generator of more than %d items" % KEPT_ITEMS
            return
        try:
            self.kept.append(_pickled(item))
        except Unkeepable as error:
            self.problem = error.reason

    def stream(self) -> Stream:
        if self.problem:
            raise Unkeepable(self.problem)
        items = [pickle.loads(data) for data in self.kept]
        return Stream(items, self.error, self.complete or self.error is not None)
