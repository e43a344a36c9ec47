import sys

from codeflash_lsp.evidence.imports import imported_files

FILES = {
    "src/shop/__init__.py": "",
    "src/shop/a.py": "import os\nfrom shop.b import thing\nfrom . import c\nfrom .deep import d\n",
    "src/shop/b.py": "import shop.e\n",
    "src/shop/c.py": "def (",
    "src/shop/deep/__init__.py": "from ..f import x\n",
    "src/shop/deep/d.py": "from shop import a\n",
    "src/shop/e.py": "",
    "src/shop/f.py": "",
    "src/shop/other.py": "import shop.a\n",
    "tests/test_a.py": "import shop.a\n",
}


def test_imports_are_followed_absolute_and_relative() -> None:
    found = imported_files("src/shop/a.py", FILES, FILES.get)
    assert set(found) == {
        "src/shop/__init__.py",
        "src/shop/b.py",
        "src/shop/c.py",
        "src/shop/deep/__init__.py",
        "src/shop/deep/d.py",
        "src/shop/e.py",
        "src/shop/f.py",
    }


def test_a_file_that_is_gone_leads_nowhere() -> None:
    assert imported_files("src/shop/a.py", FILES, lambda path: None) == ()


def test_relative_imports_beyond_the_project_are_survived() -> None:
    files = {"a.py": "from .... import b\nfrom . import b\n", "b.py": ""}
    assert imported_files("a.py", files, files.get) == ("b.py",)


def test_texts_are_not_kept() -> None:
    text = "\n".join(["import os", "import b"])
    before = sys.getrefcount(text)
    assert imported_files("a.py", {"b.py": ""}, {"a.py": text}.get) == ("b.py",)
    assert sys.getrefcount(text) == before
