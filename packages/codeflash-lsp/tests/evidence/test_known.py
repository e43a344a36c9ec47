import hashlib

from codeflash_lsp.evidence.known import changed_since
from codeflash_lsp.texts.edits import Touched, Untouched


def test_the_proven_text_comes_out_of_the_recorded_diff(known, ordering) -> None:
    found = known()
    assert found.accepted
    assert found.after == found.result.best.candidate.files[found.path]
    assert isinstance(found.standing(ordering), Untouched)
    assert isinstance(found.standing(ordering.replace("sum(prices)", "sum(prices) + 0")), Untouched)
    assert isinstance(found.standing(ordering.replace("seen.append", "seen.extend")), Touched)


def test_a_change_of_several_files_has_no_single_text(known) -> None:
    found = known()
    found.result.best.candidate.files["other.py"] = "x = 1\n"
    assert found.after is None


def test_without_the_text_of_then_nothing_holds(known, ordering) -> None:
    found = known()
    found.result.original.clear()
    assert isinstance(found.standing(ordering), Touched)
    assert found.after is None


def test_other_files_are_compared_by_content(known) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    found = known(files={"a.py": digest, "b.py": digest, "src/shop/ordering.py": "itself"})
    assert changed_since(found, {"a.py": b"x", "src/shop/ordering.py": b"anything"}) == ()
    assert changed_since(found, {"a.py": b"y", "b.py": None, "c.py": b"new"}) == ("a.py", "b.py", "c.py")
