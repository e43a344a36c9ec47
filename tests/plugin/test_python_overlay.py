"""What the Python overlay's texts say of each other: techniques that agents name, pages that are linked."""

import re
from pathlib import Path

import pytest
from snippets.techniques import read

OVERLAY = Path(__file__).resolve().parents[2] / "plugin/languages/python"
PROMPTS = [*sorted(OVERLAY.glob("agents/*.md")), *sorted(OVERLAY.glob("skills/*/SKILL.md"))]
LINK = re.compile(r"\$\{CLAUDE_PLUGIN_ROOT\}/languages/python/(\S+\.md)")


def named(text):
    """The techniques that a table names, and the page its heading names them from."""
    found = re.search(r"^\| .* \| try \(`\S+/techniques/(?P<page>\w+)\.md`\) \|$", text, re.MULTILINE)
    assert found, "the table says from which page"
    for line in text[found.end() :].split("\n\n", 1)[0].splitlines():
        row = re.fullmatch(r"\| .+ \| (.+) \|", line)
        for part in re.sub(r" \(.*?\)", "", row[1]).split("; ") if row else ():
            # Advice that is no technique begins with a small letter.
            if part[:1].isupper():
                yield found["page"], part


@pytest.mark.parametrize("agent", sorted(OVERLAY.glob("agents/*.md")), ids=lambda path: path.stem)
def test_every_technique_that_an_agent_names_is_on_its_page(agent):
    listed = list(named(agent.read_text(encoding="utf-8")))
    assert len(listed) >= 7
    for page, part in listed:
        titles = [each.title for each in read(OVERLAY / f"references/techniques/{page}.md")]
        assert any(title.startswith(part) for title in titles), f"{part!r} is no technique of {page}.md"


@pytest.mark.parametrize("page", [*PROMPTS, OVERLAY / "references/profiling.md"], ids=lambda path: path.name)
def test_what_a_prompt_links_is_there(page):
    missing = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (OVERLAY / link).is_file()
    ]
    assert not missing


@pytest.mark.parametrize(("domain", "least"), [("cpu", 12), ("memory", 8), ("async", 8), ("structure", 8)])
def test_every_domain_has_an_agent_and_techniques_whose_effect_is_counted(domain, least):
    assert (OVERLAY / f"agents/codeflash-{domain}.md").is_file()
    techniques = read(OVERLAY / f"references/techniques/{domain}.md")
    counting = [each for each in techniques if "counted(" in each.check.text]
    assert len(counting) >= least
