"""Both versions side by side in one process: each compiled into its own copy of the module's namespace.

Baseline and candidate are built alike, so that neither gains from the way it was loaded. Classes are
shared, so that ``isinstance`` and identity hold. What a copy cannot reproduce faithfully (changed module
state, several changed methods, unknown decorators) is refused as ``unpaired``; such versions are timed in
processes of their own.
"""

from __future__ import annotations

import ast
import types
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

from codeflash_worker.outline import Outline, outline
from codeflash_worker.state import Refusal

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Side:
    """One version, ready to be called.

    Attributes:
        call: What is called: the decorated object where there is one.
        function: The plain function at the bottom.
        namespace: The copy of the module's namespace that it lives in.
    """

    def __init__(
        self, call: Callable[..., Any], function: types.FunctionType, namespace: Dict[str, Any]
    ) -> None:
        self.call = call
        self.function = function
        self.namespace = namespace


def build(loaded: Any, qualname: str, base: str, text: str) -> Side:
    """Compile one version of the target.

    Args:
        loaded: The target as it was loaded; see :mod:`codeflash_worker.load`.
        qualname: Dotted name of the target in its module.
        base: Text of the module as it was loaded.
        text: Text of this version; ``base`` itself for the baseline.

    Raises:
        Refusal: ``unpaired`` where a copy of the namespace would not behave as the module does.
    """
    plan = outline(base, text, qualname)
    module = loaded.module
    namespace = dict(module.__dict__)
    changed = {node.name: node for node in plan.changed}
    statements: List[ast.stmt] = [*plan.futures, *plan.imports]
    for statement in plan.statements:
        statements.append(_bare(statement) if _name(statement) in changed else statement)
    _execute(statements, namespace, module)
    for name in changed:
        _adopt(namespace[name], module.__dict__[name])
    if plan.owner is None:
        outer = namespace[qualname]
        function = innermost(outer)
        call = function if loaded.call is loaded.function else outer
    else:
        function = _method(loaded, plan, namespace, module)
        call = function
    _rebind(module, namespace, set(changed))
    _refuse_detours(loaded, plan, function, namespace, set(changed))
    return Side(call, function, namespace)


def innermost(call: Any) -> types.FunctionType:
    """The plain function under decorators.

    Raises:
        Refusal: ``unpaired`` where there is none.
    """
    for _ in range(100):
        if isinstance(call, types.FunctionType) and not hasattr(call, "__wrapped__"):
            return call
        call = getattr(call, "__wrapped__", None)
    raise Refusal("unpaired", "no plain function under the decorators")


def _name(statement: ast.stmt) -> str:
    return getattr(statement, "name", "")


