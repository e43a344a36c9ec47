"""The real `claude` and `codex`, driven by scripted models on a loopback address: private homes, no network, no key."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "tools") not in sys.path:
    sys.path.insert(0, str(ROOT / "tools"))

from loopback.messages import messages_server  # noqa: E402 (found through the path above)
from loopback.responses import responses_server  # noqa: E402

LONGEST = 2400


@frozen
class Agent:
    """How a coding agent is run.

    Attributes:
        program: Its executable.
        project: The folder it works in.
        home: A home of its own.
        environment: All that it sees of the environment.
    """

    program: Path
    project: Path
    home: Path
    environment: dict[str, str]

    def run(self, *words: str, model, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(self.program), *words],
            cwd=self.project,
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        model.check()
        assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done


@pytest.fixture(scope="session")
def node_program():
    """Find a program of the npm packages, or skip."""

    def find(name: str) -> Path:
        folder = Path(os.environ.get("CODEFLASH_NODE_TOOLS") or ROOT / "tools/node/node_modules/.bin")
        found = shutil.which(name, path=str(folder))
        if found is None:
            pytest.skip(f"the npm package of {name} is missing; tools/node/install --again brings it")
        return Path(found)

    return find


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project in a git repository."""
    copied = tmp_path / "shop"
    shutil.copytree(ROOT / "examples/shop", copied, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    settings = copied / "pyproject.toml"
    # A verdict must not hang on how busy the machine is.
    settings.write_text(
        settings.read_text(encoding="utf-8") + "\n[tool.codeflash]\nbudget = 600\n", encoding="utf-8"
    )
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Open the shop"]):
        subprocess.run([*git, *words], cwd=copied, check=True)
    return copied


@pytest.fixture
def environment(tmp_path: Path, environment_with_pytest: Path) -> dict[str, str]:
    """What an agent, its hooks and the server see: our own programs first, and an author for commits."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.com\n")
    return {
        "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "VIRTUAL_ENV": str(environment_with_pytest),
        "CODEFLASH_STATE_DIR": str(tmp_path / "state"),
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def claude(node_program, project, environment):
    """Run `claude -p` with a model that follows a script."""

    def run(model, prompt: str, *words: str) -> dict:
        with messages_server(model) as address:
            settings = {
                "ANTHROPIC_BASE_URL": address,
                "ANTHROPIC_API_KEY": "a key for nobody",
                "DISABLE_AUTOUPDATER": "1",
                "DISABLE_TELEMETRY": "1",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
                "ENABLE_TOOL_SEARCH": "false",  # tools are offered at once, as the scripted model expects
                "CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS": "0",  # a call that takes minutes is waited for
                "MCP_TIMEOUT": "300000",
                "MCP_TOOL_TIMEOUT": str(LONGEST * 1000),
            }
            agent = Agent(
                node_program("claude"), project, Path(environment["HOME"]), {**environment, **settings}
            )
            done = agent.run("-p", prompt, "--output-format", "json", *words, model=model)
        return json.loads(done.stdout)

    return run


CODEX_CONFIG = """
model = "scripted"
model_provider = "loopback"

[model_providers.loopback]
name = "loopback"
base_url = "{address}"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
request_max_retries = 0
stream_max_retries = 0

[mcp_servers.codeflash]
command = "codeflash-mcp"
env_vars = ["CODEFLASH_STATE_DIR"]
required = true
startup_timeout_sec = 300
tool_timeout_sec = 1200
default_tools_approval_mode = "approve"
"""


@pytest.fixture
def codex(node_program, project, environment, tmp_path):
    """Run `codex exec --json` with a model that follows a script; return its events."""

    def run(model, prompt: str, *words: str, config: str = CODEX_CONFIG) -> list[dict]:
        with responses_server(model) as address:
            folder = Path(environment["HOME"]) / ".codex"
            folder.mkdir(exist_ok=True)
            (folder / "config.toml").write_text(config.format(address=address))
            settings = {"CODEX_HOME": str(folder), "LOOPBACK_KEY": "a key for nobody"}
            agent = Agent(
                node_program("codex"), project, Path(environment["HOME"]), {**environment, **settings}
            )
            done = agent.run("exec", "--json", *words, prompt, model=model)
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    return run
