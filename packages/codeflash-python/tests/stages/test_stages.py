"""The stages of the backend with real workers in the sandbox, without the engine around them."""

import pytest
from attrs import evolve

from codeflash_core.errors import StageError, UsageError
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.side import UNCHANGED, Side
from codeflash_core.model.target import Workload
from codeflash_core.model.verdict import Different, Same, Undecided
from codeflash_core.ports.language import BlockRequest, CheckRequest, Query

pytestmark = pytest.mark.slow
FAST = """def distinct(names):
    seen = []
    append = seen.append
    for name in names:
        if name not in seen:
            append(name)
    return seen
"""
WRONG = "def distinct(names):\n    return sorted(set(names))\n"
TARGET = "shop.py::distinct"


def request(target, corpus, side: Side, **more) -> CheckRequest:
    return CheckRequest(target, side, corpus, Workload("tests", ("tests",)), fuzz_cases=20, **more)


async def test_the_backend_says_what_runs_the_project(place) -> None:
    here = place()
    description = await here.language.describe(here.project)
    assert description.problems == ()
    assert description.facts["version"].startswith("3.")


async def test_targets_are_found_and_unknown_ones_refused(place) -> None:
    here = place()
    assert (await here.target(TARGET)).id == TARGET
    with pytest.raises(UsageError) as caught:
        await here.language.discover(here.project, Query(("shop.py::distnct",)))
    assert TARGET in caught.value.hint


async def test_the_tests_calls_are_recorded_and_compared_and_timed(place) -> None:
    here = place()
    target = await here.target(TARGET)
    corpus = await here.corpus(target)
    assert corpus.problem == ""
    assert corpus.total_calls == 2
    assert sum(call.count for call in corpus.calls) == 2
    assert set(corpus.reached_by) == {"tests/test_shop.py::test_some", "tests/test_shop.py::test_many"}

    fast = await here.language.prepare(here.project, target, Candidate("1", "t", {"shop.py": FAST}))
    assert fast.refusals == ()
    assert fast.side.changes == {"shop.py": FAST.encode()}
    quick = await here.language.check(here.project, request(target, corpus, fast.side, depth="quick"))
    assert isinstance(quick, Same)
    assert quick.evidence.calls >= 2
    assert len(set(quick.evidence.code_sha256.values())) == 2

    wrong = await here.language.check(
        here.project, request(target, corpus, Side.of({"shop.py": WRONG.encode()}))
    )
    assert isinstance(wrong, Different)
    assert wrong.counterexample.facet == "result"
    assert wrong.counterexample.call

    used = tuple(call for call in corpus.calls if call.count)
    block = await here.language.block(here.project, BlockRequest(target, Side(), fast.side, used, seed=5))
    assert block.problem == ""
    assert block.outputs_equal
    assert {each.input for each in block.inputs} == {call.id for call in used}
    assert all(min(each.a_cpu + each.b_cpu) >= 0 for each in block.inputs)


async def test_a_full_check_counts_the_tests_that_pass(place) -> None:
    here = place()
    target = await here.target(TARGET)
    corpus = await here.corpus(target)
    verdict = await here.language.check(
        here.project, request(target, corpus, Side.of({"shop.py": FAST.encode()}))
    )
    assert isinstance(verdict, Same)
    assert verdict.evidence.tests_passed == 2
    assert verdict.evidence.hash_seeds == 2
    assert verdict.evidence.faults


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("import nothing_of_this_name\n", (Different, Undecided)),
        ("import sys\nsys.exit(3)\n", (Different, Undecided)),
        ("import os\nos._exit(0)\n", (Different, Undecided)),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", (Different, Undecided)),
        ("def other(names):\n    return names\n", (Different, Undecided)),
    ],
)
async def test_a_candidate_that_can_t_be_loaded_never_passes(place, text, kinds) -> None:
    here = place()
    target = await here.target(TARGET)
    corpus = await here.corpus(target)
    broken = Side.of(
        {"shop.py": (text + FAST.replace("distinct", "x" if "other" in text else "distinct")).encode()}
    )
    verdict = await here.language.check(here.project, request(target, corpus, broken, depth="quick"))
    assert isinstance(verdict, kinds)


async def test_a_candidate_that_does_not_parse_is_refused_unread(place) -> None:
    here = place()
    target = await here.target(TARGET)
    prepared = await here.language.prepare(
        here.project, target, Candidate("1", "t", {"shop.py": "def distinct(:\n"})
    )
    assert prepared.refusals


@pytest.mark.parametrize("path", ["../outside.py", "/etc/passwd", "a/../../b.py"])
async def test_a_candidate_that_leaves_the_project_is_refused_unread(place, path) -> None:
    here = place()
    target = await here.target(TARGET)
    prepared = await here.language.prepare(here.project, target, Candidate("1", "t", {path: "x = 1\n"}))
    assert any("leaves the project" in why for why in prepared.refusals)


async def test_a_candidate_that_changes_nothing_is_refused_unread(place) -> None:
    here = place()
    target = await here.target(TARGET)
    text = (here.project.root / "shop.py").read_text()
    prepared = await here.language.prepare(here.project, target, Candidate("1", "t", {"shop.py": text}))
    assert "the candidate changes nothing" in prepared.refusals


