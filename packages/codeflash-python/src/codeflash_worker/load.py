"""Loads a target and proves which code was loaded.

The proof compares the code object that the import system produced with the one that the file's bytes
compile to here. A stale or unchecked bytecode file, a copy in site-packages, an extension module that
shadows the source and a module that replaced itself are all told from the real thing that way.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import importlib
import os
import sys
import types
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from codeflash_worker.state import Refusal, State


class Loaded(NamedTuple):
    """A target that was loaded and proved.

    Attributes:
        target: The address it was asked for by: ``path``, ``module``, ``qualname``.
        key: ``path::qualname``.
        module: The imported module.
        owner: The module or class that holds it.
        name: Its name in the owner.
        kind: ``function``, ``method``, ``static``, ``class``, ``property`` or ``cached-property``.
        function: The plain Python function under all descriptors and decorators.
        call: What to call for the decorated behaviour; the receiver or class is its first argument.
        code: The function's code object.
        proof: ``file``, ``sha256``, ``code`` (hash of the loaded code), ``expected`` (of the compiled file).
    """

    target: Dict[str, Any]
    key: str
    module: Any
    owner: Any
    name: str
    kind: str
    function: Any
    call: Callable[..., Any]
    code: types.CodeType
    proof: Dict[str, str]


def key_of(target: Dict[str, Any]) -> str:
    """``path::qualname`` of an address."""
    return "%s::%s" % (target["path"], target["qualname"])


def load(state: State, target: Dict[str, Any]) -> Loaded:
    """Import the target's module and find the function; loaded targets are kept in the state.

    Args:
        state: The process's state.
        target: ``path`` (relative to the root), ``module``, ``qualname``, and optionally ``sha256`` of the
            file's bytes.

    Raises:
        Refusal: ``import`` or ``exit`` when the module does not import, ``no-target`` when it has no such
            function, ``wrong-code`` when something else than the file's code was loaded.
    """
    key = key_of(target)
    if key not in state.loaded:
        state.loaded[key] = _load(state, target, key)
    loaded: Loaded = state.loaded[key]
    wanted = target.get("sha256")
    if wanted and wanted != loaded.proof["sha256"]:
        raise Refusal("wrong-code", "%s is not the version that was asked for" % target["path"])
    return loaded


def _load(state: State, target: Dict[str, Any], key: str) -> Loaded:
    file = os.path.realpath(os.path.join(state.root, target["path"]))
    text = _read(state, file, target)
    module = import_module(target["module"])
    _check_file(module, file, target)
    owner, name, raw = _find(module, target["qualname"])
    wanted = expected_codes(text, file, target["qualname"])
    if not wanted:
        raise Refusal("no-target", "%s defines no %s" % (target["path"], target["qualname"]))
    hashes = [code_hash(code) for code in wanted]
    function = _bottom(raw, hashes, wanted[-1].co_name, file)
    found = code_hash(function.__code__)
    if found not in hashes or os.path.realpath(function.__globals__.get("__file__") or "") != file:
        raise Refusal("wrong-code", "%s runs code that %s does not hold" % (key, target["path"]))
    proof = {
        "file": file,
        "sha256": hashlib.sha256(text).hexdigest(),
        "code": found,
        "expected": hashes[hashes.index(found)],
    }
    kind, call = _kind(raw, owner, function)
    return Loaded(dict(target), key, module, owner, name, kind, function, call, function.__code__, proof)


def _read(state: State, file: str, target: Dict[str, Any]) -> bytes:
    root = os.path.realpath(state.root)
    if not file.startswith(root + os.sep):
        raise Refusal("wrong-code", "%s is outside the project" % target["path"])
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise Refusal("no-target", "%s: %s" % (target["path"], error.strerror)) from None


def import_module(name: str) -> Any:
    """Import a module of the project.

    Raises:
        Refusal: ``exit`` when it ends the process, ``processes`` when the sandbox refused it one more, ``import``
            when it raises anything else.
    """
    try:
        return importlib.import_module(name)
    except SystemExit as error:
        raise Refusal("exit", "importing %s exits with %r" % (name, error.code)) from None
    except BaseException as error:
        if isinstance(error, BlockingIOError) and error.errno == errno.EAGAIN:
            # fork(2) at its limit, which is the sandbox's and not the module's.
            raise Refusal("processes", "importing %s starts too many processes" % name) from None
        import traceback  # Only here: it costs a tenth of a worker's start.

        lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-3)
        raise Refusal("import", "importing %s fails\n%s" % (name, "".join(lines)[-2000:])) from None


def _check_file(module: Any, file: str, target: Dict[str, Any]) -> None:
    seen = getattr(module, "__file__", None)
    if not isinstance(seen, str) or os.path.realpath(seen) != file:
        raise Refusal("wrong-code", "%s was loaded from %s" % (target["module"], seen))


def _find(module: Any, qualname: str) -> Tuple[Any, str, Any]:
    owner, name, found = module, "", module
    for part in qualname.split("."):
        if name and not isinstance(found, type):
            raise Refusal("no-target", "%s is not a class: what is inside functions cannot be called" % name)
        if isinstance(found, type) and part.startswith("__") and part not in vars(found):
            part = "_%s%s" % (found.__name__.lstrip("_"), part)
        owner, name = found, part
        try:
            found = vars(owner)[part]
        except (KeyError, TypeError):
            raise Refusal("no-target", "%s has no %s" % (target_name(owner), part)) from None
    return owner, name, found


def target_name(owner: Any) -> str:
    """A module's or class's name for messages."""
    return str(getattr(owner, "__qualname__", None) or getattr(owner, "__name__", owner))


def expected_codes(text: bytes, file: str, qualname: str) -> List[types.CodeType]:
    """The code objects that a source file holds under a dotted name, in the order of the source.

    Raises:
        Refusal: ``import`` when the text does not compile.
    """
    try:
        level = [compile(text, file, "exec", dont_inherit=True)]
    except (SyntaxError, ValueError) as error:
        raise Refusal("import", "%s does not compile: %s" % (os.path.basename(file), error)) from None
    for part in qualname.split("."):
        level = [const for code in level for const in _direct(code) if const.co_name == part]
    return level


def _direct(code: types.CodeType) -> Iterator[types.CodeType]:
    """Code objects defined in a body; the hidden scopes of PEP 695 type parameters are seen through."""
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            if const.co_name.startswith("<generic parameters of"):
                yield from _direct(const)
            else:
                yield const


def code_hash(code: types.CodeType) -> str:
    """SHA-256 of what a code object does: without file name and line numbers."""
    digest = hashlib.sha256()
    stack: List[Any] = [code]
    while stack:
        item = stack.pop()
        if isinstance(item, types.CodeType):
            digest.update(item.co_code)
            digest.update(getattr(item, "co_exceptiontable", b""))
            facts = (
                item.co_name,
                item.co_argcount,
                item.co_posonlyargcount,
                item.co_kwonlyargcount,
                item.co_flags,
                item.co_names,
                item.co_varnames,
                item.co_freevars,
                item.co_cellvars,
                len(item.co_consts),
            )
            digest.update(repr(facts).encode("utf-8", "surrogatepass"))
            stack.extend(reversed(item.co_consts))
        elif isinstance(item, tuple):
            digest.update(b"(%d" % len(item))
            stack.extend(reversed(item))
        elif isinstance(item, frozenset):
            digest.update(b"{%d" % len(item))
            stack.extend(sorted(item, key=repr))
        else:
            digest.update(("%s %r" % (type(item).__name__, item)).encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def _inside(holder: Any) -> List[Any]:
    """Where decorators and descriptors keep the function they wrap, the usual places first."""
    names = ("__wrapped__", "__func__", "fget", "func", "callback")
    found = [vars(type(holder)).get(name) and getattr(holder, name, None) for name in names]
    found += [getattr(holder, "__dict__", {}).get(name) for name in names]
    if isinstance(holder, (staticmethod, classmethod, property, functools.partial, types.MethodType)):
        found += [getattr(holder, name, None) for name in names]
    closure = getattr(holder, "__closure__", None)
    if isinstance(closure, tuple):
        for cell in closure:
            with contextlib.suppress(ValueError):
                found.append(cell.cell_contents)
    found += [value for value in (getattr(holder, "__dict__", None) or {}).values() if callable(value)]
    return [value for value in found if value is not None]


def _bottom(raw: Any, hashes: List[str], name: str, file: str) -> types.FunctionType:
    """The function of the file under all wrappers."""
    seen: Set[int] = set()
    queue: List[Any] = [raw]
    other: Optional[types.FunctionType] = None
    while queue and len(seen) < 200:
        item = queue.pop(0)
        if id(item) in seen or isinstance(item, type):
            continue
        seen.add(id(item))
        if isinstance(item, types.FunctionType):
            if code_hash(item.__code__) in hashes:
                return item
            if item.__code__.co_name == name:
                other = item
        queue.extend(_inside(item))
    if other is not None:
        return other
    if isinstance(raw, (types.BuiltinFunctionType, types.BuiltinMethodType, type)):
        raise Refusal("wrong-code", "%s was replaced by %r" % (name, raw))
    raise Refusal("wrong-code", "no function of %s is behind %s" % (os.path.basename(file), name))


def _kind(raw: Any, owner: Any, function: types.FunctionType) -> Tuple[str, Callable[..., Any]]:
    """How the function is bound, and what to call for its decorated behaviour."""
    if isinstance(raw, staticmethod):
        return "static", _through(raw.__func__, function)
    if isinstance(raw, classmethod):
        return "class", _through(raw.__func__, function)
    if isinstance(raw, property):
        return "property", _through(raw.fget, function)
    if isinstance(raw, functools.cached_property):
        return "cached-property", function
    return ("method" if isinstance(owner, type) else "function"), _through(raw, function)


def _through(outer: Any, function: types.FunctionType) -> Callable[..., Any]:
    """The decorated object where its decorators pass the arguments on, else the bare function.

    Recorded arguments are those of the function itself. ``lru_cache`` and wrappers made with
    ``functools.wraps`` take the same ones; of anything else that is not known.
    """
    item = outer
    while item is not function:
        if not (isinstance(item, types.FunctionType) or type(item) is _LRU):
            return function
        if getattr(item, "__module__", "") == "contextlib" or _code_file(item) == contextlib.__file__:
            return function
        inner = getattr(item, "__wrapped__", None)
        if inner is None:
            return function
        item = inner
    result: Callable[..., Any] = outer
    return result


_LRU = type(functools.lru_cache(maxsize=1)(len))


def _code_file(item: Any) -> str:
    code = getattr(item, "__code__", None)
    return code.co_filename if isinstance(code, types.CodeType) else ""


def modules_of(state: State) -> List[str]:
    """Names of imported modules whose file lies in the project."""
    root = os.path.realpath(state.root) + os.sep
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.realpath(file).startswith(root):
            found.append(name)
    return sorted(found)
