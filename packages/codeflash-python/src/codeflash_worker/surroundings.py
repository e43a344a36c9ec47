"""What a call does besides returning: output, logs, warnings, environment, random state, globals."""

from __future__ import annotations

import contextlib
import hashlib
import operator
import os
import random
import sys
import tempfile
import types
import warnings
from typing import Any, Dict, List, Optional, Tuple

from codeflash_worker import encode
from codeflash_worker.encode_types import normalized

TEXT = 4_000
"""Most characters of captured output that are sent."""

WATCHED = 2_000
"""Elements of module-level containers that are looked at after each call; larger ones only at the end."""


class Output:
    """Everything written to one file descriptor, by Python or by C."""

    def __init__(self, fd: int, stream: str, scratch: str) -> None:
        self.fd, self.stream = fd, stream
        made = getattr(os, "memfd_create", None)
        if made is not None:
            self._file = made(stream)
        else:
            self._file, name = tempfile.mkstemp(dir=scratch or None)
            os.unlink(name)
        self._saved = os.dup(fd)
        self._flush()
        os.dup2(self._file, fd)

    def _flush(self) -> None:
        with contextlib.suppress(Exception):
            getattr(sys, self.stream).flush()

    def take(self) -> Tuple[str, str]:
        """Digest and beginning of what was written since the last time; two empty strings for nothing."""
        self._flush()
        size = os.fstat(self._file).st_size
        if not size:
            return "", ""
        os.lseek(self._file, 0, os.SEEK_SET)
        digest = hashlib.sha256()
        start = b""
        while True:
            part = os.read(self._file, 1 << 20)
            if not part:
                break
            if not start:
                start = part
            digest.update(normalized(part.decode("utf-8", "backslashreplace")).encode())
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        return digest.hexdigest(), normalized(start.decode("utf-8", "backslashreplace"))[:TEXT]

    def close(self) -> None:
        """Put the descriptor back."""
        self._flush()
        os.dup2(self._saved, self.fd)
        os.close(self._saved)
        os.close(self._file)


class Logs:
    """Log records that reach the root logger."""

    def __init__(self) -> None:
        self.seen: List[List[Any]] = []
        self._handler: Any = None
        self.attach()

    def attach(self) -> None:
        """Listen, once the target has imported ``logging``."""
        logging = sys.modules.get("logging")
        if self._handler is not None or logging is None:
            return
        seen = self.seen

        class Listener(logging.Handler):  # type: ignore[name-defined, misc]
            def emit(self, record: Any) -> None:
                try:
                    text = record.getMessage()
                except Exception as error:
                    text = "<%s>" % type(error).__name__
                seen.append([record.name, record.levelname, normalized(text)])

        self._handler = Listener(0)
        logging.getLogger().addHandler(self._handler)

    def take(self) -> List[List[Any]]:
        """Name, level and text of the records since the last time."""
        taken = list(self.seen)
        self.seen.clear()
        self.attach()
        return taken


_SKIPPED = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)


class Globals:
    """Data that lives in the target's module, and in the classes it defines."""

    def __init__(self, namespace: Dict[str, Any]) -> None:
        self._namespace = namespace
        self._module = namespace.get("__name__")
        self._shallow = self._snapshot()

    def _data(self) -> Dict[str, Any]:
        found = {}
        for name, value in list(self._namespace.items()):
            if name.startswith("__"):
                continue
            if isinstance(value, type):
                if getattr(value, "__module__", None) == self._module:
                    for inner, content in list(vars(value).items()):
                        if not inner.startswith("_abc") and not inner.startswith("__") and is_data(content):
                            found[name + "." + inner] = content
            elif is_data(value):
                found[name] = value
        return found

    def _snapshot(self) -> Dict[str, Tuple[Any, Any]]:
        return {name: (value, _surface(value)) for name, value in self._data().items()}

    def changed(self) -> Dict[str, str]:
        """Digest of each name that was bound or changed since the last time; shallow, cheap."""
        now = self._snapshot()
        before, self._shallow = self._shallow, now
        found = {name: "deleted" for name in before if name not in now}
        for name, (value, surface) in now.items():
            old = before.get(name)
            if old is None or old[0] is not value or not _alike(old[1], surface):
                found[name] = encode.digest(encode.graph(value))
        return found

    def everything(self) -> Dict[str, str]:
        """Digest of each name's whole value."""
        return {name: encode.digest(encode.graph(value)) for name, value in self._data().items()}


