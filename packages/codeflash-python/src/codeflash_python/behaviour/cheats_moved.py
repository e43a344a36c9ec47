"""Work that a call leaves to somebody else: threads that nobody waits for, exits, objects that work when they are looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from codeflash_python.behaviour.dotted import FunctionNode, dotted

_LATER = frozenset({"atexit.register", "weakref.finalize", "os.register_at_fork"})
_STARTERS = frozenset({
    "threading.Thread", "threading.Timer", "_thread.start_new_thread", "multiprocessing.Process",
    "multiprocessing.Pool", "concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor",
    "subprocess.Popen", "os.fork",
})  # fmt: skip
_WAITS = frozenset({
    "join", "result", "wait", "communicate", "shutdown", "as_completed", "waitpid", "get", "map", "starmap", "poll",
})  # fmt: skip
_LAZY = frozenset({"__getattr__", "__getattribute__", "__class__"})


def moved_away(nodes: Sequence[ast.AST], names: Mapping[str, str], lazy: Set[str]) -> Iterator[str]:
    """What a function starts and does not wait for, as ends of a sentence.

    Args:
        nodes: The nodes of the function.
        names: What imports bind.
        lazy: New classes whose objects work when they are looked at, see :func:`lazy_classes`.
    """
    started = []
    entered = {
        id(item.context_expr) for n in nodes if isinstance(n, ast.With | ast.AsyncWith) for item in n.items
    }
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func, names)
        if name in _LATER:
            yield f"leaves work to {name}"
        elif name in _STARTERS and id(node) not in entered:
            started.append(name)
    if started and not any(_waits(node) for node in nodes):
        yield f"starts {started[0]} and does not wait for it"
    yield from _proxies(nodes, lazy)


def _waits(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        text = isinstance(node.func.value, ast.Constant)  # ", ".join(...) waits for nobody
        return node.func.attr in _WAITS and not text
    return isinstance(node.func, ast.Name) and node.func.id in _WAITS


def lazy_classes(tree: ast.Module) -> frozenset[str]:
    """Classes whose objects are whatever is asked of them, made when it is asked."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return frozenset(node.name for node in classes if _LAZY & set(_members(node)))


def _proxies(nodes: Iterable[ast.AST], lazy: Set[str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            made = node.value.func
            if isinstance(made, ast.Name) and made.id in lazy:
                yield f"returns {made.id}, which does the work when it is looked at"


def _members(node: ast.ClassDef) -> Iterator[str]:
    for part in node.body:
        if isinstance(part, FunctionNode):
            yield part.name
        elif isinstance(part, ast.Assign):
            yield from (each.id for each in part.targets if isinstance(each, ast.Name))
