"""What holds for every Markdown page."""

import re

LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)|!\[[^\]]*\]\((?P<image>[^)\s]+)\)")


def test_links_lead_somewhere(page, root):
    file = root / page
    dead = []
    for found in LINK.finditer(re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)):
        target = (found["target"] or found["image"]).partition("#")[0]
        if target and "://" not in target and not (file.parent / target).exists():
            dead.append(target)
    assert not dead


def test_shell_blocks_are_those_that_are_run(page, root):
    languages = re.findall(r"^```(\w+)$", (root / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert not {"bash", "sh", "shell", "zsh"} & set(languages), "use ```console with $ before each command"


def test_decisions_have_their_three_parts(root):
    pages = sorted((root / "docs/decisions").glob("0*.md"))
    assert pages
    for page in pages:
        headings = re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page.name
