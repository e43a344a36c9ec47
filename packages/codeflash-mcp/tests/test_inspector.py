"""An outside client, the inspector's command line, over stdio and HTTP on the example project."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def inspect(shop):
    """``inspect(*words)``: the document that the inspector prints."""
    folder = Path(os.environ.get("CODEFLASH_NODE_TOOLS") or ROOT / "tools/node/node_modules/.bin")
    program = folder / "mcp-inspector"
    if not program.exists() or shutil.which("node") is None:
        pytest.skip("the npm package @modelcontextprotocol/inspector is not installed (tools/node)")

    def run(*words: str):
        done = subprocess.run(
            [str(program), "--cli", *words],
            env=shop.environment(PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}"),
            cwd=shop.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(params=["stdio", "http"])
def reached(request, shop, serve):
    """The words that name the server."""
    example = shutil.copytree(ROOT / "examples/shop", shop.root / "example")
    if request.param == "stdio":
        return (sys.executable, "-m", "codeflash_mcp", "--root", str(example))
    return (serve("--root", str(example)).url, "--transport", "http")


@pytest.mark.slow
def test_the_inspector_lists_and_calls_tools_on_the_example_project(inspect, reached) -> None:
    tools = inspect(*reached, "--method", "tools/list")["tools"]
    assert {"discover", "rank", "evaluate_candidate", "optimize", "compare", "session_start"} <= {
        tool["name"] for tool in tools
    }
    call = ("--method", "tools/call", "--tool-name")
    project = "--tool-arg=project=example" if "http" in reached else "--tool-arg=most=50"
    found = inspect(*reached, *call, "discover", project)
    assert not found.get("isError"), found
    assert found["structuredContent"]["targets"]
    code = "code=def f(a):\n    return a"
    assert inspect(*reached, *call, "rules_for", "--tool-arg", code)["structuredContent"]["matches"] == []


@pytest.mark.slow
def test_the_inspector_reads_resources(inspect, reached) -> None:
    listed = inspect(*reached, "--method", "resources/list")["resources"]
    assert [each["uri"] for each in listed] == ["codeflash://runs"]
