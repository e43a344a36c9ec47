"""Imports of watched files are announced, under whatever name."""

from __future__ import annotations

import importlib
import sys

import pytest

from codeflash_worker.arrivals import Arrivals


@pytest.fixture
def arrivals(tmp_path, monkeypatch):
    (tmp_path / "pkg_arrive").mkdir()
    (tmp_path / "pkg_arrive" / "mod.py").write_text("VALUE = 1\n")
    (tmp_path / "other_arrive.py").write_text("VALUE = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    watched = Arrivals()
    yield watched
    watched.stop()


def test_a_watched_file_is_announced_after_it_ran(arrivals, tmp_path):
    seen = []
    arrivals.watch(
        str(tmp_path / "pkg_arrive" / "mod.py"), lambda module: seen.append((module, module.VALUE))
    )
    importlib.import_module("other_arrive")
    module = importlib.import_module("pkg_arrive.mod")
    assert seen == [(module, 1)]
    assert type(module.__loader__).__name__ == "SourceFileLoader"
    assert module.__spec__.loader is module.__loader__


def test_a_reload_and_a_second_name_are_announced_too(arrivals, tmp_path, monkeypatch):
    seen = []
    arrivals.watch(str(tmp_path / "pkg_arrive" / "mod.py"), lambda module: seen.append(module.__name__))
    module = importlib.import_module("pkg_arrive.mod")
    importlib.reload(module)
    monkeypatch.syspath_prepend(str(tmp_path / "pkg_arrive"))
    importlib.import_module("mod")
    assert seen == ["pkg_arrive.mod", "pkg_arrive.mod", "mod"]


def test_nothing_is_announced_after_the_end(arrivals, tmp_path):
    seen = []
    arrivals.watch(str(tmp_path / "pkg_arrive" / "mod.py"), seen.append)
    arrivals.stop()
    importlib.import_module("pkg_arrive.mod")
    assert seen == []
    assert arrivals not in sys.meta_path
