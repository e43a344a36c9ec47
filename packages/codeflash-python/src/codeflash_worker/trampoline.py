"""Stands in for a function's code, so that every call of it passes by, whatever name it is called under.

The code object is exchanged, not the function: aliases, decorators, bound methods and functions that were
imported by name elsewhere all see it. The stand-in has the parameters, the free variables (``__class__``
among them) and the kind (plain, generator, coroutine, asynchronous generator) of the original, so that
``inspect`` and test frameworks notice nothing.
"""

from __future__ import annotations

import types
import warnings
from typing import Any, Callable, Dict, List, Tuple

GENERATOR, COROUTINE, ITERABLE_COROUTINE, ASYNC_GENERATOR = 0x20, 0x80, 0x100, 0x200
VARARGS, VARKEYWORDS = 0x04, 0x08

MARK = "codeflash: the object that answers the calls"

BODIES = {
    "plain": ("def", "return {mark}.call({args}, {kwargs})"),
    "generator": ("def", "return (yield from {mark}.generate({args}, {kwargs}))"),
    "coroutine": ("async def", "return await {mark}.wait({args}, {kwargs})"),
    "async generator": (
        "async def",
        """\
inner = {mark}.stream({args}, {kwargs})
        try:
            item = await inner.__anext__()
            while True:
                try:
                    sent = yield item
                except GeneratorExit:
                    await inner.aclose()
                    raise
                except BaseException as error:
                    item = await inner.athrow(error)
                else:
                    item = await inner.asend(sent)
        except StopAsyncIteration:
            return""",
    ),
}


class Unwatchable(Exception):
    """The function's code cannot be exchanged."""


def kind_of(code: types.CodeType) -> str:
    """``plain``, ``generator``, ``coroutine`` or ``async generator``."""
    if code.co_flags & ASYNC_GENERATOR:
        return "async generator"
    if code.co_flags & COROUTINE:
        return "coroutine"
    return "generator" if code.co_flags & GENERATOR else "plain"


def parameters(code: types.CodeType) -> Tuple[List[str], List[str], str, str]:
    """Positional and keyword-only parameter names, and those of ``*args`` and ``**kwargs`` or ``""``."""
    count, keywords = code.co_argcount, code.co_kwonlyargcount
    names = list(code.co_varnames)
    rest = names[count + keywords :]
    star = rest.pop(0) if code.co_flags & VARARGS else ""
    double = rest[0] if code.co_flags & VARKEYWORDS else ""
    return names[:count], names[count : count + keywords], star, double


def _header(code: types.CodeType) -> str:
    positional, keywords, star, double = parameters(code)
    parts = list(positional)
    if code.co_posonlyargcount:
        parts.insert(code.co_posonlyargcount, "/")
    if star or keywords:
        parts.append("*" + star)
    parts += keywords
    if double:
        parts.append("**" + double)
    return ", ".join(parts)


def _packed(code: types.CodeType) -> Tuple[str, str]:
    positional, keywords, star, double = parameters(code)
    args = [*positional, *(["*" + star] if star else [])]
    kwargs = ["%r: %s" % (name, name) for name in keywords] + (["**" + double] if double else [])
    return "(" + "".join(arg + ", " for arg in args) + ")", "{" + ", ".join(kwargs) + "}"


def stand_in(function: types.FunctionType, answers: Any) -> types.CodeType:
    """Code that hands each call to ``answers``.

    Args:
        function: The function whose code is to be replaced.
        answers: Object with ``call``, ``generate``, ``wait`` and ``stream``, each taking ``(args, kwargs)``.

    Raises:
        Unwatchable: Its parameters or free variables cannot be written down again.
    """
    code = function.__code__
    way, body = BODIES[kind_of(code)]
    args, kwargs = _packed(code)
    # Two nested functions, so that the free variables are free again; naming them is enough.
    lines = [
        "def outer(%s):" % ", ".join(code.co_freevars),
        "    %s inner(%s):" % (way, _header(code)),
        "        if 0: (%s)" % "".join(name + ", " for name in code.co_freevars),
        "        " + body.format(mark=repr(MARK), args=args, kwargs=kwargs),
    ]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outer = compile("\n".join(lines), code.co_filename, "exec", dont_inherit=True).co_consts
    except (SyntaxError, ValueError) as error:
        raise Unwatchable(str(error)) from None
    made = _inner(_inner(outer, "outer").co_consts, "inner")
    changes: Dict[str, Any] = {
        "co_name": code.co_name,
        "co_firstlineno": code.co_firstlineno,
        "co_consts": tuple(answers if constant == MARK else constant for constant in made.co_consts),
        "co_flags": made.co_flags | (code.co_flags & ITERABLE_COROUTINE),
    }
    if hasattr(code, "co_qualname"):
        changes["co_qualname"] = code.co_qualname
    made = made.replace(**changes)
    if made.co_freevars != code.co_freevars:
        raise Unwatchable("its free variables cannot be kept")
    return made


def _inner(constants: Tuple[Any, ...], name: str) -> types.CodeType:
    for constant in constants:
        if isinstance(constant, types.CodeType) and constant.co_name == name:
            return constant
    raise Unwatchable("no code was made")


def twin(function: types.FunctionType) -> Callable[..., Any]:
    """The function as it is now, under another identity: same code, globals, defaults and closure."""
    copy = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__qualname__ = function.__qualname__
    copy.__module__ = function.__module__
    return copy
