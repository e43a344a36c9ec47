from __future__ import annotations

import pytest

from codeflash_api.code import rewriting
from codeflash_api.code.markdown import Block
from codeflash_api.code.profile import read_profile
from codeflash_api.code.rewriting import Aim, moves, versions

UNIQUE = """def unique(items):
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
"""
KNOWN = """def fresh(items, known):
    wanted = list(known)
    return [item for item in items if item in wanted]
"""
BOTH = (Block(f"{UNIQUE}\n\n{KNOWN}", "shop/a.py"),)


def test_every_function_is_looked_at():
    assert {move.qualname for move in moves(BOTH, Aim())} == {"unique", "fresh"}


def test_the_most_promising_comes_first():
    gains = [move.gain for move in moves(BOTH, Aim())]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 1


def test_the_function_that_is_meant_is_the_only_one():
    assert {move.qualname for move in moves(BOTH, Aim(function="fresh"))} == {"fresh"}


def test_a_profile_puts_the_hot_function_first():
    table = "Function: fresh\nTotal time: 1 s\n| 9 | 9 | 1 | 99 | return [item for item in items if item in wanted] |"
    assert moves(BOTH, Aim(read_profile(table)))[0].qualname == "fresh"


def test_the_first_block_comes_before_later_ones():
    files = (Block(KNOWN, "a.py"), Block(KNOWN.replace("fresh", "other"), "b.py"))
    found = moves(files, Aim())
    assert {move.number for move in found} == {0, 1}
    assert [move.number for move in found] == sorted(move.number for move in found)


def test_several_rewrites_are_joined():
    found = versions(BOTH, Aim(), 6)
    joined = [version for version in found if len({move.qualname for move in version.moves}) == 2]
    assert joined
    assert "set(" in joined[0].files[0].text
    assert len(found[0].moves) == 1
    assert joined[0].gain > found[0].gain


def test_rewrites_that_bring_the_same_name_are_not_joined():
    text = f"{KNOWN}\n\n{KNOWN.replace('fresh', 'other')}"
    for version in versions((Block(text, "a.py"),), Aim(), 6):
        compile(version.files[0].text, "a", "exec")


def test_one_wanted_gives_one():
    assert len(versions(BOTH, Aim(), 1)) == 1


@pytest.mark.parametrize(
    "text", ["", "def (", "x = 1\x00", "x = '\ud800'", "x = " + "+".join("1" * 20_000), "x = 1\n"]
)
def test_what_can_t_be_rewritten_has_no_moves(text):
    assert versions((Block(text, "a.py"),), Aim(), 6) == ()


def test_deep_code_is_left_alone():
    text = f"def f(items):\n    return {'+'.join('1' * 600)}\n"
    assert moves((Block(text, "a.py"),), Aim()) == ()


def test_a_file_of_great_size_is_left_alone(monkeypatch):
    monkeypatch.setattr(rewriting, "LONGEST_FILE", 10)
    assert moves(BOTH, Aim()) == ()


def test_a_file_that_is_not_remembered_gives_the_same(monkeypatch):
    known = moves(BOTH, Aim())
    monkeypatch.setattr(rewriting, "REMEMBERED", 10)
    assert moves(BOTH, Aim()) == known


def test_the_explanation_names_each_reason_once():
    version = versions(BOTH, Aim(), 6)[1]
    assert version.draft().explanation.count(version.moves[0].why) == 1
