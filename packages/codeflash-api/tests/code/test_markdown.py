from __future__ import annotations

import json

import pytest

from codeflash_api.code.markdown import Block, clean, read_code, read_drafts

A = "```python:shop/a.py\ndef f():\n    return 1\n```"
A2 = "```python:shop/a.py\ndef f():\n    return 2\n```"
B = "```python:shop/b.py\nx = 1\n```"


def test_the_blocks_of_a_request_are_read():
    assert read_code(f"{A}\n{B}") == (
        Block("def f():\n    return 1", "shop/a.py"),
        Block("x = 1", "shop/b.py"),
    )


def test_unfenced_code_is_one_block_without_a_path():
    assert read_code("def f(): pass\n") == (Block("def f(): pass"),)


@pytest.mark.parametrize("text", ["", " \n"], ids=["empty", "blank"])
def test_no_code_is_no_block(text):
    assert read_code(text) == ()


def test_a_block_without_a_language_gets_the_request_s():
    assert read_code("```\nfunc f() {}\n```", "go") == (Block("func f() {}", language="go"),)


def test_prose_around_a_block_explains_it():
    (draft,) = read_drafts(f"## Faster\nA set is used.\n\n{A}\nHope this helps.")
    assert draft.blocks == (Block("def f():\n    return 1", "shop/a.py"),)
    assert draft.explanation == "Faster\nA set is used.\n\nHope this helps."


def test_tags_separate_candidates_with_several_files():
    text = f"<candidate>\n<explanation>One.</explanation>\n{A}\n{B}\n</candidate>\n<candidate>Two.\n{A2}\n</candidate>"
    first, second = read_drafts(text)
    assert [block.path for block in first.blocks] == ["shop/a.py", "shop/b.py"]
    assert (first.explanation, second.explanation) == ("One.", "Two.")


def test_a_path_that_comes_again_begins_the_next_proposal():
    first, second = read_drafts(f"First.\n{A}\nSecond.\n{A2}")
    assert (first.explanation, second.explanation) == ("First.", "Second.")


def test_an_example_in_another_language_is_no_code():
    (draft,) = read_drafts(f"Run it:\n```bash\npython a.py\n```\nor\n```text\nx\n```\n{A}")
    assert len(draft.blocks) == 1


def test_half_an_answer_gives_the_part_that_is_there():
    (draft,) = read_drafts("<candidate>One.\n```python:shop/a.py\ndef f():\n    return 1\n")
    assert draft.blocks[0].closed is False


@pytest.mark.parametrize("fenced", [False, True], ids=["bare", "fenced"])
@pytest.mark.parametrize("key", ["optimizations", "candidates", None], ids=["wire", "own", "list"])
def test_json_is_understood(fenced, key):
    items = [{"source_code": A, "explanation": "Why."}, {"source_code": A2}, {"nothing": 1}, 7]
    text = json.dumps({key: items} if key else items)
    drafts = read_drafts(f"Sure:\n```json\n{text}\n```\n" if fenced else text)
    assert [draft.explanation for draft in drafts] == ["Why.", ""]


def test_json_that_is_cut_gives_what_is_whole():
    text = json.dumps({"optimizations": [{"source_code": A, "explanation": "Why."}, {"source_code": A2}]})
    drafts = read_drafts(text[:-25])
    assert drafts[0].explanation == "Why."


def test_a_single_object_is_one_proposal():
    assert len(read_drafts(json.dumps({"code": "def f(): pass", "reason": "x"}))) == 1


@pytest.mark.parametrize(
    "text", ["", "I can't help with that.", "{}", "[1, 2]", '{"optimizations": 3}', "```json\n{}\n```"]
)
def test_an_answer_without_code_has_no_proposals(text):
    assert read_drafts(text) == ()


def test_code_that_begins_with_a_brace_is_no_json():
    (draft,) = read_drafts("```python\n{1, 2}\n```")
    assert draft.blocks[0].text == "{1, 2}"


def test_other_languages_want_their_own_blocks():
    (draft,) = read_drafts("```ts\nconst a = 1\n```\n```python:x.py\nx=1\n```", "typescript")
    assert [block.language for block in draft.blocks] == ["ts", "python"]


def test_what_can_t_be_sent_is_cleaned():
    assert clean("a\x00b\ud800c\U0001f600") == "abc\U0001f600"
