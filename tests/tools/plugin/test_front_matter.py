import pytest

WHOLE = """\
---
name: a-name
# a remark
description: >-
  two lines
  in one
tools:
  - Read
  - "Bash(git *)"
skills: [one, two]
maxTurns: 3
background: true
quoted: 'it''s: so'
---
text
"""


def test_every_kind_of_value_is_read(plugin_tool):
    told = {key: entry.value for key, entry in plugin_tool.front_matter.read(WHOLE).items()}
    assert told == {
        "name": "a-name",
        "description": "two lines in one",
        "tools": ["Read", "Bash(git *)"],
        "skills": ["one", "two"],
        "maxTurns": 3,
        "background": True,
        "quoted": "it's: so",
    }


def test_it_reads_what_a_yaml_parser_reads(plugin_tool):
    yaml = pytest.importorskip("yaml")
    told = {key: entry.value for key, entry in plugin_tool.front_matter.read(WHOLE).items()}
    assert yaml.safe_load(WHOLE.split("---\n")[1]) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---\n- a\n---\n",
        "---\na: b: c\n---\n",
        "---\na: &x\n---\n",
        '---\na: "b\n---\n',
        "---\na: 1\na: 2\n---\n",
        "---\na: b\n  c\n---\n",
    ],
    ids=["empty", "list", "two colons", "anchor", "open quote", "twice", "continued"],
)
def test_what_parsers_read_differently_is_refused(text, plugin_tool):
    with pytest.raises(plugin_tool.front_matter.Unreadable):
        plugin_tool.front_matter.read(text)
