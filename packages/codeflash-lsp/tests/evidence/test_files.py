import hashlib

import pytest

from codeflash_lsp.evidence.files import changed_around, held_files
from codeflash_lsp.texts.documents import Document


@pytest.fixture
def document():
    def made(path, text):
        return Document(path.as_uri(), 1, "python", text)

    return made


def test_what_the_editor_holds_is_held_saved_or_not(shop, document, ordering) -> None:
    prices = shop.root / "src/shop/prices.py"
    held = held_files([document(shop.ordering, ordering), document(prices, "RATE = 3\n")])
    assert held == {shop.ordering: ordering.encode(), prices: b"RATE = 3\n"}


def test_encoding_byte_order_mark_and_line_ends_are_the_files_own(tmp_path, document) -> None:
    latin, marked = tmp_path / "latin.py", tmp_path / "marked.py"
    latin.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    marked.write_bytes(b"\xef\xbb\xbfx = 1\r\ny = 2\r\n")
    for text in ("x = 1\ny = 2\n", "\ufeffx = 1\r\ny = 2\r\n"):
        assert held_files([document(marked, text)]) == {marked: marked.read_bytes()}
    held = held_files(
        [document(latin, "# -*- coding: latin-1 -*-\nx = 'ü'\n"), document(marked, "x = 1\ny = 3\n")]
    )
    assert held == {
        latin: "# -*- coding: latin-1 -*-\nx = 'ü'\n".encode("latin-1"),
        marked: b"\xef\xbb\xbfx = 1\r\ny = 3\r\n",
    }


def test_files_that_are_gone_or_no_text_or_of_an_environment_are_left_out(tmp_path, document) -> None:
    (tmp_path / "odd.py").write_bytes(b"\xff\xfe")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/pyvenv.cfg").touch()
    (tmp_path / ".venv/site.py").write_text("x = 1\n")
    paths = [tmp_path / "odd.py", tmp_path / ".venv/site.py", tmp_path / "gone.py"]
    assert held_files(document(path, "x = 2\n") for path in paths) == {}


def test_a_proof_notices_what_changed_in_the_files_around_it(shop, known) -> None:
    shop.ordering.write_text("from shop.prices import doubled\n", encoding="utf-8")
    prices, package = shop.root / "src/shop/prices.py", shop.root / "src/shop/__init__.py"
    files = {
        path.relative_to(shop.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (shop.ordering, prices, package)
    }
    found = known(root=shop.root, files=files)
    assert changed_around(found, {}) == ()
    assert changed_around(found, {prices: b"RATE = 3\n"}) == ("src/shop/prices.py",)
    prices.unlink()
    assert changed_around(found, {}) == ("src/shop/prices.py",)
