"""The words that Claude Code and the engine know. From Claude Code 2.1.330; update them with the pinned package."""

from __future__ import annotations

HOOK_EVENTS = frozenset(
    [
        "PreToolUse",
        "PostToolUse",
        "PostToolUseFailure",
        "PostToolBatch",
        "Notification",
        "UserPromptSubmit",
        "UserPromptExpansion",
        "SessionStart",
        "SessionEnd",
        "Stop",
        "StopFailure",
        "SubagentStart",
        "SubagentStop",
        "PreCompact",
        "PostCompact",
        "PreModelSwitch",
        "PostModelSwitch",
        "PermissionRequest",
        "PermissionDenied",
        "Setup",
        "TeammateIdle",
        "TaskCreated",
        "TaskCompleted",
        "Elicitation",
        "ElicitationResult",
        "ConfigChange",
        "WorktreeCreate",
        "WorktreeRemove",
        "InstructionsLoaded",
        "CwdChanged",
        "FileChanged",
        "DirectoryAdded",
        "MessageDisplay",
    ]
)
HOOK_TYPES = frozenset({"command", "prompt", "agent", "http", "mcp_tool"})

TOOLS = frozenset(
    [
        "Agent",
        "AskUserQuestion",
        "Bash",
        "BashOutput",
        "Edit",
        "EnterWorktree",
        "ExitWorktree",
        "Glob",
        "Grep",
        "KillShell",
        "LSP",
        "ListMcpResourcesTool",
        "Monitor",
        "MultiEdit",
        "NotebookEdit",
        "Read",
        "ReadMcpResourceTool",
        "SendMessage",
        "Skill",
        "Task",
        "TaskCreate",
        "TaskGet",
        "TaskList",
        "TaskOutput",
        "TaskStop",
        "TaskUpdate",
        "TodoWrite",
        "ToolSearch",
        "WebFetch",
        "WebSearch",
        "Write",
    ]
)
ENGINE_TOOLS = frozenset(
    [
        "discover",
        "rank",
        "evaluate_candidate",
        "optimize",
        "compare",
        "explain_run",
        "rules_for",
        "session_start",
        "session_profile",
        "session_baseline",
        "session_experiment",
        "session_evaluate",
        "session_keep",
        "session_discard",
        "session_status",
        "session_log",
        "session_learn",
        "session_finish",
        "session_handoff",
    ]
)

AGENT_KEYS = frozenset(
    [
        "name",
        "description",
        "model",
        "color",
        "tools",
        "disallowedTools",
        "skills",
        "memory",
        "background",
        "isolation",
        "maxTurns",
        "effort",
    ]
)
"""``hooks``, ``mcpServers`` and ``permissionMode`` are not among them: Claude Code ignores them in a plugin's agents."""

SKILL_KEYS = frozenset(
    [
        "name",
        "description",
        "model",
        "effort",
        "allowed-tools",
        "argument-hint",
        "arguments",
        "disable-model-invocation",
        "user-invocable",
        "context",
        "agent",
        "paths",
        "when_to_use",
        "version",
        "license",
        "metadata",
        "hooks",
        "shell",
    ]
)
