"""The one comment of a pull request: a section for each thing that was asked, each written anew in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from codeflash_core.github.comments import MOST_TEXT
from codeflash_core.versions.pages import render_markdown
from codeflash_core.versions.values import VersionsComparison
from codeflash_github_app.findings import Finding
from codeflash_github_app.posts import numbers

HEAD = "## codeflash"
_BEGIN, _END = "<!-- codeflash begin {} -->", "<!-- codeflash end {} -->"
_SECTION = re.compile(r"<!-- codeflash begin ([\w:.-]+) -->\n(.*?)\n<!-- codeflash end \1 -->", re.DOTALL)


def marker(key: str) -> str:
    """The sign, which no reader sees, by which what was posted is found again.

    Args:
        key: The key that it was posted under.
    """
    return f"<!-- codeflash {key} -->"


def merged(body: str, key: str, section: str, text: str) -> str:
    """A comment with one section written anew; the others stay, the oldest go first where there is no room.

    Args:
        body: The comment as it is; empty when there is none.
        key: The key that it is posted under.
        section: Which section.
        text: What it says now, Markdown; nothing takes it away.
    """
    sections = dict(_SECTION.findall(body))
    sections.pop(section, None)
    if text:
        room = MOST_TEXT - len(_whole(key, {section: ""}))
        sections[section] = text.replace("<!-- codeflash", "<\\!-- codeflash")[:room]
    while len(_whole(key, sections)) > MOST_TEXT and len(sections) > 1:
        del sections[next(iter(sections))]
    return _whole(key, sections)


def _whole(key: str, sections: Mapping[str, str]) -> str:
    parts = [f"{_BEGIN.format(name)}\n{told}\n{_END.format(name)}" for name, told in sections.items()]
    return "\n\n".join([marker(key), HEAD, *parts])


def of_findings(
    worth: Sequence[Finding],
    delivered: Sequence[str],
    patches: Sequence[Finding],
    *,
    commit: str,
    budget: float,
    check: str,
) -> str:
    """What was found in a pull request.

    Args:
        worth: Those that are worth telling of.
        delivered: What came of each: a suggestion, a pull request; Markdown.
        patches: Those whose patch is shown here.
        commit: The commit that was looked at.
        budget: Seconds for one function.
        check: Address of the check run.
    """
    where = f"At {commit[:10]}"
    if not worth:
        return f"{where}: nothing faster was proven. [All figures]({check})"
    parts = [f"{where}:", numbers.table(worth)]
    parts += [f"- {each}" for each in delivered]
    for each in patches:
        parts += [numbers.claim(each), numbers.evidence(each), numbers.patch(each)]
        parts.append(numbers.repeat(each, commit, budget))
    parts.append(f"[All figures, the evidence, and how to repeat them]({check})")
    return "\n\n".join(parts)


def of_comparison(found: VersionsComparison, check: str) -> str:
    """What became of the repository's own benchmarks.

    Args:
        found: The comparison.
        check: Address of the check run.
    """
    return f"{render_markdown(found)}\n[The check run]({check})"


def refusal(key: str) -> str:
    """Said once to somebody who may not give orders.

    Args:
        key: The key that it is posted under.
    """
    return (
        f"{marker(key)}\nThanks for asking. Only people who may write to this repository can give orders to codeflash, "
        "since an order runs for a while on its machine. One of them can repeat the line."
    )
