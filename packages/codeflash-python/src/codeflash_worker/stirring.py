"""Replays a call again after something that it reads was changed: a kept answer is stale by then.

What is changed between the two calls of one process: data of the modules that the target reads, attributes of
the receiver, contents of the arguments, variables of the environment. Generators are also changed under way,
between their first and their second item. The original says what there is to change; both sides do the same.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import os
import random
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from codeflash_worker import changers, mutate
from codeflash_worker.load import Loaded
from codeflash_worker.payload import Opened, Unkeepable, open_payload
from codeflash_worker.reads import Reads
from codeflash_worker.replay import Replay
from codeflash_worker.state import Refusal
from codeflash_worker.stir import Stirring
from codeflash_worker.surroundings import Surroundings
from codeflash_worker.variants import first_free

MOST = 160
"""Most changes that are tried."""

Step = Dict[str, Any]
"""One change: ``input``, ``kind``, ``name``, ``mode``, ``when``, and where it stands."""


class Plan:
    """Finds what can be changed for a number of inputs.

    Args:
        loaded: The original.
        root: The project's root.
        bold: Whether to change also what nothing in the project is seen to change.
    """

    def __init__(self, loaded: Loaded, root: str, bold: bool) -> None:
        self._loaded = loaded
        self._reads = Reads(loaded.function, loaded.owner, root)
        self._first = first_free(loaded.kind)
        self._bold = bold
        self._root = root
        names = {name.rpartition(".")[2] for _, name in self._reads.data} | self._reads.attributes
        self._evident = changers.changed(root, names)
        function = inspect.unwrap(loaded.function)
        self._lazy = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)

    def steps(self, blobs: Sequence[bytes]) -> List[Step]:
        """The changes that make a difference to some value, every name with its first inputs first."""
        columns = [list(self._of(index, blob)) for index, blob in enumerate(blobs)]
        rows = itertools.zip_longest(*columns)
        found = [step for row in rows for step in row if step is not None]
        return found[:MOST]

    def _of(self, index: int, blob: bytes) -> Iterator[Step]:
        for step in self._candidates(blob):
            step["input"] = index
            try:
                opened = open_payload(blob)
            except Unkeepable:
                return
            back = apply(step, opened, self._reads.is_ours)
            if back is not None:
                back()
                yield step

    def _candidates(self, blob: bytes) -> Iterator[Step]:
        whens: List[Tuple[str, Tuple[str, ...]]] = [("calls", ("values", "size"))]
        if self._lazy:
            whens.append(("items", ("inside",)))
        for when, modes in whens:
            for mode in modes:
                yield from self._all(blob, when, mode)

    def _all(self, blob: bytes, when: str, mode: str) -> Iterator[Step]:
        for module, name in self._reads.data:
            if self._may_change(name.rpartition(".")[2], data=True):
                yield {"kind": "data", "module": module, "name": name, "mode": mode, "when": when}
        if mode != "size":
            for name in self._reads.variables:
                yield {"kind": "variable", "name": name, "mode": mode, "when": when}
        try:
            opened = open_payload(blob)
        except Unkeepable:
            return
        for place, value in (*enumerate(opened.args), *opened.kwargs.items()):
            held = mutate.attributes_of(value) if self._reads.is_ours(type(value)) else {}
            for name in held:
                if self._may_change(name, data=False):
                    yield {"kind": "attribute", "place": place, "name": name, "mode": mode, "when": when}
            if not held and not (self._first and place == 0):
                yield {"kind": "argument", "place": place, "name": "", "mode": mode, "when": when}

    def _may_change(self, name: str, data: bool) -> bool:
        if name in self._evident:
            return True
        constant = name.startswith("_") or (data and name.upper() == name)
        return self._bold and not constant


def apply(step: Step, opened: Opened, is_ours: Callable[[Any], bool]) -> Optional[Callable[[], None]]:
    """Make a change.

    Returns:
        What takes it back, or None where there is nothing to change.
    """
    stirring = Stirring(step["mode"], is_ours)
    kind = step["kind"]
    if kind == "variable":
        return _variable(step["name"])
    if kind == "data":
        holder: Any = importlib.import_module(step["module"])
        *path, name = step["name"].split(".")
        for part in path:
            holder = getattr(holder, part, None)
        if not hasattr(holder, name):
            return None
        return _rebound(stirring, holder, name)
    place = step["place"]
    values: Any = opened.args if isinstance(place, int) else opened.kwargs
    value = values[place]
    if kind == "attribute":
        held = mutate.attributes_of(value)
        if step["name"] in held:
            stirring.attribute(value, step["name"], held[step["name"]])
    elif stirring.put(value) is not value:
        # The caller's own name is bound anew: to the function that is another argument.
        stirring.back()
    return stirring.back if stirring.undo else None


def _rebound(stirring: Stirring, holder: Any, name: str) -> Optional[Callable[[], None]]:
    old = getattr(holder, name)
    new = stirring.put(old)
    if new is old:
        return stirring.back if stirring.undo else None
    setattr(holder, name, new)

    def back() -> None:
        setattr(holder, name, old)
        stirring.back()

    return back


def _variable(name: str) -> Callable[[], None]:
    old = os.environ.get(name)
    os.environ[name] = (old or "") + "x"

    def back() -> None:
        if old is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = old

    return back


class Stirred(Replay):
    """A replay with changes between calls."""

    def follow(self, steps: Sequence[Step], blobs: Sequence[bytes]) -> List[Dict[str, Any]]:
        """The outcomes of each step's calls, in order; ``step`` in each says whose it is.

        Raises:
            Refusal: ``payload`` when an input does not load here.
        """
        reads = Reads(self.loaded.function, self.loaded.owner, self.state.root)
        outcomes: List[Dict[str, Any]] = []
        with self.surroundings() as (around, clocks):
            for number, step in enumerate(steps):
                self.state.progress(number)
                made = self._step(step, blobs[step["input"]], around, clocks, reads.is_ours, len(outcomes))
                outcomes += [{**each, "step": number} for each in made]
                if self.settings.give_up and made[-1].get("timeout"):
                    break
        self.end = around.globals.everything()
        return outcomes

    def _step(
        self,
        step: Step,
        blob: bytes,
        around: Surroundings,
        clocks: Any,
        is_ours: Callable[[Any], bool],
        number: int,
    ) -> List[Dict[str, Any]]:
        index = step["input"]
        opened = self._opened(blob)
        backs: List[Callable[[], None]] = []

        def change() -> None:
            back = apply(step, opened, is_ours)
            if back is not None:
                backs.append(back)

        try:
            if step["when"] == "items":
                return [self.one(number, index, opened, around, clocks, between=change)]
            first = self.one(number, index, opened, around, clocks)
            if first.get("timeout"):
                return [first]
            if first["consumed"]:
                opened = self._opened(blob)
            change()
            around.globals.changed()
            return [first, self.one(number + 1, index, opened, around, clocks)]
        finally:
            for back in backs:
                back()
            around.globals.changed()

    def _opened(self, blob: bytes) -> Opened:
        random.seed(self.settings.seed)
        try:
            return open_payload(blob)
        except Unkeepable as error:
            raise Refusal("payload", error.reason) from None
