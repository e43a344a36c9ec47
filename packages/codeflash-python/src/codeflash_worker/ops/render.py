"""Shows the arguments of kept calls as a person would write them."""

from __future__ import annotations

import reprlib
from typing import Any, Dict, List, Tuple

from codeflash_worker.encode_types import normalized
from codeflash_worker.payload import Stream, Unkeepable, load_as_kept
from codeflash_worker.state import State

LENGTH = 1_000
"""Most characters of one call."""


class _Repr(reprlib.Repr):
    """Representations of bounded length that no foreign ``__repr__`` can break."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 6
        self.maxtuple = self.maxlist = self.maxarray = self.maxset = self.maxfrozenset = 30
        self.maxdeque = self.maxdict = 30
        self.maxstring = self.maxother = 300
        self.maxlong = 60

    def repr1(self, x: Any, level: int) -> str:
        if type(x) is float and x != x:
            return "float('nan')"
        if type(x) is Stream:
            return "iter(%s)" % self.repr1(x.items, level)
        try:
            return super().repr1(x, level)
        except Exception:
            return "<%s>" % type(x).__name__

    def repr_instance(self, x: Any, level: int) -> str:
        try:
            shown = normalized(repr(x))
        except Exception:
            return "<%s>" % type(x).__name__
        return shown if len(shown) <= self.maxother else shown[: self.maxother - 3] + "..."


def call_text(qualname: str, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> str:
    """A call as Python source, as far as that is possible, of at most :data:`LENGTH` characters."""
    show = _Repr().repr
    parts = [show(value) for value in args] + [
        "%s=%s" % (name, show(value)) for name, value in kwargs.items()
    ]
    text = "%s(%s)" % (qualname, ", ".join(parts))
    return text if len(text) <= LENGTH else text[: LENGTH - 3] + "..."


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Answer ``calls``: one text for each attached input."""
    qualname = request["target"]["qualname"]
    calls = []
    for number, blob in enumerate(blobs):
        state.progress(number)
        try:
            args, kwargs = load_as_kept(blob)
        except Unkeepable as error:
            calls.append("%s(<%s>)" % (qualname, error.reason))
            continue
        calls.append(call_text(qualname, args, kwargs))
    return {"calls": calls}, []
