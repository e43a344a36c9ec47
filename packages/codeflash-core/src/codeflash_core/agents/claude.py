"""``claude -p`` (Claude Code) as a driver. It reads and edits; it has no shell, the engine judges for it.

The options and the result document are those of ``claude --help`` and of ``--output-format json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from codeflash_core.agents.kinds import PROXIES, Errand, Kind, Told, words_refused
from codeflash_core.model.spending import known_price

SERVER = "codeflash"
TOOLS = ("Read", "Edit", "Write", "Glob", "Grep")
CONFIG = "mcp.json"


class Claude:
    """Asks Claude Code."""

    kind = Kind(
        name="claude",
        program="claude",
        override="CODEFLASH_CLAUDE",
        install="npm install -g @anthropic-ai/claude-code",
        keys=(
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "AWS_BEARER_TOKEN_BEDROCK",
            "AWS_ACCESS_KEY_ID",
        ),
        sign_in="make a key in the Anthropic console, or run `claude setup-token`",
        passed=(
            "ANTHROPIC_BASE_URL",
            "ANTHROPIC_MODEL",
            "ANTHROPIC_CUSTOM_HEADERS",
            "CLAUDE_CODE_USE_BEDROCK",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_REGION",
            "NODE_EXTRA_CA_CERTS",
            *PROXIES,
        ),
        files=("NODE_EXTRA_CA_CERTS",),
        public=("ANTHROPIC_MODEL", "CLAUDE_CODE_USE_BEDROCK", "AWS_REGION", "NO_PROXY", "no_proxy"),
        address="ANTHROPIC_BASE_URL",
        vendor="Anthropic",
    )

    def words(self, errand: Errand) -> list[str]:
        """The command."""
        allowed = [*TOOLS, f"mcp__{SERVER}"] if errand.judge else TOOLS
        return [
            *errand.program,
            "-p",
            *("--output-format", "json"),
            # No shell, no network tools, no settings or hooks of the project, files below the working folder only.
            "--restricted",
            *("--tools", ",".join(TOOLS)),
            *("--allowedTools", ",".join(allowed)),
            *("--permission-mode", "acceptEdits"),
            *("--mcp-config", f"{errand.home}/{CONFIG}"),
            "--strict-mcp-config",
            "--no-session-persistence",
            *(("--model", errand.model) if errand.model else ()),
        ]

    def files(self, errand: Errand) -> Mapping[str, str]:
        """The list of MCP servers: ours, or none."""
        servers = {}
        if errand.judge:
            servers[SERVER] = {"type": "stdio", "command": errand.judge[0], "args": list(errand.judge[1:])}
        return {CONFIG: json.dumps({"mcpServers": servers})}

    def variables(self, errand: Errand) -> Mapping[str, str]:
        """Its environment: what is passed, and no traffic but that with its model."""
        longest = str(round(errand.seconds * 1000))
        return {
            **errand.environment,
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            # The engine's tools are few: offered at once, and a judgement that takes minutes is waited for.
            "ENABLE_TOOL_SEARCH": "false",
            "CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS": "0",
            # By itself it tries a refused key again for minutes.
            "CLAUDE_CODE_MAX_RETRIES": "4",
            "MCP_TIMEOUT": "60000",
            "MCP_TOOL_TIMEOUT": longest,
        }

    def read(self, output: bytes) -> Told:
        """What it said.

        Raises:
            ValueError: It is no result document.
        """
        document = json.loads(output)
        if not isinstance(document, dict) or document.get("type") != "result":
            raise ValueError("no result document")
        message = document.get("result")
        message = message if isinstance(message, str) else ""
        money, turns = document.get("total_cost_usd"), document.get("num_turns")
        failure = ""
        if document.get("is_error") or document.get("subtype") != "success":
            failure = message or str(document.get("subtype") or "it gave no reason")
        return Told(
            message=message,
            money=known_price(money)
            if isinstance(money, int | float) and not isinstance(money, bool)
            else None,
            calls=max(1, turns) if isinstance(turns, int) else 1,
            tokens=_tokens(document.get("usage")),
            failure=failure,
            refused=bool(failure) and words_refused(failure),
        )


def _tokens(usage: object) -> int | None:
    if not isinstance(usage, dict):
        return None
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    counts = [usage[name] for name in names if isinstance(usage.get(name), int)]
    return sum(counts) if counts else None
