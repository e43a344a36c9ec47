"""Looks at a change before anything runs: what must stay as it is, and what a reader should know.

A refusal ends the matter. A caution is printed with the result. Nothing here imports or runs the code.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from attrs import field, frozen

from codeflash_core.model.cheat import Cheat
from codeflash_python.behaviour import locks, stale, state_kept
from codeflash_python.behaviour.cheats import cheats_in
from codeflash_python.behaviour.hooks import new_hooks, new_imports
from codeflash_python.behaviour.protected import edit_of, is_benchmark, is_protected
from codeflash_syntax.parse import SyntaxProblem, parse_module

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

CACHING = ("lru_cache", "cache", "cached_property")


@frozen
class Gate:
    """What the static gate found.

    Attributes:
        refusals: Why the change can't be accepted, empty when it may go on.
        cautions: What a reader should know.
        keeps_state: Whether it newly keeps state from call to call.
        separate: Whether both versions can't live in one process.
        adds: New module-private names; members of classes as ``Class._name``.
        cheats: Cheats that the text shows; each is among the refusals too.
    """

    refusals: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    keeps_state: bool = False
    separate: bool = False
    adds: tuple[str, ...] = ()
    cheats: tuple[Cheat, ...] = ()


@frozen
class _Notes:
    refusals: list[str] = field(factory=list)
    cautions: list[str] = field(factory=list)
    adds: list[str] = field(factory=list)
    separate: list[str] = field(factory=list)
    kept: list[str] = field(factory=list)
    cheats: list[Cheat] = field(factory=list)

    def gate(self) -> Gate:
        """Everything noted, each sentence once."""
        cheats = tuple(dict.fromkeys(self.cheats))
        refusals = (*map(str, cheats), *self.refusals)
        once = [tuple(dict.fromkeys(part)) for part in (refusals, self.cautions, self.adds)]
        return Gate(once[0], once[1], bool(self.kept), bool(self.separate), once[2], cheats)


def inspect_change(
    originals: Mapping[str, str],
    files: Mapping[str, str | None],
    *,
    target_path: str,
    qualname: str,
    tests: Sequence[str] = (),
    allowed_imports: Sequence[str] = (),
) -> Gate:
    """Inspect a change to one or more files.

    Args:
        originals: Text of the existing files that change, by path relative to the root.
        files: New text by path; None deletes the file.
        target_path: The file that holds the target.
        qualname: The target's dotted name.
        tests: Test files or folders of the project.
        allowed_imports: Top-level packages that may be imported anew.
    """
    notes = _Notes()
    for path, text in files.items():
        before = originals.get(path)
        if text is not None and text == before:
            continue
        if is_protected(path, tests):
            edit = edit_of(path, before, text)
            if edit is None:
                notes.refusals.append(f"changes {path}, which decides how the project is tested")
            else:
                notes.cheats.append(edit)
            continue
        if path != target_path and is_benchmark(path) and (edit := edit_of(path, before, text)):
            notes.cheats.append(edit)
            continue
        if path != target_path:
            notes.separate.append(path)
        if not path.endswith((".py", ".pyi")):
            notes.cautions.append(f"changes {path}")
        elif text is None:
            notes.cautions.append(f"deletes {path}")
            if path == target_path:
                notes.refusals.append(f"deletes {path}, which holds the target")
            elif not PurePosixPath(path).name.startswith("_") or PurePosixPath(path).name.startswith("__"):
                notes.refusals.append(f"deletes the public module {path}")
        else:
            _file(notes, path, before, text, qualname if path == target_path else "", allowed_imports)
    return notes.gate()


def _file(
    notes: _Notes, path: str, before: str | None, text: str, qualname: str, allowed: Sequence[str]
) -> None:
    try:
        new = parse_module(text)
        old = parse_module(before or "")
    except SyntaxProblem as error:
        notes.refusals.append(f"{path} does not parse at line {error.line}")
        return
    kept = state_kept.new_state(old, new)
    notes.cheats.extend(cheats_in(old, new, qualname, kept))
    notes.refusals.extend(f"{path} newly uses {what}" for what in new_hooks(old, new))
    package = PurePosixPath(path).parts[0].removesuffix(".py")
    if before is None:
        notes.cautions.append(f"adds the file {path}")
    for name, third_party in new_imports(old, new):
        top = name.partition(".")[0]
        if third_party and top != package and top not in allowed:
            notes.refusals.append(f"adds a dependency: {name}")
        else:
            notes.cautions.append(f"new import: {name}")
    if before is not None:
        _scope(notes, old.body, new.body, "", qualname)
        if qualname and _find(old, qualname) is not None and _find(new, qualname) is None:
            notes.refusals.append(f"{qualname} is gone")
    for each in kept:
        notes.kept.append(each.sentence)
        notes.cautions.append(each.sentence)
    notes.refusals.extend(stale.stale_caches(new, kept))
    notes.refusals.extend(locks.lost_guards(old, new))


def _find(tree: ast.Module, qualname: str) -> ast.AST | None:
    level: list[ast.stmt] = tree.body
    found: ast.AST | None = None
    for part in qualname.split("."):
        found = _definitions(level).get(part)
        if found is None:
            return None
        level = found.body if isinstance(found, ast.ClassDef) else []
    return found


def _flat(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements of a scope, with those under ``if`` and ``try`` in place."""
    found: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.If | ast.Try | ast.With):
            for name in ("body", "orelse", "finalbody"):
                found += _flat(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                found += _flat(handler.body)
        else:
            found.append(node)
    return found


def _definitions(body: Sequence[ast.stmt]) -> dict[str, FunctionNode | ast.ClassDef]:
    """Functions and classes of a scope by name; of several (overloads, setters) the numbered ones too."""
    found: dict[str, FunctionNode | ast.ClassDef] = {}
    for node in _flat(body):
        if isinstance(node, FunctionNode | ast.ClassDef):
            name, number = node.name, 1
            while name in found:
                number += 1
                name = f"{node.name}#{number}"
            found[name] = node
    return found


def _bindings(body: Sequence[ast.stmt]) -> dict[str, list[str]]:
    """What a scope assigns: the statements that bind each name, without places."""
    found: dict[str, list[str]] = {}
    for node in _flat(body):
        if isinstance(node, FunctionNode | ast.ClassDef | ast.Import | ast.ImportFrom):
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del):
                found.setdefault(part.id, []).append(ast.dump(node))
    return found


