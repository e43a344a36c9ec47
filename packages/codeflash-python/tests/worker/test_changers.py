"""Names that the source of a project changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeflash_worker.changers import changed


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    global NAME\n    NAME = 1",
        "def f():\n    NAME['a'] = 1",
        "def f():\n    NAME.append(1)",
        "def f():\n    del NAME[0]",
        "import m\nm.NAME = 1",
        "import m\nm.NAME['a'] = 1",
        "class A:\n    def set(self):\n        self.NAME = 1",
        "class A:\n    def set(self):\n        self.NAME.add(1)",
        "def test(monkeypatch):\n    monkeypatch.setattr(m, 'NAME', 1)",
        "def test(monkeypatch):\n    monkeypatch.setitem(m.NAME, 'a', 1)",
        "setattr(m, 'NAME', 1)",
    ],
)
def test_each_way_to_change_a_name_counts(tmp_path: Path, text: str):
    (tmp_path / "m.py").write_text(text)
    assert changed(str(tmp_path), ["NAME", "OTHER"]) == {"NAME"}


@pytest.mark.parametrize(
    "text",
    [
        "NAME = {}\nNAME['a'] = 1",
        "NAME = []\nNAME.append(1)",
        "class A:\n    def __init__(self):\n        self.NAME = 1\n        self.NAME.append(2)",
        "def f():\n    return NAME['a'], m.NAME.get(1)",
        "def f(:",
    ],
)
def test_what_is_made_or_read_is_not_changed(tmp_path: Path, text: str):
    (tmp_path / "m.py").write_text(text)
    assert changed(str(tmp_path), ["NAME"]) == set()


def test_hidden_and_installed_files_are_not_the_project(tmp_path: Path):
    for folder in (".venv", "node_modules", "site-packages"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.py").write_text("def f():\n    NAME.clear()")
    (tmp_path / "bad.py").write_bytes(b"\xff\xfe")
    assert changed(str(tmp_path), ["NAME"]) == set()
