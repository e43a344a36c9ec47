"""The engine with a model: the real service on loopback, and a scripted model behind it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))
from loopback.chat_model import ChatModel, service_with

TARGET = "src/shop/sums.py::squares_below"
TEXT = '''"""Sums."""

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"


def squares_below(n):
    """The sum of the squares of 0, 1, ... up to n, without n."""
    total = 0
    for number in range(n):
        total += number * number
    return total
'''
SLOW = TEXT[TEXT.index("    total") :]
TESTS = """from shop.sums import squares_below


def test_a_few():
    assert squares_below(3) == 5


def test_many():
    assert squares_below(2000) == 2664667000
"""
WRONG = "    return n * (n + 1) * (2 * n + 1) // 6\n"
BY_HEART = "    return {3: 5, 2000: 2664667000}.get(n, 0)\n"
REPAIRED = """    if n <= 0:
        return 0
    last = n - 1
    numbers = list(range(n))
    total = sum(numbers)
    return total * (2 * last + 1) // 3
"""
REFINED = """    last = max(n, 1) - 1
    return last * (last + 1) * (2 * last + 1) // 6
"""
WRITTEN = """```python
import pathlib

from shop import sums


def test_vandal():
    pathlib.Path(sums.__file__).write_text("def squares_below(n):\\n    return 7\\n")
    assert sums.squares_below(41) == -1
```"""


def candidate(body: str, why: str, path: str = "src/shop/sums.py", text: str = "") -> str:
    whole = text or TEXT.replace(SLOW, body)
    return f"<candidate>\n{why}\n```python:{path}\n{whole}```\n</candidate>\n"


def scripted(system: str, question: str) -> str:
    """Wrong at first, then right, then better; all else is of no use."""
    if system.startswith("You repair a change"):
        return candidate(REPAIRED, "Nothing below zero.") if "2 * n + 1" in question else "I can't."
    if system.startswith("You refine a change"):
        return candidate(REFINED, "One expression.") if "list(range(n))" in question else "It is fine."
    if "pytest" in system[:80]:
        return WRITTEN
    if "for number in range(n)" in question and system.startswith("You make"):
        return "".join(
            [
                candidate(SLOW, "The same code."),
                candidate(WRONG, "A closed form."),
                candidate(BY_HEART, "What the tests want."),
                candidate("", "Other tests.", "tests/test_sums.py", "def test_nothing():\n    pass\n"),
            ]
        )
    return "Nothing more comes to my mind."


@frozen
class Modelled:
    """A run with a model, and the same run out of its recording."""

    shop: Any
    model: ChatModel
    before: str
    after: str
    said: Any
    again: Any
    report: str


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory, shop_at: Callable[[Path], Any]) -> Modelled:
    place = tmp_path_factory.mktemp("models")
    shop = shop_at(place)
    shop.change("src/shop/sums.py", lambda _: TEXT)
    shop.change("tests/test_sums.py", lambda _: TESTS)
    before = shop.digest()
    model = ChatModel(scripted)
    page = place / "report.html"
    with (
        tempfile.TemporaryDirectory(prefix="codeflash-") as short,
        service_with(model, Path(short) / "data") as service,
    ):
        words = ("optimize", TARGET, "--source", "service", "--budget", "240s", "--json", "--verbose")
        said = shop.run(*words, "--report", str(page), environment=service.environment)
    again = shop.run(
        "optimize", TARGET, "--source", "recorded:last", "--budget", "240s", "--json", "--verbose"
    )
    return Modelled(
        shop, model, before, shop.digest(), said, again, page.read_text() if page.exists() else ""
    )


def result_of(said: Any) -> Any:
    assert said.code == 0, said.err[-4000:]
    (result,) = said.document["results"]
    return result


def lineage_of(said: Any) -> dict[str, Any]:
    return {each["step"]: each for each in result_of(said)["lineage"] if each["winning"]}


pytestmark = pytest.mark.slow


def test_a_wrong_candidate_is_repaired_refined_and_accepted(modelled: Modelled) -> None:
    result = result_of(modelled.said)
    assert result["decision"] == "accepted", modelled.said.err[-4000:]
    assert REFINED.splitlines()[-1] in result["candidate"]["diff"]
    line = lineage_of(modelled.said)
    assert list(line) == ["propose", "repair", "refine"]
    assert line["propose"]["verdict"] == "different"
    assert line["repair"]["parents"] == [line["propose"]["id"]]
    assert line["refine"]["parents"] == [line["repair"]["id"]]
    assert line["refine"]["speedup"] > line["repair"]["speedup"] > 1


def test_the_repair_is_asked_for_with_the_input_on_which_they_differ(modelled: Modelled) -> None:
    asked = next(user for system, user in modelled.model.asked if system.startswith("You repair a change"))
    assert "squares_below(" in asked
    assert "value of the original" in asked


def test_every_request_is_in_the_ledger_with_its_price(modelled: Modelled) -> None:
    result = result_of(modelled.said)
    requests = result["requests"]
    assert len(requests) == len(modelled.model.asked)
    assert {"answered", "failed"} == {each["outcome"] for each in requests}
    assert all(each["usd"] > 0 for each in requests)
    cost = modelled.said.document["cost"]
    assert cost["calls"] == len(requests)
    assert cost["usd"] == pytest.approx(sum(each["usd"] for each in requests))
    assert cost["usd_per_accepted"] == cost["usd"]


def test_the_html_report_shows_lineage_and_cost(modelled: Modelled) -> None:
    assert "Where each candidate came from" in modelled.report
    assert "What was asked, and what it cost" in modelled.report
    for each in lineage_of(modelled.said).values():
        assert each["id"] in modelled.report


def test_answers_learnt_by_heart_are_refused_and_named(modelled: Modelled) -> None:
    (found,) = [
        each
        for each in result_of(modelled.said)["lineage"]
        if each["verdict"] == "different" and not each["winning"]
    ]
    assert found["reason"].startswith("cheating: it holds the answers to the inputs that were recorded")


def test_tests_of_a_model_give_inputs_and_change_nothing(modelled: Modelled) -> None:
    notes = result_of(modelled.said)["notes"]
    assert any("1 inputs come from tests that service wrote" in note for note in notes)
    assert modelled.before == modelled.after


def test_what_looks_secret_is_not_sent_and_stands_in_the_result(modelled: Modelled) -> None:
    assert not any("ghp_" in user for _, user in modelled.model.asked)
    assert "1 values that look secret are hidden" in modelled.said.err
    assert "HIDDEN_SECRET" not in modelled.said.out


def test_the_same_run_out_of_its_recording_decides_alike_and_asks_nobody(modelled: Modelled) -> None:
    first, second = result_of(modelled.said), result_of(modelled.again)
    assert second["decision"] == first["decision"]
    assert second["candidate"]["id"] == first["candidate"]["id"]
    told = ("id", "parents", "step", "verdict", "decision")
    assert [[each[key] for key in told] for each in second["lineage"]] == [
        [each[key] for key in told] for each in first["lineage"]
    ]
    assert modelled.again.document["cost"]["calls"] == 0
    assert modelled.again.document["cost"]["replayed"] == len(first["requests"])
    assert modelled.again.document["cost"]["recorded_usd"] == pytest.approx(
        modelled.said.document["cost"]["usd"]
    )
    assert "sends" not in modelled.again.err
