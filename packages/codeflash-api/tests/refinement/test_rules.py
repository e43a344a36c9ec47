from __future__ import annotations

from codeflash_api.code.markdown import Block, read_code
from codeflash_api.refinement.question import RefineQuestion
from codeflash_api.refinement.rules import refine

OLD = """def f(items, known):
    wanted = list(known)
    out = []
    for item in items:
        if item in wanted:
            out.append(item)
    total = 0
    for item in out:
        total = total + item
    return total
"""
FAST = OLD.replace("list(known)", "set(known)")
BUSY = FAST.replace("total = total + item", "total += item")
NOISY = FAST.replace("    for item in out", "    # add\n    for item in out")


def _question(new: str, **more) -> RefineQuestion:
    return RefineQuestion("p", (Block(OLD, "a.py"),), (Block(new, "a.py"),), explanation="Sets.", **more)


def _texts(question: RefineQuestion) -> list[str]:
    return [read_code(each.source_code)[0].text + "\n" for each in refine([question])]


def test_an_edit_that_may_be_idle_is_put_back():
    found = refine([_question(BUSY)])
    assert {each.parent_id for each in found} == {"p"}
    assert "p" not in {each.optimization_id for each in found}
    assert FAST in _texts(_question(BUSY))
    assert found[0].explanation.startswith("Sets. ")
    assert "2 changed lines instead of 4" in found[0].explanation


def test_a_profile_tells_which_edits_are_idle():
    table = (
        "Function: f\nTotal time: 1 s\n| 1 | 1 | 1 | 60 | wanted = list(known) |\n"
        "| 9 | 9 | 1 | 0.1 | total = total + item |"
    )
    assert _texts(_question(BUSY, original_profile=table)) == [FAST]


def test_noise_goes_first():
    assert _texts(_question(NOISY))[0] == FAST


def test_a_change_that_is_one_edit_can_t_become_smaller():
    assert refine([_question(FAST)]) == ()


def test_all_items_are_answered():
    found = refine([_question(BUSY), RefineQuestion("q", (Block(OLD),), (Block(BUSY),))])
    assert {each.parent_id for each in found} == {"p", "q"}
