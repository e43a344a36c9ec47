"""The draft of a stack: each change with its own figures, and what they gain together, measured again."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from codeflash_core.cases.reproducing import script
from codeflash_core.cases.study import ratio_of
from codeflash_core.errors import UsageError
from codeflash_core.git.repository import Repository
from codeflash_core.pulls.choosing import STACK
from codeflash_core.pulls.drafts import Draft
from codeflash_core.pulls.opening import Asked, reproducer_for
from codeflash_core.pulls.remotes import Ends
from codeflash_core.pulls.stacking import Part, Stack, measuring
from codeflash_core.pulls.writing import evidence_table, marked, method, refuse_unfounded
from codeflash_core.records.pulls_tsv import PullKind, PullRow
from codeflash_core.reports import figures
from codeflash_core.reports.text import markdown_block, table_cell, table_row


def stack_draft(
    repository: Repository, ends: Ends, stack: Stack, asked: Asked, pulls: Sequence[PullRow], case: str
) -> Draft:
    """The draft pull request of a stack.

    Args:
        repository: The checkout.
        ends: Upstream and fork.
        stack: The stack.
        asked: What is wanted.
        pulls: The pull requests that the case knows.
        case: ``ORG/PROJECT``.

    Raises:
        UsageError: It was not measured as it is now: factors of single changes are not multiplied. Or a text quotes
            a figure that no row has.
    """
    if stack.together is None:
        raise UsageError(
            f"no row measures {STACK} as it is now, {stack.commit[:10]} against {stack.base[:10]}; "
            "what changes gain together is measured, not computed",
            "\n".join(measuring(stack, case)),
        )
    for part in stack.parts:
        for row in part.recording.rows:
            refuse_unfounded(f"the description of row {row.iteration}", row.description, part.recording.rows)
    # Of what they gain together, only the measurement of all together tells.
    refuse_unfounded("the title", asked.title, stack.together.rows)
    told = script(reproducer_for(repository, stack.together, ends.fork, program=asked.program))
    return Draft(
        kind=PullKind.STACK,
        ends=ends,
        target=ends.fork if asked.into_fork else ends.upstream,
        branch=STACK,
        commit=stack.commit,
        compared=stack.base,
        base=asked.base,
        title=asked.title or f"{figures.count(len(stack.parts), 'performance change')} together",
        body=stack_body(stack, pulls, told),
        titled=bool(asked.title),
        number=stack.together.number,
        change=(),
        draft=True,
    )


def stack_body(stack: Stack, pulls: Sequence[PullRow], reproduce: str) -> str:
    """The text.

    Args:
        stack: The stack, measured.
        pulls: The pull requests that the case knows.
        reproduce: The script that repeats the measurement of all together.
    """
    together = stack.together
    assert together is not None
    parts = [
        "Each of these changes stands on a branch of its own. This draft holds all of them, so that what they gain "
        "together can be measured; it is not meant to be merged.",
        "### The changes, each measured alone",
        _table(stack.parts, pulls),
        "### All together, measured again",
        evidence_table(together.rows),
        *method(together.rows, stack.base, stack.commit),
        "The figures of this table were measured on this branch; they are not computed from those of the single changes.",
        "### Reproduce",
        markdown_block("$ sh reproduce.sh", "console"),
        f"<details>\n<summary>reproduce.sh</summary>\n\n{markdown_block(reproduce, 'sh')}\n\n</details>",
    ]
    return marked("\n\n".join(parts))


def _table(parts: Sequence[Part], pulls: Sequence[PullRow]) -> str:
    opened = {each.branch: each for each in pulls if each.kind is PullKind.CHANGE}
    lines = [
        "| change | branch | measured | before / after | row | pull request |",
        "|---|---|---|---:|---:|---|",
    ]
    for part in parts:
        pull = opened.get(part.branch.name)
        where = (
            f"[{table_cell(pull.repository)} {pull.number}]({quote(pull.url, safe=':/?#&=%')})"
            if pull
            else "not opened"
        )
        for row in part.recording.rows:
            names = table_cell(part.branch.name, code=True), table_cell(row.target, code=True)
            lines.append(
                table_row(table_cell(row.description), *names, ratio_of(row), str(row.iteration), where)
            )
    return "\n".join(lines)
