"""``codex exec`` as a driver. It works through its shell, which the sandbox confines.

The options are those of ``codex exec --help``; the events are those of ``--json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from codeflash_core.agents.kinds import PROXIES, Errand, Kind, Told, words_refused

SERVER = "codeflash"
HOME = ".codex"


class Codex:
    """Asks Codex."""

    kind = Kind(
        name="codex",
        program="codex",
        override="CODEFLASH_CODEX",
        install="npm install -g @openai/codex",
        keys=("CODEX_API_KEY", "OPENAI_API_KEY"),
        sign_in="make a key on the platform page of OpenAI",
        passed=("OPENAI_BASE_URL", "SSL_CERT_FILE", *PROXIES),
        files=("SSL_CERT_FILE",),
        public=("NO_PROXY", "no_proxy"),
        address="OPENAI_BASE_URL",
        vendor="OpenAI",
    )

    def words(self, errand: Errand) -> list[str]:
        """The command."""
        return [
            *errand.program,
            "exec",
            "--json",
            "--skip-git-repo-check",
            "--ephemeral",
            # Its own sandbox can't be set up inside another one; where there is no other, it is what confines the shell.
            *(
                ("--dangerously-bypass-approvals-and-sandbox",)
                if errand.confined
                else ("--sandbox", "workspace-write")
            ),
            *(("--model", errand.model) if errand.model else ()),
            "-",
        ]

    def files(self, errand: Errand) -> Mapping[str, str]:
        """Its configuration: where the model is, and the MCP server."""
        lines: list[str] = []
        address = errand.environment.get(self.kind.address)
        if address:
            key = next(name for name in self.kind.keys if name in errand.environment)
            lines += ['model_provider = "codeflash"']
            lines += _table(
                "model_providers.codeflash",
                name="codeflash",
                base_url=address,
                wire_api="responses",
                env_key=key,
            )
        # Commands of its shell are not given the key.
        lines += _table("shell_environment_policy", inherit="core", ignore_default_excludes=False)
        if errand.judge:
            lines += _table(
                f"mcp_servers.{SERVER}",
                command=errand.judge[0],
                args=list(errand.judge[1:]),
                required=True,
                startup_timeout_sec=60,
                tool_timeout_sec=round(errand.seconds),
                default_tools_approval_mode="approve",
            )
        return {f"{HOME}/config.toml": "\n".join(lines) + "\n"}

    def variables(self, errand: Errand) -> Mapping[str, str]:
        """Its environment; a key under either name serves."""
        keys = {name: value for name, value in errand.environment.items() if name in self.kind.keys}
        one = next(iter(keys.values()), "")
        return {
            **dict.fromkeys(self.kind.keys, one),
            **errand.environment,
            "CODEX_HOME": f"{errand.home}/{HOME}",
        }

    def read(self, output: bytes) -> Told:
        """What it said.

        Raises:
            ValueError: There are no events.
        """
        events = [event for event in map(_event, output.splitlines()) if event]
        if not events:
            raise ValueError("no events")
        message, failure, tokens = "", "", None
        for event in events:
            kind, item = event.get("type"), event.get("item")
            if kind == "item.completed" and isinstance(item, dict) and item.get("type") == "agent_message":
                message = str(item.get("text") or "")
            elif kind in ("turn.failed", "error"):
                failure = _reason(event)
            elif kind == "turn.completed":
                failure = ""
                tokens = _tokens(event.get("usage"), tokens)
        ended = any(event.get("type") == "turn.completed" for event in events)
        failure = failure or ("" if ended else "it ended before its turn was over")
        return Told(message, None, 1, tokens, failure, refused=bool(failure) and words_refused(failure))


def _table(title: str, /, **values: object) -> list[str]:
    # What JSON writes of texts, numbers, truth values and lists of them, TOML reads as the same.
    return [
        "",
        f"[{title}]",
        *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()),
    ]


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("type"), str) else None


def _reason(event: Mapping[str, Any]) -> str:
    error = event.get("error")
    told = error.get("message") if isinstance(error, dict) else event.get("message")
    return str(told or "it gave no reason")


def _tokens(usage: object, before: int | None) -> int | None:
    if not isinstance(usage, dict):
        return before
    # Cached ones are part of those read, reasoning is part of what is written.
    counts = [usage[name] for name in ("input_tokens", "output_tokens") if isinstance(usage.get(name), int)]
    return (before or 0) + sum(counts) if counts else before
