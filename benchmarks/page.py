"""The page of benchmark figures, from the stored ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEAD = """# Benchmarks

<!-- Written by `make bench` from benchmarks/results; edit benchmarks/page.py instead. -->

How fast the engine and the service are, and how often its decisions are right. `make bench` measures all of this; the decisions are
resumable. Ratios compare runs that took turns; seconds depend on the machine and on its load, which is given.
"""

Stored = Mapping[str, Mapping[str, Any]]


def page(stored: Stored) -> str:
    """The page as Markdown; what was not measured is said to be missing."""
    parts = [HEAD]
    for title, names, table in (
        ("Decisions", ("same", "gain"), _decisions),
        ("Comparisons", ("versions", "commands"), _comparisons),
        ("Comparisons with disturbed processes, simulated", ("disturbed",), _disturbed),
        ("Time to a decision", ("optimizing",), _optimizing),
        ("Recording", ("recording",), _recording),
        ("In an editor", ("editor",), _editor),
        ("The service", ("service",), _service),
        ("The GitHub app", ("webhook",), _webhook),
        ("Start-up", ("startup",), _startup),
        ("Techniques of the plugin", ("techniques",), _techniques),
    ):
        parts.append(f"## {title}\n")
        for name in names:
            if name not in stored:
                parts.append(f"Not measured yet: `python benchmarks/run.py --only {name}`.\n")
                continue
            parts.append("\n".join(table(stored[name]["figures"])) + "\n")
            parts.append(_where(stored[name]))
    return "\n".join(parts)


def _where(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    cores, load = machine["cores"], machine["load"]
    where = (
        f"{machine['processor']}, {cores} cores, {machine['system'].split()[0]}, Python {result['python']}"
    )
    return f"Measured on {where}; load {load}; {result['date']}.\n"


def _decisions(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = []
    for row in figures:
        what = row["benchmark"].partition(": ")[2]
        if "upper_bound" in row:
            bound = f"{row['upper_bound']:.2%} of decisions with 95 % confidence (exact upper bound)"
            lines.append(
                f'**{what.capitalize()}**: {row["faster"]} false "faster" in {row["decisions"]} decisions;'
            )
            lines.append(f"at most {bound}. Wanted: at most 1 in 500.")
        else:
            lines.append(
                f"**{what.capitalize()}**: found in {row['faster']} of {row['decisions']} decisions,"
            )
            lines.append(
                f"{row['share']:.1%}; at least {row['lower_bound']:.1%} with 95 % confidence. Wanted: 95 %."
            )
        lines.append(
            f"Blocks a decision {row['blocks']}, seconds {row['seconds']}, load {row['load']} (medians),"
        )
        lines.append(
            f"least load {row['least_load']}; {row['noisy']} with a noisy A/A control, {row['broken']} broken."
        )
    return lines


def _comparisons(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| what | by | faster | slower | no difference | inconclusive | seconds, median | load | goal kept |",
        "|---|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in figures:
        kept = "yes" if row["passed"] else "**no**"
        if "ratio" in row:
            kept = f"{row['ratio']} of at most {row['limit']} times the time inside benchmarks: {kept}"
        for who in ("compare", "hyperfine") if "hyperfine" in row else ("",):
            told = row[who] if who else row
            counts = " | ".join(
                str(told[outcome]) for outcome in ("faster", "slower", "no-difference", "inconclusive")
            )
            what = f"{row['benchmark']}, {row['decisions']} decisions" if who != "hyperfine" else "the same"
            by = "codeflash" if who != "hyperfine" else who
            goal = kept if who != "hyperfine" else ""
            lines.append(f"| {what} | {by} | {counts} | {told['seconds']:.0f} | {row['load']} | {goal} |")
    return lines


def _disturbed(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        f"{figures[0]['streams']:,} simulated comparisons a row; four processes a block, each slower by 80 % with that probability.",
        "What is wrong is bounded by the plan: 1 %.",
        "",
        "| true gain | probability | disturbed blocks | faster | slower | no difference | inconclusive | goal kept |",
        "|---|---:|---|---:|---:|---:|---:|---|",
    ]
    for row in figures:
        shares = " | ".join(
            f"{row[outcome]:.1%}" for outcome in ("faster", "slower", "no-difference", "inconclusive")
        )
        what = f"{row['benchmark'].removeprefix('a gain of ')} | {row['disturbed']:.0%}"
        counted = "left out" if row["left_out"] else "counted"
        lines.append(f"| {what} | {counted} | {shares} | {'yes' if row['passed'] else '**no**'} |")
    return lines


def _optimizing(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| what | candidates | seconds, median | goal | rounds | decisions | seconds by step |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in figures:
        steps = sorted(row["steps"].items(), key=lambda item: -item[1])
        told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in steps if seconds >= 0.05)
        start = f"| {row['benchmark']} | {row['candidates']} | {row['seconds']:.1f} | {row['limit']:.0f} "
        lines.append(f"{start}| {row['rounds']} | {', '.join(row['decisions'])} | {told} |")
    return lines


def _recording(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = ["| tests with | ratio | goal | seconds more | seconds without |", "|---|---|---|---|---|"]
    for row in figures:
        what = row["benchmark"].partition(": ")[2]
        goal = f"{row['limit']:.0f}, or 1 s more"
        lines.append(f"| {what} | {row['ratio']} | {goal} | {row['more_seconds']} | {row['plain_seconds']} |")
    return lines


def _editor(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = ["| what | functions asked about | ms, median | most | goal |", "|---|---|---:|---:|---:|"]
    for row in figures:
        what = f"{row['lines']:,} lines, {row['benchmark'].partition(': ')[2]}"
        asked = f"{row['asked']} of {row['functions']}"
        lines.append(f"| {what} | {asked} | {row['ms']} | {row['most_ms']} | {row['limit_ms']:.0f} |")
    return lines


def _service(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "Provider `rules`, embedded Postgres, load generator on the same machine. Requests come at a fixed rate; latency",
        "counts from the moment at which each was meant to be sent.",
        "",
        "| what | measured | goal |",
        "|---|---|---|",
    ]
    for row in figures:
        what = row["benchmark"].partition(": ")[2]
        if "more_p50_ms" in row:
            lines += [
                f"| {what}, p{share} | {row[f'more_p{share}_ms']} ms more ({row['bare'][f'p{share}_ms']} without, "
                f"{row['rank'][f'p{share}_ms']} with) | {row[f'limit_p{share}_ms']:.0f} ms |"
                for share in (50, 99)
            ]
        elif "memory_mb" in row:
            slope, low, high = row["memory_mb_a_minute"]
            load = f"{row['minutes']} min at {row['rate']:.0f} a second"
            warm = f" after {row['warm_up_minutes']} min of it" if "warm_up_minutes" in row else ""
            lines += [
                f"| {what}, {load}: answers other than 200 | {row['not_200']} of {row['requests']} | 0 |",
                f"| {what}: growth of resident memory{warm} | {slope} [{low}, {high}] MB a minute, "
                f"{row['memory_mb']} MB at the end | lower end at most {row['limit_mb_a_minute']} |",
            ]
        elif "seconds" in row:
            lines.append(f"| {what} | {row['seconds']} s | {row['limit']:.0f} s |")
        else:
            lines.append(
                f"| {what}, p50 | {row['p50_ms']} ms (p99 {row['p99_ms']}) | {row['limit_p50_ms']:.0f} ms |"
            )
    return lines


def _webhook(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "Embedded Postgres, load generator on the same machine, no worker beside it. A delivery is answered when it is",
        "proven, stored and in the queue; all of a round are sent in the same moment, and count from then.",
        "",
        "| what | deliveries | answers other than 202 | ms, p50 | p99 | most | goal of p99 |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in figures:
        what = row["benchmark"].partition(": ")[2]
        lines.append(
            f"| {what} | {row['requests']} | {row['not_202']} | {row['p50_ms']} | {row['p99_ms']} | {row['most_ms']} "
            f"| {row['limit_p99_ms']:.0f} |"
        )
    return lines


def _startup(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = ["| command | times `python -c pass` | goal | ms |", "|---|---|---|---|"]
    for row in figures:
        if "ratio" in row:
            name = row["benchmark"].partition(": ")[2]
            lines.append(f"| `codeflash --{name}` | {row['ratio']} | {row['limit']:.0f} | {row['ms']} |")
        else:
            lines.append(f"\nHeavy modules that `--help` imports: {', '.join(row['found']) or 'none'}.")
    return lines


def _techniques(figures: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "The blocks that the technique references show, which the tests run. The ratio is the slow version's wall time to the",
        "fast one's for one unit of work, with its 95 % interval over fresh processes: below 1 the technique costs time and saves",
        "what was counted. Counts are of the check, not of the work timed.",
        "",
        "| technique | times as fast | counted, slow to fast |",
        "|---|---|---|",
    ]
    for row in sorted(figures, key=lambda row: row["benchmark"]):
        name = f"{row['language']}, {row['domain']}: {row['title']}"
        told = (
            "; ".join(f"{what} {_count(slow)} to {_count(fast)}" for what, slow, fast in row["counted"])
            or "-"
        )
        if row["failed"]:
            ratio = "**the check failed**"
        elif "ratio" in row:
            ratio = "{:g}x [{:g}, {:g}]".format(*row["ratio"])
        else:
            ratio = "not timed"
        lines.append(f"| {name} | {ratio} | {told} |")
    return lines


def _count(value: float) -> str:
    """A count as people write it; means of counts keep their digits while they are small."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"
