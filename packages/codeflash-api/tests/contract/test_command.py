"""The engine with the running service as its source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from manifest import keeps
from running_service import Service

ROOT = Path(__file__).parents[4]
TARGET = "src/shop/orders.py::customers_in_order"


@pytest.mark.slow
@keeps("the command makes code faster with candidates of the service")
def test_the_command_accepts_a_candidate_of_the_service(rules: Service, tmp_path: Path) -> None:
    project = shutil.copytree(ROOT / "examples/shop", tmp_path / "shop")
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"CODEFLASH_STATE_DIR": str(tmp_path / "state"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "codeflash_cli", "optimize", TARGET, "--source", "service", "--json"],
        cwd=project,
        env={**environment, "CODEFLASH_API_URL": rules.main, "CODEFLASH_API_KEY": rules.key},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    (result,) = json.loads(done.stdout)["results"]
    assert result["decision"] == "accepted", result
    assert result["speedup"]["low"] > 1
    assert rules.key not in done.stdout + done.stderr
