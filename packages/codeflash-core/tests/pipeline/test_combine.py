import pytest
from attrs import evolve

from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.run import RunReport
from codeflash_core.model.verdict import Counterexample, Different
from codeflash_core.pipeline.combine import merge_files, merge_texts
from codeflash_core.pipeline.run import Outcome, combine_accepted

BASE = "import os\n\ndef f():\n    return 1\n\ndef g():\n    return 2\n"


def test_changes_in_different_places_are_put_together() -> None:
    one = BASE.replace("return 1", "return 10")
    other = BASE.replace("return 2", "return 20")
    assert merge_texts(BASE, [one, other]) == BASE.replace("return 1", "return 10").replace(
        "return 2", "return 20"
    )


def test_two_insertions_at_one_place_keep_their_order() -> None:
    one = BASE.replace("import os\n", "import os\n_A = 1\n")
    other = BASE.replace("import os\n", "import os\n_B = 2\n")
    assert merge_texts(BASE, [one, other]) == BASE.replace("import os\n", "import os\n_A = 1\n_B = 2\n")


def test_the_same_change_twice_is_made_once() -> None:
    one = BASE.replace("import os\n", "import os\nimport re\n")
    assert merge_texts(BASE, [one, one]) == one


def test_changes_of_the_same_lines_don_t_merge() -> None:
    one = BASE.replace("return 1", "return 10")
    other = BASE.replace("return 1", "return 11")
    assert merge_texts(BASE, [one, other]) is None


def test_files_that_one_version_changes_come_along() -> None:
    assert merge_files({"a.py": BASE}, [{"a.py": "x\n"}, {"b.py": "new\n"}]) == {
        "a.py": "x\n",
        "b.py": "new\n",
    }


@pytest.mark.parametrize("second", [{"a.py": None}, {"a.py": "other\n"}])
def test_disagreement_about_a_file_is_told(second: dict[str, str | None]) -> None:
    assert merge_files({"a.py": "text\n"}, [{"a.py": "x\n"}, second]) is None


def test_a_new_file_with_two_texts_is_disagreement() -> None:
    assert merge_files({}, [{"n.py": "1\n"}, {"n.py": "2\n"}]) is None


async def test_what_differs_together_is_left_out_and_its_values_are_not_recorded(trial) -> None:
    search, other = trial("a gain=1.5"), trial("b gain=1.5", folder="other")
    first, second = await search.run(), evolve(await other.run(), target="m.py::g")
    assert {first.decision.word, second.decision.word} == {DecisionWord.ACCEPTED}
    check = search.language.check

    async def differing(project, request):
        found = await check(project, request)
        told = Counterexample("f('ghp_0123456789abcdefghij')", "result", "1", "2")
        return Different(told, found.evidence)

    search.language.check = differing
    with search.engine() as (engine, target):
        report = RunReport("r", "p", "c", "now", 1.0, "0", 0, (first, second))
        targets = {first.target: target, second.target: evolve(target, qualname="g")}
        corpora = {name: evolve(search.corpus, target=name) for name in targets}
        combined = await combine_accepted(engine, Outcome(report, targets, corpora))
    assert combined.results == (first,)
    assert "does not behave the same together" in combined.left_out[0]
    assert "f('<hidden>')" in search.journal.read_text()
    assert "ghp_" not in search.journal.read_text()
