"""How arrays and tables of numpy and pandas are taken apart, where the target has these packages."""

from __future__ import annotations

import sys
from typing import Any, Callable, List, Optional, Tuple

Parts = Tuple[str, List[Any], List[str]]
Expander = Callable[[Any, Any], Parts]


def expander(kind: type) -> Optional[Tuple[Expander, bool]]:
    """How to take objects of a type apart and whether they have identity; None for foreign types."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "ndarray"):
        if issubclass(kind, numpy.ndarray):
            return _ndarray, True
        if issubclass(kind, numpy.generic):
            return _number, False
        if issubclass(kind, numpy.dtype):
            return _dtype, False
        random = getattr(numpy, "random", None)
        if random is not None and issubclass(kind, (random.RandomState, random.Generator)):
            return _random, True
    pandas = sys.modules.get("pandas")
    if pandas is not None and hasattr(pandas, "DataFrame"):
        return _of_pandas(pandas, kind)
    return None


def _of_pandas(pandas: Any, kind: type) -> Optional[Tuple[Expander, bool]]:
    if issubclass(kind, pandas.DataFrame):
        return _frame, True
    if issubclass(kind, pandas.Series):
        return _series, True
    if issubclass(kind, pandas.MultiIndex):
        return _multi_index, False
    if issubclass(kind, pandas.Index):
        return _index, False
    if issubclass(kind, pandas.Categorical):
        return _categorical, True
    if issubclass(kind, pandas.api.extensions.ExtensionArray):
        return _extension, True
    if issubclass(kind, (pandas.Timestamp, pandas.Timedelta, pandas.Period, pandas.Interval)):
        return _text, False
    if issubclass(kind, pandas.api.extensions.ExtensionDtype) or kind in (type(pandas.NA), type(pandas.NaT)):
        return _text, False
    return None


def _text(encoder: Any, obj: Any) -> Parts:
    return "scalar", [repr(obj)], []


def _owner(array: Any) -> Any:
    """The object whose memory an array is a view of."""
    while getattr(array, "base", None) is not None:
        array = array.base
    return array


def _ndarray(encoder: Any, obj: Any) -> Parts:
    numpy = sys.modules["numpy"]
    plain = numpy.asarray(obj)
    names: List[str] = []
    extra: List[Any] = []
    if isinstance(obj, numpy.ma.MaskedArray):
        names, extra = ["mask", "fill_value"], [numpy.ma.getmaskarray(obj), obj.fill_value]
        plain = numpy.asarray(obj.data)
    memory = encoder.memory(_owner(obj))
    shape = tuple(int(size) for size in plain.shape)
    dtype = _dtype_text(plain.dtype)
    if plain.dtype.hasobject:
        items = plain.ravel().tolist()
        return "objects", [dtype, shape, memory, *items, *extra], names
    writeable = bool(plain.flags.writeable)
    return "ndarray", [dtype, shape, memory, writeable, _bytes(plain), *extra], names


def _bytes(plain: Any) -> bytes:
    """The elements in C order; NaNs all have the same bits."""
    numpy = sys.modules["numpy"]
    if plain.dtype.kind == "f":
        holes = numpy.isnan(plain)
        if holes.any():
            plain = numpy.where(holes, plain.dtype.type("nan"), plain).astype(plain.dtype)
    elif plain.dtype.kind == "c" and numpy.isnan(plain).any():
        parts = numpy.stack([plain.real, plain.imag])
        return _bytes(parts)
    data: bytes = plain.tobytes()
    return data


def _dtype_text(dtype: Any) -> str:
    return str(dtype.descr) if dtype.names else str(dtype.str)


def _number(encoder: Any, obj: Any) -> Parts:
    numpy = sys.modules["numpy"]
    plain = numpy.asarray(obj)
    if plain.dtype.hasobject or plain.dtype.names:
        return "scalar", [_dtype_text(plain.dtype), repr(obj.item())], []
    return "number", [_dtype_text(plain.dtype), _bytes(plain)], []


def _dtype(encoder: Any, obj: Any) -> Parts:
    return "scalar", [_dtype_text(obj)], []


def _random(encoder: Any, obj: Any) -> Parts:
    holder = getattr(obj, "bit_generator", obj)
    state = holder.state if hasattr(holder, "state") else obj.get_state()
    encoder.keep(state)
    return "state", [state], []


def _frame(encoder: Any, obj: Any) -> Parts:
    columns = [obj.iloc[:, at].array for at in range(obj.shape[1])]
    columns = [_plain_column(column) for column in columns]
    return "frame", [obj.columns, obj.index, *columns, dict(obj.attrs)], ["attrs"]


def _series(encoder: Any, obj: Any) -> Parts:
    return "series", [obj.name, obj.index, _plain_column(obj.array), dict(obj.attrs)], ["attrs"]


def _plain_column(column: Any) -> Any:
    """A column's values; a numpy one as an array of its own: views of blocks are no one's business."""
    numpy = sys.modules["numpy"]
    made = getattr(column, "_ndarray", None)
    if type(column).__name__ in ("PandasArray", "NumpyExtensionArray") and made is not None:
        return numpy.array(made)
    return column


def _index(encoder: Any, obj: Any) -> Parts:
    kind = type(obj).__name__
    if kind == "RangeIndex":
        return "index", [obj.name, obj.start, obj.stop, obj.step], []
    freq = getattr(obj, "freq", None)
    return "index", [obj.name, _plain_column(obj.array), None if freq is None else str(freq)], []


def _multi_index(encoder: Any, obj: Any) -> Parts:
    names = list(obj.names)
    levels = [obj.get_level_values(at) for at in range(obj.nlevels)]
    return "index", [names, *levels], []


def _categorical(encoder: Any, obj: Any) -> Parts:
    return "categorical", [obj.categories, obj.codes.tolist(), bool(obj.ordered)], []


def _extension(encoder: Any, obj: Any) -> Parts:
    return "extension", [str(obj.dtype), *list(obj)], []
