"""What to do after an answer, in words for a model."""

from __future__ import annotations

from typing import Any


def after_judgement(document: dict[str, Any]) -> str:
    """What to do after a candidate was judged."""
    if document.get("cheat"):
        return (
            "This deceives the checks or the clock, as the first reason says. Do not apply it, and do not hide it better: make "
            "the function itself faster, for every input."
        )
    match document["decision"], document["verdict"]:
        case "accepted", _:
            return (
                "Accepted: same behaviour, and faster by at least the lower bound. Apply the diff, and quote the interval "
                "and the run; claim no more than the lower bound."
            )
        case "rejected", "different":
            return (
                "Different behaviour: read the counterexample, correct the candidate so that it answers as the original "
                "does on that call, and evaluate it again. Do not apply it."
            )
        case "rejected", _:
            return "Not worth it for the reasons given. Do not apply it; try another idea, or another target from rank."
        case "inconclusive", _:
            return (
                "Not decided, which is not a pass. Repeat with a larger budget_seconds, or name a workload that spends "
                "more time in the target. Do not apply it as it is."
            )
        case _:
            return (
                "The evidence is too thin for a yes. Add tests, or name tests or a workload that call the target with the "
                "inputs that matter, then evaluate again."
            )


def after_search(results: list[dict[str, Any]]) -> str:
    """What to do after a search."""
    won = [each for each in results if each["decision"] == "accepted"]
    if won:
        names = ", ".join(each["target"] for each in won)
        return f"Accepted for {names}: apply those diffs and quote their intervals. Nothing of the project was changed."
    return (
        "Nothing was accepted and nothing was changed. Write a candidate of your own for the target with the largest share "
        "(see rank) and judge it with evaluate_candidate."
    )