def _bare(node: Any) -> ast.stmt:
    """The definition without defaults and annotations: those are taken from the function already there."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    for argument in every:
        argument.annotation = None
    node.returns = None
    arguments.defaults = []
    arguments.kw_defaults = [None] * len(arguments.kwonlyargs)
    return node  # type: ignore[no-any-return]


def _execute(statements: List[ast.stmt], namespace: Dict[str, Any], module: Any) -> None:
    tree = ast.Module(body=statements, type_ignores=[])
    code = compile(tree, getattr(module, "__file__", "") or "<candidate>", "exec", dont_inherit=True)
    try:
        exec(code, namespace)
    except Exception as error:
        raise Refusal("import", "%s: %s" % (type(error).__name__, error)) from None


def _adopt(version: Any, original: Any) -> None:
    """Give a function of this version the defaults of the function it stands for."""
    function, model = innermost(version), innermost(original)
    function.__defaults__ = model.__defaults__
    function.__kwdefaults__ = model.__kwdefaults__
    function.__annotations__ = model.__annotations__


def _method(loaded: Any, plan: Outline, namespace: Dict[str, Any], module: Any) -> types.FunctionType:
    """Compile a method inside its class statement, for mangled names and ``super()``, without running it."""
    assert plan.owner is not None and plan.target is not None
    tree = ast.Module(body=[*plan.futures, *plan.imports, plan.owner], type_ignores=[])
    whole = compile(tree, getattr(module, "__file__", "") or "<candidate>", "exec", dont_inherit=True)
    lines = {plan.target.lineno, *(each.lineno for each in plan.target.decorator_list)}
    code = _find(whole, plan.target.name, lines)
    if code is None:
        raise Refusal("unpaired", "the method's code was not found in its class")
    original = loaded.function
    cells = dict(zip(original.__code__.co_freevars, original.__closure__ or ()))
    if "__class__" in code.co_freevars and "__class__" not in cells:
        cells["__class__"] = types.CellType(loaded.owner)
    missing = [name for name in code.co_freevars if name not in cells]
    if missing:
        raise Refusal("unpaired", "free variable " + missing[0])
    function = types.FunctionType(
        code,
        namespace,
        original.__name__,
        original.__defaults__,
        tuple(cells[name] for name in code.co_freevars),
    )
    function.__kwdefaults__ = original.__kwdefaults__
    function.__qualname__ = original.__qualname__
    return function


def _find(code: types.CodeType, name: str, lines: Any) -> Optional[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_name == name and constant.co_firstlineno in lines:
                return constant
            found = _find(constant, name, lines)
            if found is not None:
                return found
    return None


def names_used(code: types.CodeType) -> Dict[str, None]:
    """Global and attribute names that a code object and those inside it mention."""
    used = dict.fromkeys(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            used.update(names_used(constant))
    return used


def _rebind(module: Any, namespace: Dict[str, Any], changed: Any) -> None:
    """Copy the module's functions that lead to a changed one, so that they lead to this version's."""
    settled = set(changed)
    while True:
        grown = False
        for name, value in list(namespace.items()):
            if name in settled or not isinstance(value, types.FunctionType):
                continue
            if value.__globals__ is not module.__dict__ or not settled & set(names_used(value.__code__)):
                continue
            clone = types.FunctionType(
                value.__code__, namespace, value.__name__, value.__defaults__, value.__closure__
            )
            clone.__kwdefaults__ = value.__kwdefaults__
            clone.__dict__.update(value.__dict__)
            namespace[name] = clone
            settled.add(name)
            grown = True
        if not grown:
            return


def _refuse_detours(
    loaded: Any, plan: Outline, function: types.FunctionType, namespace: Dict[str, Any], changed: Any
) -> None:
    """Refuse where shared classes lead back to the module's own version of what was changed."""
    owner = loaded.owner if plan.owner is not None else None
    watched = set(changed)
    if owner is not None:
        assert plan.target is not None
        watched.add(plan.target.name)
        if plan.target.name in names_used(function.__code__):
            raise Refusal("unpaired", "the method calls a method of its own name")
    pending: List[Tuple[Any, bool]] = [(function.__code__, False)]
    pending += [(code, True) for code in _class_codes(owner, loaded.function)]
    seen = set()
    while pending:
        code, of_class = pending.pop()
        if id(code) in seen:
            continue
        seen.add(id(code))
        used = set(names_used(code))
        if of_class and used & watched:
            raise Refusal("unpaired", "a shared class uses " + sorted(used & watched)[0])
        for name in used:
            value = namespace.get(name)
            if isinstance(value, types.FunctionType) and value.__globals__ is namespace:
                pending.append((value.__code__, False))
            elif isinstance(value, type) and value.__module__ == loaded.module.__name__:
                pending += [(each, True) for each in _class_codes(value, loaded.function)]


def _class_codes(owner: Any, target: Any) -> List[types.CodeType]:
    codes = []
    for value in vars(owner).values() if owner is not None else ():
        for part in (value, *(getattr(value, name, None) for name in ("__func__", "fget", "fset", "func"))):
            if isinstance(part, types.FunctionType) and part is not target:
                codes.append(part.__code__)
    return codes