async def test_a_workload_that_can_t_run_is_an_error_of_its_stage(place) -> None:
    here = place({"tests/test_shop.py": "import nothing_of_this_name\n"})
    target = await here.target(TARGET)
    with pytest.raises(StageError, match="nothing_of_this_name"):
        await here.corpus(target)


async def test_a_function_that_differs_from_call_to_call_is_not_judged(place) -> None:
    here = place(
        {
            "shop.py": "import os\n\n\ndef distinct(names):\n    return [os.getpid(), *dict.fromkeys(names)]\n",
            "tests/test_shop.py": "from shop import distinct\n\n\ndef test_some():\n    assert distinct(['a'])\n",
        }
    )
    corpus = await here.corpus(await here.target(TARGET))
    assert corpus.problem.startswith("nondeterministic original")


async def test_a_function_that_no_test_calls_has_no_inputs(place) -> None:
    here = place({"tests/test_shop.py": "def test_nothing():\n    pass\n"})
    corpus = await here.corpus(await here.target(TARGET))
    assert corpus.calls == ()
    assert corpus.reached_by == ()


async def test_equal_seeds_give_equal_inputs(place) -> None:
    here = place()
    target = await here.target(TARGET)
    first, second = [await here.corpus(target) for _ in range(2)]
    assert [call.id for call in first.calls] == [call.id for call in second.calls]
    assert evolve(first, calls=()).reached_by == second.reached_by


async def test_module_data_that_differ_from_process_to_process_are_named_and_not_compared(place) -> None:
    """The address of an object is another one in each process, also under one hash seed."""
    odd = "BIRTH = id(object())\nSTILL = 1\n\n\n"
    slow = odd + FAST.replace("append = seen.append", "append = lambda name: seen.append(name)")
    here = place({"shop.py": slow})
    target = await here.target(TARGET)
    corpus = await here.corpus(target)
    assert corpus.unsteady_globals == ("BIRTH",)
    assert any("BIRTH" in note for note in corpus.notes)
    right = await here.language.prepare(here.project, target, Candidate("1", "t", {"shop.py": odd + FAST}))
    verdict = await here.language.check(here.project, request(target, corpus, right.side, depth="quick"))
    assert isinstance(verdict, Same)
    wrong = (odd + FAST).replace("    return seen", "    globals()['STILL'] = 2\n    return seen")
    other = Side.of({"shop.py": wrong.encode()})
    verdict = await here.language.check(here.project, request(target, corpus, other, depth="quick"))
    assert isinstance(verdict, Different)


VANDAL = """import pathlib

import pytest

import shop


@pytest.mark.parametrize("names", [["z"], ["z", "y"]])
def test_vandal(names):
    place = pathlib.Path(shop.__file__)
    place.write_text("def distinct(names):\\n    return 7\\n")
    assert place.read_text().endswith("7\\n")
    assert shop.distinct(names) == 7
"""


async def test_written_tests_give_calls_and_change_nothing_that_others_see(place) -> None:
    here = place()
    target = await here.target(TARGET)
    (found,) = await here.language.observe(here.project, (target,), Workload("written", text=VANDAL), 0)
    assert len(found.calls) == 2
    corpus = await here.corpus(target)
    assert corpus.problem == ""
    assert corpus.failing_tests == {}
    assert set(corpus.reached_by) == {"tests/test_shop.py::test_some", "tests/test_shop.py::test_many"}


@pytest.mark.parametrize(
    "text", ["def broken(:\n", "import no_such_module_anywhere\n", "raise SystemExit\n", ""]
)
async def test_written_tests_that_can_t_be_run_give_no_calls(place, text) -> None:
    here = place()
    target = await here.target(TARGET)
    try:
        (found,) = await here.language.observe(here.project, (target,), Workload("written", text=text), 0)
    except StageError as problem:
        assert "written tests can't be run" in problem.message
    else:
        assert found.calls == ()


async def test_where_the_time_goes_is_a_fact_of_the_grown_corpus(place) -> None:
    here = place()
    target = await here.target(TARGET)
    lines = (await here.corpus(target)).facts["lines"]
    text = (here.project.root / "shop.py").read_text().splitlines()
    assert all(row["text"] == text[row["line"] - 1] and row["hits"] > 0 for row in lines)
    hottest = max(lines, key=lambda row: row["seconds"])
    assert "not in" in hottest["text"]


async def test_changes_of_the_same_form_are_told_alike(place) -> None:
    here = place()
    target = await here.target(TARGET)

    async def form(text: str) -> str:
        return (
            await here.language.prepare(here.project, target, Candidate("1", "t", {"shop.py": text}))
        ).form

    original = (here.project.root / "shop.py").read_text()
    renamed = (
        FAST.replace("append =", "add =").replace(" append(", " add(").replace("names:\n", "names:  # all\n")
    )
    assert await form(FAST) == await form(renamed)
    assert await form(FAST) not in (await form(WRONG), "", UNCHANGED)
    assert await form(original + "# more\n") == UNCHANGED
    assert await form("def broken(:\n") == ""
