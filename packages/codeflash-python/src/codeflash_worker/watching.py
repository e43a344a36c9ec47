"""Puts targets under observation, wherever and whenever their files are imported."""

from __future__ import annotations

import functools
import importlib
import os
import sys
import types
from typing import Any, Dict, List, Sequence, Set, cast

from codeflash_worker import load, sites, trampoline
from codeflash_worker.arrivals import Arrivals
from codeflash_worker.sites import Observer, Site
from codeflash_worker.state import Refusal, State


class Watch:
    """Watches a number of targets until :meth:`stop`.

    Attributes:
        sites: Functions under observation.
        problems: Why a target is not watched, by key.
    """

    def __init__(self, root: str, targets: Sequence[Dict[str, Any]], observer: Observer) -> None:
        self.sites: List[Site] = []
        self.problems: Dict[str, str] = {}
        self._root = root
        self._observer = observer
        self._watched: Set[int] = set()
        self._arrivals = Arrivals()
        self._files: Dict[str, List[Dict[str, Any]]] = {}
        for target in targets:
            path = os.path.realpath(os.path.join(root, target["path"]))
            self._files.setdefault(path, []).append(target)

    def start(self) -> None:
        """Import the targets' modules and watch; what cannot be imported yet is watched when it is."""
        for path, targets in self._files.items():
            self._arrivals.watch(path, functools.partial(self._install, targets=targets))
            for module in list(sys.modules.values()):
                if _is_file(module, path):
                    self._install(module, targets)
        for targets in self._files.values():
            for target in targets:
                self._import(target)

    def _import(self, target: Dict[str, Any]) -> None:
        try:
            module = importlib.import_module(target["module"])
            file = os.path.realpath(getattr(module, "__file__", None) or "")
            if file not in self._files:
                self.problems[key_of(target)] = "wrong-code: %s is %s" % (target["module"], file)
        except SystemExit as leaving:
            self.problems[key_of(target)] = "exit: the module leaves the program (%r)" % (leaving.code,)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # Foreign modules raise anything.
            text = ("%s: %s" % (type(error).__name__, error))[:400]
            self.problems[key_of(target)] = "import: " + text

    def _install(self, module: Any, targets: Sequence[Dict[str, Any]]) -> None:
        for target in targets:
            key = key_of(target)
            try:
                function = self._function(module, target)
                if id(function) in self._watched:
                    continue
                self.sites.append(Site(key, function, self._observer))
                self._watched.add(id(function))
                self.problems.pop(key, None)
            except Refusal as refusal:
                self.problems[key] = "%s: %s" % (refusal.kind, refusal.detail)
            except trampoline.Unwatchable as error:
                self.problems[key] = "unwatchable: %s" % error

    def _function(self, module: Any, target: Dict[str, Any]) -> types.FunctionType:
        """The function whose arguments a replay needs: that which the replay calls, if it is Python."""
        name = target["qualname"].rpartition(".")[2]
        found = sites.look_up(module, target["qualname"])
        file = os.path.realpath(os.path.join(self._root, target["path"]))
        function = sites.undecorated(found, name, file)
        if function is not None:
            return function
        # A state of its own: the same file may be imported under several names.
        state = State()
        state.root = self._root
        loaded = load.load(state, {**target, "module": module.__name__, "sha256": ""})
        found = loaded.call if type(loaded.call) is types.FunctionType else loaded.function
        return cast(types.FunctionType, found)

    def stop(self) -> None:
        """Give every function its own code back."""
        self._arrivals.stop()
        for site in self.sites:
            site.stop()

    def codes(self) -> List[types.CodeType]:
        """What the watched functions run: their own code, or what somebody has put in its place by now."""
        found = []
        for site in self.sites:
            found.append(site.code)
            if not site.watching:
                found.append(site.function.__code__)
        return found

    def missing(self, keys: Sequence[str]) -> Dict[str, str]:
        """Why targets were not watched, by key."""
        watched = {site.key for site in self.sites}
        return {
            key: self.problems.get(key, "not-imported: the file was never imported")
            for key in keys
            if key not in watched
        }


def key_of(target: Dict[str, Any]) -> str:
    """``path::qualname``."""
    return "%s::%s" % (target["path"], target["qualname"])


def _is_file(module: Any, path: str) -> bool:
    try:
        file = getattr(module, "__file__", None)
        return isinstance(file, str) and os.path.realpath(file) == path
    except Exception:
        return False
