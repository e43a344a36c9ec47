"""Benchmarks of the two comparisons: what counts as kept, and that a run goes on where it was interrupted."""

import json

import pytest


@pytest.fixture
def decided(tool):
    return tool("benchmarks/decided.py")


@pytest.fixture
def versions(tool, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return tool("benchmarks/versions.py")


@pytest.fixture
def commands(tool, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return tool("benchmarks/commands.py")


def decisions(*outcomes):
    return [
        {"number": n, "load": 3.0, "seconds": 13.0, "inside_seconds": 10.0, "rows": [{"outcome": outcome}]}
        for n, outcome in enumerate(outcomes)
    ]


def pairs(*outcomes):
    return [
        {
            "number": n,
            "load": 3.0,
            "compare": {"outcome": each, "seconds": 5.0},
            "hyperfine": {"outcome": "faster", "seconds": 5.0},
        }
        for n, each in enumerate(outcomes)
    ]


def test_only_what_is_missing_is_decided(decided, tmp_path):
    path = tmp_path / "new" / "decisions.jsonl"
    assert decided.missing(path, 3) == [0, 1, 2]
    decided.add(path, {"number": 1})
    with path.open("a") as file:
        file.write('{"number": 2, "cut o')
    assert decided.missing(path, 3) == [0, 2]
    assert decided.stored(path) == [{"number": 1}]


@pytest.mark.parametrize(
    ("kind", "outcomes", "passed"),
    [
        ("same", ["no-difference"] * 15 + ["inconclusive"] * 5, True),
        ("same", ["no-difference"] * 14 + ["inconclusive"] * 6, False),
        ("same", ["no-difference"] * 19 + ["faster"], False),
        ("same", ["no-difference"] * 19 + ["slower"], False),
        ("gain", ["faster"] * 18 + ["inconclusive"] * 2, True),
        ("gain", ["faster"] * 17 + ["inconclusive"] * 3, False),
        ("gain", ["faster"] * 19 + ["slower"], False),
        ("same", [], False),
    ],
)
def test_what_versions_must_say(versions, kind, outcomes, passed):
    assert versions.summary(kind, decisions(*outcomes))["passed"] is passed


@pytest.mark.parametrize(("seconds", "passed"), [(12.9, True), (13.1, False)])
def test_what_many_benchmarks_may_cost(versions, seconds, passed):
    (row,) = decisions("no-difference")
    assert versions.summary("cost", [row | {"seconds": seconds}])["passed"] is passed


@pytest.mark.parametrize(
    ("kind", "outcomes", "passed"),
    [
        ("same", ["inconclusive"] * 59 + ["faster"], True),
        ("same", ["inconclusive"] * 58 + ["faster", "slower"], False),
        ("gain", ["faster"] * 57 + ["inconclusive"] * 3, True),
        ("gain", ["faster"] * 56 + ["inconclusive"] * 4, False),
    ],
)
def test_what_commands_must_say(commands, kind, outcomes, passed):
    figures = commands.summary(kind, pairs(*outcomes))
    assert figures["passed"] is passed
    assert figures["hyperfine"]["faster"] == 60


def test_both_versions_of_a_decision_are_commits(versions, tmp_path):
    texts, _ = versions.trees("gain", tmp_path)
    root = versions.repository(tmp_path / "repository", texts)
    versions.git(root, "checkout", "-q", "HEAD~1")
    assert "range(21)" in (root / "work.py").read_text()
    versions.git(root, "checkout", "-q", "main")
    assert "range(20)" in (root / "work.py").read_text()


def test_a_comparison_s_row_stands_beside_hyperfine_s_on_the_page(tool, commands, versions):
    rows = [commands.summary("same", pairs("inconclusive")), versions.summary("cost", decisions("faster"))]
    machine = {"cores": "2", "load": "3", "processor": "X", "system": "Linux 6"}
    result = {
        "figures": json.loads(json.dumps(rows)),
        "machine": machine,
        "python": "3.11",
        "date": "2026-01-01",
    }
    text = tool("benchmarks/page.py").page({"commands": result})
    assert (
        "| compare --command: identical commands, 1 decisions | codeflash | 0 | 0 | 0 | 1 | 5 | 3.0 | yes |"
        in text
    )
    assert "| the same | hyperfine | 1 | 0 | 0 | 0 | 5 | 3.0 |  |" in text
    assert "1.3 of at most 1.3 times the time inside benchmarks: yes" in text
