"""The example projects must be sound before anybody optimizes them."""

import ast
import os
import shutil
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_the_example_passes_its_own_tests(root, tmp_path):
    project = shutil.copytree(root / "examples/shop", tmp_path / "shop")
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_runs_on_python_39(root):
    for file in (root / "examples/shop/src").rglob("*.py"):
        ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
