"""Cheats that the text of a change shows, each with the fact; what is no more than unusual is not named.

A fact counts where a function has it that had none of its kind before, and the module has more of them than it had: code
that only moved, or did the same already, accuses nobody.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_python.behaviour.cheats_kept import kept_out_of_sight
from codeflash_python.behaviour.cheats_moved import lazy_classes, moved_away
from codeflash_python.behaviour.dotted import FunctionNode, dotted, folded, imported_names, scopes, shadowed
from codeflash_python.behaviour.state_kept import Kept

_CLOCK_MODULES = ("time", "timeit", "datetime", "resource")
_SETTING_MODULES = ("sys", "gc", "builtins", "threading", "tracemalloc", "warnings")
_CLOCKS = frozenset({
    "time.perf_counter", "time.process_time", "time.thread_time", "time.monotonic", "time.time",
    "time.clock_gettime", "timeit.default_timer", "os.times", "resource.getrusage",
    "datetime.datetime.now", "datetime.datetime.utcnow",
})  # fmt: skip
_STACK = frozenset({
    "sys._getframe", "sys._getframemodulename", "sys._current_frames", "inspect.stack", "inspect.currentframe",
    "inspect.trace", "inspect.getouterframes", "inspect.getinnerframes", "traceback.extract_stack",
    "traceback.walk_stack", "traceback.format_stack", "traceback.print_stack",
})  # fmt: skip
_TRACERS = frozenset({
    "sys.gettrace", "sys.getprofile", "threading.gettrace", "threading.getprofile", "sys.monitoring.get_tool",
    "sys.monitoring.get_events", "sys._called_from_test",
})  # fmt: skip
_SETTINGS = frozenset({
    "gc.disable", "gc.freeze", "gc.set_threshold", "sys.setrecursionlimit", "sys.setswitchinterval",
    "sys.settrace", "sys.setprofile", "sys.set_int_max_str_digits", "threading.settrace", "threading.setprofile",
    "warnings.filterwarnings", "warnings.simplefilter", "faulthandler.disable", "resource.setrlimit", "os.nice",
    "os.sched_setaffinity", "os.setpriority", "tracemalloc.stop", "sys.monitoring.set_events",
    "sys.monitoring.register_callback", "sys.monitoring.use_tool_id", "sys.monitoring.free_tool_id",
})  # fmt: skip
_MEASURING = ("codeflash_worker", "__main__", "gc.get_objects", "gc.get_referrers")
_SURROUNDINGS = (
    "sys.modules", "sys.argv", "sys.orig_argv", "os.environ", "os.environb", "os.getenv", "sys.path_importer_cache",
)  # fmt: skip
_RUNNERS = re.compile(
    r"pytest|codeflash|unittest|nose2?\b|hypothesis|_called_from_test|\btox\b", re.IGNORECASE
)


@frozen
class _Fact:
    """One fact of a scope."""

    kind: CheatKind
    words: str


def cheats_in(old: ast.Module, new: ast.Module, qualname: str = "", kept: Sequence[Kept] = ()) -> list[Cheat]:
    """The cheats that only the new text shows, each kind of each function once.

    Args:
        old: The module as it was; empty for a new file.
        new: The module as it would be.
        qualname: The target's dotted name where the file holds it; its cheats come first.
        kept: What only the new version keeps across calls.
    """
    texts = _texts(new) - _texts(old)
    classes = frozenset(node.name for node in old.body if isinstance(node, ast.ClassDef))
    before, after = _facts(old, texts, classes), _facts(new, texts, classes)
    known = Counter(fact.kind for facts in before.values() for fact in facts)
    more = Counter(fact.kind for facts in after.values() for fact in facts) - known
    found: dict[tuple[str, CheatKind], Cheat] = {}
    for scope in sorted(after, key=lambda name: name != qualname):
        had = {fact.kind for fact in before.get(scope, ())}
        for fact in after[scope]:
            if more[fact.kind] and fact.kind not in had:
                words = f"{scope or 'the module'} newly {fact.words}"
                found.setdefault((scope, fact.kind), Cheat(fact.kind, words))
    found_more = [*kept_out_of_sight(old, new, kept), *_new_equalities(old, new)]
    return [*found.values(), *found_more]


def _facts(tree: ast.Module, texts: frozenset[str], classes: frozenset[str]) -> dict[str, list[_Fact]]:
    bound = imported_names(tree)
    lazy = lazy_classes(tree) - classes
    runners = sorted(text for text in texts if _RUNNERS.search(text))
    found = {}
    for scope, nodes in scopes(tree).items():
        names = shadowed(nodes, bound)
        references = [(node, name) for node in nodes if (name := dotted(node, names))]
        found[scope] = [
            *_imports(nodes),
            *_references(references, nodes, runners),
            *_stores(nodes, names),
            *_frames(nodes),
            *(_Fact(CheatKind.WORK_MOVED_AWAY, words) for words in moved_away(nodes, names, lazy)),
            *_call_counts(nodes),
        ]
    return found


def _texts(tree: ast.AST) -> frozenset[str]:
    return frozenset(text for node in ast.walk(tree) if (text := folded(node)))


def _imports(nodes: Iterable[ast.AST]) -> Iterator[_Fact]:
    for node in nodes:
        for name in _imported(node):
            if name.partition(".")[0] in _MEASURING:
                yield _Fact(CheatKind.FORGED_MEASUREMENT, f"imports {name}")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def _references(
    references: Sequence[tuple[ast.AST, str]], nodes: Sequence[ast.AST], runners: Sequence[str]
) -> Iterator[_Fact]:
    named = {name for _, name in references}
    for node, name in references:
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            continue
        if name in _CLOCKS or name.removesuffix("_ns") in _CLOCKS:
            yield _Fact(CheatKind.TIMING_HOOK, f"reads {name}")
        elif name in _STACK:
            yield _Fact(CheatKind.STACK_INSPECTION, f"uses {name}")
        elif name in _TRACERS:
            yield _Fact(CheatKind.TEST_DETECTION, f"uses {name}")
        elif name in _MEASURING:
            yield _Fact(CheatKind.FORGED_MEASUREMENT, f"uses {name}")
        elif name in _SETTINGS and not _passing(name, named, nodes):
            yield _Fact(CheatKind.INTERPRETER_SETTINGS, f"uses {name}")
        elif name in _SURROUNDINGS and runners:
            yield _Fact(CheatKind.TEST_DETECTION, f"looks into {name}, with the text {runners[0]!r} at hand")


def _passing(name: str, named: set[str], nodes: Iterable[ast.AST]) -> bool:
    """Whether a setting is put back where it was changed."""
    if name.startswith("warnings."):
        return "warnings.catch_warnings" in named
    return name == "gc.disable" and "gc.enable" in named and any(isinstance(n, ast.Try) for n in nodes)


def _stores(nodes: Iterable[ast.AST], names: Mapping[str, str]) -> Iterator[_Fact]:
    """Attributes of modules that are replaced: a clock is none any more."""
    for node in nodes:
        name = ""
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            name = dotted(node, names)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            name = _in_dictionary(node, names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            holder = dotted(node.args[0], names) if node.args else ""
            name = f"{holder}.{folded(node.args[1]) or '...'}" if holder and len(node.args) > 1 else ""
        elif isinstance(node, ast.Call) and dotted(node.func, names).endswith(("mock.patch", "patch.object")):
            first = node.args[0] if node.args else None
            name = (folded(first) or dotted(first, names)) if first is not None else ""
        top, _, rest = name.partition(".")
        if rest and top in _CLOCK_MODULES:
            yield _Fact(CheatKind.PATCHED_CLOCK, f"replaces {name}")
        elif rest and top in _SETTING_MODULES:
            yield _Fact(CheatKind.INTERPRETER_SETTINGS, f"replaces {name}")


def _in_dictionary(node: ast.Subscript, names: Mapping[str, str]) -> str:
    """What ``vars(module)["name"]``, ``module.__dict__["name"]`` and ``sys.modules["name"]`` bind."""
    held, key = node.value, folded(node.slice) or "..."
    if (
        isinstance(held, ast.Call)
        and isinstance(held.func, ast.Name)
        and held.func.id == "vars"
        and held.args
    ):
        holder = dotted(held.args[0], names)
        return f"{holder}.{key}" if holder else ""
    name = dotted(held, names)
    if name == "sys.modules":
        return f"{key}.*"
    return f"{name.removesuffix('.__dict__')}.{key}" if name.endswith(".__dict__") else ""


def _frames(nodes: Iterable[ast.AST]) -> Iterator[_Fact]:
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in ("f_back", "tb_frame"):
            yield _Fact(CheatKind.STACK_INSPECTION, f"uses .{node.attr}")


def _call_counts(nodes: Sequence[ast.AST]) -> Iterator[_Fact]:
    """A count that every call raises, and a path that is taken by it: how often something was timed shows in no argument."""
    functions = [node for node in nodes if isinstance(node, FunctionNode)]
    shared = {name for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    for function in functions[:1]:
        given = _compared(function)
        raised = {_counter(statement, shared, given) for statement in function.body} - {""}
        for node in nodes:
            if isinstance(node, ast.Compare) and any(isinstance(c, ast.Constant) for c in node.comparators):
                for name in sorted(
                    raised & {ast.unparse(each) for each in ast.walk(node.left) if _place(each)}
                ):
                    yield _Fact(CheatKind.TIMING_HOOK, f"counts its calls in {name} and compares the count")
        yield from _drawn(function, nodes)


def _compared(function: FunctionNode) -> set[str]:
    """Parameters whose objects are compared after each call: a count in one is part of what the function does."""
    given = [*function.args.posonlyargs, *function.args.args]
    given = given[: len(given) - len(function.args.defaults)]
    return {each.arg for each in given} - {"cls"}


def _counter(statement: ast.stmt, shared: set[str], given: set[str]) -> str:
    """What ``count += 1`` raises, where that outlives the call and no check sees it."""
    if not isinstance(statement, ast.AugAssign) or not isinstance(statement.value, ast.Constant):
        return ""
    place = statement.target
    if isinstance(place, ast.Name):
        return place.id if place.id in shared else ""
    root: ast.AST = place
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    return "" if isinstance(root, ast.Name) and root.id in given else ast.unparse(place)


def _place(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _drawn(function: FunctionNode, nodes: Sequence[ast.AST]) -> Iterator[_Fact]:
    """``next(counter) > 50`` with a counter that is none of the function's own."""
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    for node in nodes:
        if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Call):
            continue
        call = node.left
        if isinstance(call.func, ast.Name) and call.func.id == "next" and len(call.args) == 1:
            held = call.args[0]
            if isinstance(held, ast.Name) and held.id not in own:
                yield _Fact(CheatKind.TIMING_HOOK, f"counts its calls in {held.id} and compares the count")


def _new_equalities(old: ast.Module, new: ast.Module) -> Iterator[Cheat]:
    """Comparison methods that answer without looking."""
    before = _blind_equalities(old)
    for label in _blind_equalities(new):
        if label not in before:
            yield Cheat(CheatKind.FORGED_EQUALITY, f"{label} newly answers without looking")


_BLIND: Mapping[str, bool] = {"__eq__": True, "__ne__": False}


def _blind_equalities(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name in _BLIND:
                    answers = [each.value for each in ast.walk(part) if isinstance(each, ast.Return)]
                    if answers and all(_is(answer, _BLIND[part.name]) for answer in answers):
                        found.append(f"{node.name}.{part.name}")
                elif isinstance(part, ast.Assign) and isinstance(part.value, ast.Lambda):
                    for name in (each.id for each in part.targets if isinstance(each, ast.Name)):
                        if name in _BLIND and _is(part.value.body, _BLIND[name]):
                            found.append(f"{node.name}.{name}")
    return found


def _is(node: ast.AST | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
