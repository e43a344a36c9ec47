import sys
from pathlib import Path

import pytest

from codeflash_python.runtime.program import VENDOR_AT, WORKER_AT, Programs, _copy_package


@pytest.fixture
def programs(tmp_path):
    return Programs(tmp_path, {})


def test_a_workers_folder_has_the_bytecode_of_this_interpreter(programs):
    folder = programs._worker() / "codeflash_worker"
    caches = {path.name for path in folder.rglob("*.pyc")}
    assert f"serve.{sys.implementation.cache_tag}.pyc" in caches
    assert all(name.endswith(f".{sys.implementation.cache_tag}.pyc") for name in caches)


def test_our_folders_do_not_pass_for_the_project_s_own_code(programs):
    # The convention that Hypothesis goes by when it reads local modules for constants to try.
    for place in (WORKER_AT, VENDOR_AT, str(programs._worker()), str(programs._vendor())):
        assert "/site-packages/" in place


def test_copied_bytecode_stays_valid(programs):
    source = programs._worker() / "codeflash_worker" / "serve.py"
    cache = source.parent / "__pycache__" / f"serve.{sys.implementation.cache_tag}.pyc"
    recorded = int.from_bytes(cache.read_bytes()[8:12], "little")
    assert recorded == int(source.stat().st_mtime)


def test_bytecode_of_others_and_without_source_is_not_copied(tmp_path, monkeypatch):
    package = tmp_path / "installed" / "gadget"
    (package / "__pycache__").mkdir(parents=True)
    for name in ("__init__.py", "sourceless.pyc", "__pycache__/__init__.other-1.pyc"):
        (package / name).write_bytes(b"")
    monkeypatch.syspath_prepend(str(package.parent))
    _copy_package("gadget", tmp_path / "copy")
    copied = {
        path.relative_to(tmp_path / "copy") for path in (tmp_path / "copy").rglob("*") if path.is_file()
    }
    assert copied == {Path("gadget/__init__.py")}
