import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
AGENT = "---\nname: {name}\ndescription: Does one thing.\ntools: Read, mcp__codeflash__rank\n---\n\nRead `${{CLAUDE_PLUGIN_ROOT}}/references/one.md`.\n"


@pytest.fixture(scope="session")
def plugin_tool():
    """Import a module of ``tools/plugin``."""
    tools = str(ROOT / "tools")
    before = list(sys.path)
    sys.path.insert(0, tools)
    try:
        from plugin import assembling, command, front_matter, problem, scaffold
    finally:
        sys.path[:] = before

    class Tool:
        pass

    tool = Tool()
    tool.assembling, tool.command, tool.front_matter = assembling, command, front_matter
    tool.problem, tool.scaffold = problem, scaffold
    return tool


class House:
    """A small plugin with one overlay, right until something is planted."""

    def __init__(self, root):
        self.root = root
        self.write("pyproject.toml", '[project]\nversion = "1.2.3"\n')
        manifest = {
            "description": "A test.",
            "author": {"name": "Someone"},
            "license": "Apache-2.0",
            "keywords": ["a"],
        }
        self.write("plugin/.claude-plugin/plugin.json", json.dumps(manifest, indent=1))
        self.write("plugin/agents/first.md", AGENT.format(name="first"))
        self.write("plugin/skills/do/SKILL.md", "---\nname: do\ndescription: Does it.\n---\n\nDo it.\n")
        self.write("plugin/references/one.md", "# One\n\nSee [two](deep/two.md).\n")
        self.write("plugin/references/deep/two.md", "# Two\n")
        self.write("plugin/hooks/stop.py", "print()\n")
        self.hooks("Stop", "python3 ${CLAUDE_PLUGIN_ROOT}/hooks/stop.py")
        self.write("plugin/bin/serve", "#!/bin/sh\n", mode=0o755)
        self.servers({"codeflash": {"command": "${CLAUDE_PLUGIN_ROOT}/bin/serve", "args": []}})
        over = "plugin/languages/go"
        self.write(f"{over}/.claude-plugin/plugin.json", '{"description": "Go.", "keywords": ["go"]}')
        self.write(
            f"{over}/agents/second.md",
            AGENT.format(name="second")
            .replace("/references/", "/languages/go/references/")
            .replace("one.md", "go.md"),
        )
        self.write(f"{over}/references/go.md", "# Go\n")

    def write(self, path, content, mode=0o644):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        file.chmod(mode)

    def hooks(self, event, command, **more):
        entry = {"hooks": [{"type": "command", "command": command}], **more}
        self.write(
            "plugin/hooks/hooks.json", json.dumps({"description": "d", "hooks": {event: [entry]}}, indent=1)
        )

    def servers(self, servers):
        self.write("plugin/.mcp.json", json.dumps({"mcpServers": servers}, indent=1))

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.fixture
def build(plugin_tool, house):
    return lambda: plugin_tool.assembling.assemble(
        house.root / "plugin", house.root, house.root / "pyproject.toml"
    )
