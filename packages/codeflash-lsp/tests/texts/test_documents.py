import random

import pytest
from lsprotocol import types

from codeflash_lsp.texts import documents
from codeflash_lsp.texts.documents import Document, Documents, path_of
from codeflash_lsp.texts.lines import Lines


def partial(start, end, text, held, encoding="utf-16"):
    return types.TextDocumentContentChangePartial(range=Lines(held, encoding).range(start, end), text=text)


@pytest.fixture
def document():
    def made(text, uri="file:///tmp/a.py", **more):
        return Document(uri, 1, more.pop("language", "python"), text, **more)

    return made


def test_a_byte_order_mark_counts_for_the_client_only(document) -> None:
    marked = document("\ufeffx = 1\ny = 2\n")
    assert marked.text == "x = 1\ny = 2\n"
    assert marked.range(0, 1).start == types.Position(line=0, character=1)
    assert marked.range(6, 7).start == types.Position(line=1, character=0)
    assert marked.offset(types.Position(line=0, character=1)) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_random_edits_leave_what_the_client_holds(document, encoding) -> None:
    chance = random.Random(7)
    held = "a\x0cb\r\nc𝒳\u2028d\né\n"
    seen = document(held, encoding=encoding)
    for version in range(2, 200):
        start = chance.randint(0, len(held))
        end = chance.randint(start, min(len(held), start + 3))
        if "\r\n" in (held[start - 1 : start + 1], held[end - 1 : end + 1]):
            continue
        text = chance.choice(["", "x", "\n", "𝒳", "\r\n", "\x0c"])
        change = partial(start, end, text, held, encoding)
        held = held[:start] + text + held[end:]
        seen = seen.changed([change], version)
        assert seen.held == held
        assert seen.version == version


def test_each_change_counts_in_what_the_one_before_it_left(document) -> None:
    changes = [
        partial(0, 0, "ab", ""),
        partial(1, 2, "", "ab"),
        types.TextDocumentContentChangeWholeDocument(text="z"),
    ]
    assert document("").changed(changes[:2], 2).held == "a"
    assert document("").changed(changes, 2).held == "z"


def test_what_is_no_local_file_has_no_path(document, tmp_path) -> None:
    assert path_of("untitled:Untitled-1") is None
    assert path_of("git:/a.py?HEAD") is None
    assert path_of((tmp_path / "mit Raum.py").as_uri()) == tmp_path / "mit Raum.py"
    assert document("", notebook="file:///tmp/a.ipynb").path is None


def test_symbolic_links_are_resolved(tmp_path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert path_of((tmp_path / "link/a.py").as_uri()) == tmp_path / "real/a.py"


def test_changes_of_documents_that_are_not_open_are_passed_over() -> None:
    assert Documents().change("file:///x.py", 2, []) is None


def test_what_is_worth_a_look(document) -> None:
    assert document("").is_python
    assert document("", language="").is_python
    assert not document("", language="toml").is_python
    assert document("x" * 1_000_001).is_huge
    assert document("", uri="file:///tmp/test_a.py").is_test
    assert document("", uri="file:///tmp/conftest.py").is_test
    assert not document("", uri="file:///tmp/contest.py").is_test


def test_the_disk_is_asked_once_for_all_versions_of_a_document(document, monkeypatch, tmp_path) -> None:
    asked = []
    monkeypatch.setattr(documents, "path_of", lambda uri: asked.append(uri) or tmp_path / "a.py")
    first = document("")
    second = first.changed([types.TextDocumentContentChangeWholeDocument(text="x")], 2)
    third = second.changed([partial(0, 1, "y", "x")], 3)
    assert {each.path for each in (third, second, first)} == {tmp_path / "a.py"}
    assert asked == [first.uri]
    assert not document("", uri="file:///tmp/test_a.py").is_test  # another document has a place of its own
