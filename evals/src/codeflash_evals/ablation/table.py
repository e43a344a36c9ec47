"""The figures as Markdown."""

from __future__ import annotations

from codeflash_core.reports.text import table_cell, table_row
from codeflash_evals.ablation.cases import CONFIGURATIONS, MEANING, Kind
from codeflash_evals.ablation.figures import Row, accepted_of, row
from codeflash_evals.ablation.lines import Results


def markdown(results: Results) -> str:
    """The table by configuration, the one by kind, and where they were measured."""
    judged = results.judged
    names = [each.name for each in CONFIGURATIONS if any(one.configuration == each.name for one in judged)]
    head = ("configuration", "wrong accepted", "false “faster”", "right ones lost", "cases")
    lines = [
        "Per 100 cases, with the exact 95 % interval:",
        "",
        table_row(*head),
        "|---|---|---|---|--:|",
        *(_line(row(name, judged)) for name in names),
        "",
        "Accepted of each kind:",
        "",
        table_row("kind", "what it is", *names),
        "|---|---|" + "--:|" * len(names),
    ]
    for kind in Kind:
        shares = [accepted_of(kind, name, judged) for name in names]
        if any(share.of for share in shares):
            cells = [f"{share.found} of {share.of}" for share in shares]
            lines.append(table_row(kind.value, table_cell(MEANING[kind]), *cells))
    facts = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    return "\n".join([*lines, "", f"Measured on {table_cell(facts)}.", ""])


def _line(figures: Row) -> str:
    shares = (figures.wrong, figures.false, figures.lost)
    return table_row(figures.configuration, *map(str, shares), str(figures.cases))