def _loose(body: Sequence[ast.stmt]) -> list[str]:
    """What a scope does without binding a name: calls, assignments to attributes, conditions."""
    found: list[str] = []
    for node in body:
        if isinstance(node, ast.If):
            found.append(ast.dump(node.test))
        elif isinstance(node, ast.With):
            found += map(ast.dump, node.items)
        elif isinstance(node, ast.Try):
            found += [ast.dump(handler.type) for handler in node.handlers if handler.type]
        if isinstance(node, ast.If | ast.With | ast.Try):
            for name in ("body", "orelse", "finalbody"):
                found += _loose(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                found += _loose(handler.body)
        elif not isinstance(node, FunctionNode | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass):
            text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not text and not _bindings([node]):
                found.append(ast.dump(node))
    return found


def _scope(notes: _Notes, old: list[ast.stmt], new: list[ast.stmt], prefix: str, qualname: str) -> None:
    before, after = _definitions(old), _definitions(new)
    for name, node in before.items():
        other = after.get(name)
        label = prefix + name
        if other is None or type(other) is not type(node):
            notes.refusals.append(f"{label} is gone" if other is None else f"{label} is of another kind")
        elif isinstance(node, ast.ClassDef) and isinstance(other, ast.ClassDef):
            _class(notes, node, other, label, qualname)
        elif isinstance(node, FunctionNode) and isinstance(other, FunctionNode):
            _function(notes, node, other, label, qualname)
    held, holds = _bindings(old), _bindings(new)
    for name, statements in held.items():
        if holds.get(name) != statements:
            notes.refusals.append(
                f"changes the existing {'attribute' if prefix else 'global'} {prefix}{name}"
            )
    for name in [*(key for key in holds if key not in held), *(key for key in after if key not in before)]:
        _added(notes, prefix, name)
    if _loose(old) != _loose(new):
        notes.refusals.append(f"changes what {prefix.rstrip('.') or 'the module'} does when it is imported")


def _added(notes: _Notes, prefix: str, name: str) -> None:
    if not name.startswith("_") or (name.startswith("__") and name.endswith("__")):
        notes.refusals.append(f"adds the public name {prefix}{name}")
        return
    notes.adds.append(prefix + name)
    if prefix:
        notes.separate.append(prefix + name)
        notes.cautions.append(f"adds {prefix}{name} to a class")


def _class(notes: _Notes, old: ast.ClassDef, new: ast.ClassDef, label: str, qualname: str) -> None:
    for what, left, right in (
        ("base classes", [*old.bases, *old.keywords], [*new.bases, *new.keywords]),
        ("decorators", old.decorator_list, new.decorator_list),
    ):
        if list(map(ast.dump, left)) != list(map(ast.dump, right)):
            notes.refusals.append(f"changes the {what} of {label}")
    if ast.get_docstring(old) != ast.get_docstring(new):
        notes.refusals.append(f"changes the docstring of {label}")
    _scope(notes, old.body, new.body, f"{label}.", qualname)


def _function(notes: _Notes, old: FunctionNode, new: FunctionNode, label: str, qualname: str) -> None:
    if ast.dump(old) == ast.dump(new):
        return
    if signature(old) != signature(new):
        notes.refusals.append(f"changes the signature of {label}")
    if _is_generator(old) != _is_generator(new):
        notes.refusals.append(f"{label} {'no longer yields' if _is_generator(old) else 'yields'}")
    if ast.get_docstring(old) != ast.get_docstring(new):
        notes.refusals.append(f"changes the docstring of {label}")
    _decorators(notes, old, new, label)
    if label != qualname:
        # Only the target is replayed: what else changes must be out of other people's reach.
        if label.rpartition(".")[2].startswith("_"):
            notes.cautions.append(f"also changes {label}")
        else:
            notes.refusals.append(f"changes {label}, which is not the target")


def _decorators(notes: _Notes, old: FunctionNode, new: FunctionNode, label: str) -> None:
    before, after = (list(map(ast.dump, node.decorator_list)) for node in (old, new))
    if before == after:
        return
    added = [node for node in new.decorator_list if ast.dump(node) not in before]
    rest = [text for text in after if text not in {ast.dump(node) for node in added}]
    if rest != before or not all(state_kept.called_name(node) in CACHING for node in added):
        notes.refusals.append(f"changes the decorators of {label}")
        return
    notes.separate.append(label)


def signature(node: FunctionNode) -> str:
    """Names, kinds, defaults and annotations of the parameters, and the return annotation."""
    returns = ast.dump(node.returns) if node.returns else ""
    parameters = "".join(map(ast.dump, getattr(node, "type_params", [])))
    return f"{type(node).__name__} {ast.dump(node.args)} {returns} {parameters}"


def _is_generator(node: FunctionNode) -> bool:
    """Whether the body yields, nested functions left out."""
    stack: list[ast.AST] = list(node.body)
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(part, FunctionNode | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(part))
    return False