def is_data(value: Any) -> bool:
    """Whether something that a module holds is data: no function, module, class or descriptor."""
    return not isinstance(value, _SKIPPED) and not callable(value) and not hasattr(type(value), "__get__")


def _surface(value: Any) -> Optional[List[Any]]:
    """The objects that a container holds directly."""
    kind = type(value)
    if kind is list or kind is set:
        return list(value) if len(value) <= WATCHED else [len(value)]
    if issubclass(kind, dict):
        if len(value) > WATCHED:
            return [len(value)]
        return [*dict.keys(value), *dict.values(value)]
    own = getattr(value, "__dict__", None)
    return list(own.values()) if type(own) is dict else None


def _alike(left: Optional[List[Any]], right: Optional[List[Any]]) -> bool:
    if left is None or right is None:
        return left is right
    return len(left) == len(right) and all(map(operator.is_, left, right))


class Surroundings:
    """Looks at everything around a call; reset before, read after."""

    def __init__(self, namespace: Dict[str, Any], scratch: str, seed: int) -> None:
        self.seed = seed
        self._outputs = [Output(1, "stdout", scratch), Output(2, "stderr", scratch)]
        self._logs = Logs()
        self._catcher = warnings.catch_warnings(record=True)
        self._warnings: Any = self._catcher.__enter__()
        warnings.simplefilter("always")
        self.globals = Globals(namespace)
        self._environ: Dict[Any, Any] = {}
        self._cwd = ""

    def before(self, number: int) -> None:
        """Seed the random generators and note the environment."""
        self._environ = _environ()
        self._cwd = _cwd()
        self._logs.attach()
        random.seed(self.seed * 1_000_003 + number)
        numpy_random = _numpy_random()
        if numpy_random is not None:
            numpy_random.seed((self.seed * 1_000_003 + number) % (1 << 32))

    def after(self) -> Tuple[Dict[str, Any], Dict[str, Any]]:
        """Facets that show something, and readable details of them."""
        facets: Dict[str, Any] = {}
        details: Dict[str, Any] = {}
        for output in self._outputs:
            digest, text = output.take()
            if digest:
                facets[output.stream], details[output.stream] = digest, text
        logged = self._logs.take()
        if logged:
            facets["log"], details["log"] = encode.digest(logged), logged[:50]
        if self._warnings:
            seen = [[encode.type_name(w.category), normalized(str(w.message))] for w in self._warnings]
            self._warnings.clear()
            facets["warnings"], details["warnings"] = encode.digest(seen), seen[:50]
        written = self.globals.changed()
        if written:
            facets["globals"] = written
        if _environ() != self._environ:
            facets["environ"] = encode.digest(sorted(os.environ.items()))
        if _cwd() != self._cwd:
            facets["cwd"] = details["cwd"] = _cwd()
        # The next number drawn tells how far the generators have moved on.
        drawn = [repr(random.random())]
        numpy_random = _numpy_random()
        if numpy_random is not None:
            drawn.append(repr(float(numpy_random.random_sample())))
        facets["random"] = encode.digest(drawn)
        return facets, details

    def close(self) -> None:
        """Put outputs and warnings back."""
        self._catcher.__exit__(None, None, None)
        for output in self._outputs:
            output.close()


def _environ() -> Dict[Any, Any]:
    """A copy of the environment; of the raw strings where there are such, without decoding them."""
    return dict(getattr(os.environ, "_data", os.environ))


def _cwd() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "<gone>"


def _numpy_random() -> Any:
    """``numpy.random`` where the target has loaded it."""
    return sys.modules.get("numpy.random")
