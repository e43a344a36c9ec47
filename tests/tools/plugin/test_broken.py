"""Every kind of broken plugin is refused with its place and a remedy."""

import pytest

GO = "plugin/languages/go"


def replaced(path, old, new):
    def plant(house):
        text = house.text(path)
        assert old in text
        house.write(path, text.replace(old, new))

    return plant


def written(path, content, mode=0o644):
    return lambda house: house.write(path, content, mode)


def removed(path):
    return lambda house: (house.root / path).unlink()


def symlinked(house):
    (house.root / "plugin/references/link.md").symlink_to("one.md")


def emptied(house):
    for path in ("agents/second.md", "references/go.md"):
        (house.root / GO / path).unlink()


def unrunnable_hook(house):
    house.hooks("Stop", "${CLAUDE_PLUGIN_ROOT}/hooks/stop.py")


AGENT = "plugin/agents/first.md"
KINDS = {
    "dangling reference": (
        replaced(AGENT, "one.md", "none.md"),
        f"{AGENT}:7: dangling reference to references/none.md",
    ),
    "reference to another overlay": (
        replaced(AGENT, "/references/one.md", "/languages/rust/references/x.md"),
        f"{AGENT}:7: dangling reference",
    ),
    "reference out of the plugin": (
        replaced(AGENT, "references/one.md", "../secret.md"),
        f"{AGENT}:7: ../secret.md is outside",
    ),
    "unbraced root": (
        replaced(AGENT, "${CLAUDE_PLUGIN_ROOT}", "$CLAUDE_PLUGIN_ROOT"),
        f"{AGENT}:7: $CLAUDE_PLUGIN_ROOT without braces",
    ),
    "dangling link": (
        replaced("plugin/references/one.md", "deep/two.md", "deep/three.md"),
        "one.md:3: dangling link",
    ),
    "link out of the plugin": (
        replaced("plugin/references/one.md", "deep/two.md", "../../x.md"),
        "one.md:3: the link ../../x.md leads out",
    ),
    "symbolic link": (symlinked, "plugin/references/link.md:1: a symbolic link"),
    "name clash": (
        written(f"{GO}/references/one.md", "x"),
        f"{GO}/references/one.md:1: clashes with plugin/references/one.md",
    ),
    "two agents of one name": (
        written(f"{GO}/agents/deep/first.md", "---\nname: first\ndescription: d\n---\nx"),
        "is called 'first' too",
    ),
    "two skills of one name": (
        written(f"{GO}/skills/more/do/SKILL.md", "---\nname: do\ndescription: d\n---\nx"),
        "is called 'do' too",
    ),
    "skill folder without a skill": (
        written("plugin/skills/empty/notes.md", "x"),
        "skills/empty has no SKILL.md",
    ),
    "unknown hook event": (
        lambda house: house.hooks("BeforeLunch", "true"),
        "plugin/hooks/hooks.json:4: unknown hook event 'BeforeLunch'",
    ),
    "hook script missing": (
        removed("plugin/hooks/stop.py"),
        "plugin/hooks/hooks.json:9: the hook script hooks/stop.py is missing",
    ),
    "hook script not executable": (unrunnable_hook, "hooks/stop.py is run but not executable"),
    "hook matcher": (lambda house: house.hooks("Stop", "true", matcher="("), "is no regular expression"),
    "hook without a command": (lambda house: house.hooks("Stop", " "), "has no command"),
    "hooks file without hooks": (written("plugin/hooks/hooks.json", "{}"), "hooks.json:1: no 'hooks'"),
    "no front matter": (written(AGENT, "hello\n"), f"{AGENT}:1: no front matter"),
    "endless front matter": (written(AGENT, "---\nname: first\n"), f"{AGENT}:1: front matter without an end"),
    "front matter is no YAML": (
        replaced(AGENT, "Does one thing.", "Does: one thing."),
        f"{AGENT}:3: YAML reads this otherwise",
    ),
    "no name": (replaced(AGENT, "name: first\n", ""), f"{AGENT}:1: no name"),
    "no description": (replaced(AGENT, "description: Does one thing.\n", ""), f"{AGENT}:1: no description"),
    "unknown key": (replaced(AGENT, "tools:", "tool:"), f"{AGENT}:4: unknown key 'tool'"),
    "agent named otherwise": (
        replaced(AGENT, "name: first", "name: other"),
        f"{AGENT}:2: the name 'other' is not that of its place",
    ),
    "skill named otherwise": (
        replaced("plugin/skills/do/SKILL.md", "name: do", "name: it"),
        "SKILL.md:2: the name 'it'",
    ),
    "agent without a prompt": (
        written(AGENT, "---\nname: first\ndescription: d\n---\n"),
        f"{AGENT}:1: the agent says nothing",
    ),
    "unknown tool": (replaced(AGENT, "Read,", "Raed,"), f"{AGENT}:4: unknown tool 'Raed'"),
    "unknown tool of the engine": (replaced(AGENT, "__rank", "__rnak"), f"{AGENT}:4: unknown tool"),
    "servers are no JSON": (written("plugin/.mcp.json", "{\n,}"), "plugin/.mcp.json:2: invalid JSON"),
    "servers without servers": (written("plugin/.mcp.json", "{}"), "plugin/.mcp.json:1: no 'mcpServers'"),
    "server without a command": (
        lambda house: house.servers({"codeflash": {}}),
        "plugin/.mcp.json:3: the server 'codeflash' has no 'command'",
    ),
    "server not executable": (
        written("plugin/bin/serve", "#!/bin/sh\n"),
        "bin/serve is run but not executable",
    ),
    "server of both layers": (
        written(f"{GO}/.mcp.json", '{"mcpServers": {"codeflash": {"command": "x"}}}'),
        "is the base's",
    ),
    "manifest is no JSON": (
        written(f"{GO}/.claude-plugin/plugin.json", "{"),
        f"{GO}/.claude-plugin/plugin.json:1: invalid JSON",
    ),
    "manifest is no object": (written(f"{GO}/.claude-plugin/plugin.json", "[]"), "not a JSON object"),
    "manifest says its own version": (
        written(f"{GO}/.claude-plugin/plugin.json", '{"version": "9.9.9"}'),
        "says 'version' itself",
    ),
    "manifest with an unknown key": (
        written(f"{GO}/.claude-plugin/plugin.json", '{"descripton": ""}'),
        "unknown key 'descripton'",
    ),
    "manifest without a licence": (
        replaced("plugin/.claude-plugin/plugin.json", '"license"', '"homepage"'),
        "plugin.json:1: no 'license'",
    ),
    "overlay without a manifest": (
        removed(f"{GO}/.claude-plugin/plugin.json"),
        f"{GO}/.claude-plugin/plugin.json:1: is missing",
    ),
    "empty overlay": (emptied, f"{GO}:1: an empty overlay"),
    "no version": (written("pyproject.toml", "[project]\n"), "pyproject.toml:1: the version '' is none"),
    "machine path": (
        written("plugin/references/one.md", "see `/" + "home/someone/x`\n"),
        "one.md:1: a path of one machine",
    ),
    "home path": (
        written("plugin/references/one.md", "\nsee ~" + "/x\n"),
        "one.md:2: a path of one person's home",
    ),
    "invalid JSON": (
        written("plugin/references/x.json", "{\n\n"),
        "plugin/references/x.json:3: invalid JSON",
    ),
    "not UTF-8": (written("plugin/references/one.md", b"a\n\xff\n"), "plugin/references/one.md:2: not UTF-8"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused(kind, build, house, plugin_tool):
    plant, told = KINDS[kind]
    build()
    plant(house)
    with pytest.raises(plugin_tool.problem.Broken) as broken:
        build()
    assert told in str(broken.value)


def test_all_problems_are_told_at_once(build, house, plugin_tool):
    for kind in ("unknown hook event", "no version", "unknown tool"):
        KINDS[kind][0](house)
    with pytest.raises(plugin_tool.problem.Broken) as broken:
        build()
    assert len(broken.value.problems) >= 3
