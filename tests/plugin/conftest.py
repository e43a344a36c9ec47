"""What the tests of the plugin share: the technique references as programs."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "tools") not in sys.path:
    sys.path.insert(0, str(ROOT / "tools"))

TEXT = """# A page

Prose.

## A title

**When it helps:** always.

**Traps:** none.

```{language} slow
{slow}
```

```{language} fast
{fast}
```

```{language} check{more}
{check}
```
"""


@pytest.fixture
def page(tmp_path):
    """Write a page with one technique, in a place where pages are looked for."""

    def write(slow, fast, check, language="python", more="", domain="cpu"):
        folder = tmp_path / "languages" / language / "references" / "techniques"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{domain}.md"
        text = TEXT.format(slow=slow, fast=fast, check=check, language=language, more=more)
        path.write_text(text, encoding="utf-8")
        return path

    return write
