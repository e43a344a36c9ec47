from __future__ import annotations

from codeflash_api.code.markdown import Block, read_code
from codeflash_api.optimization.question import OptimizeQuestion
from codeflash_api.optimization.rules import optimize

TEXT = """def unique(items):
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out


def fresh(items, known):
    wanted = list(known)
    return [item for item in items if item in wanted]
"""
FILES = (Block(TEXT, "shop/ordering.py"),)


def test_candidates_are_whole_files_with_the_same_path():
    for candidate in optimize(OptimizeQuestion(FILES, most=6)):
        (block,) = read_code(candidate.source_code)
        assert block.path == "shop/ordering.py"
        compile(block.text, "x", "exec")
        assert candidate.explanation
        assert candidate.model == "rules"


def test_ids_are_unique_and_never_come_again():
    ids = [
        candidate.optimization_id for _ in range(2) for candidate in optimize(OptimizeQuestion(FILES, most=6))
    ]
    assert len(set(ids)) == len(ids) > 2


def test_no_more_than_wanted_are_made():
    assert len(optimize(OptimizeQuestion(FILES, most=2))) == 2


def test_the_profile_decides_what_comes_first():
    table = "Function: fresh\nTotal time: 1 s\n| 9 | 9 | 1 | 99 | return [item for item in items if item in wanted] |"
    first = optimize(OptimizeQuestion(FILES, most=1, profile=table))[0]
    assert TEXT[: TEXT.index("def fresh")] in first.source_code


def test_code_without_anything_to_rewrite_has_no_candidates():
    assert optimize(OptimizeQuestion((Block("def f(x):\n    return x\n", "a.py"),))) == ()


def test_several_files_come_back_together():
    files = (*FILES, Block("LIMIT = 3", "shop/limits.py"))
    for candidate in optimize(OptimizeQuestion(files)):
        assert [block.path for block in read_code(candidate.source_code)] == [
            "shop/ordering.py",
            "shop/limits.py",
        ]
