"""Every shell command in the documentation runs, in a copy of the example project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = """\
<!-- exit 1 -->
```console
$ true
output
$ cat <<'END'
$ not a command
END
$ false
```

<!-- not run: why -->
```console
$ rm everything
```

```python
$ nothing
```
"""


def test_commands_are_read_with_their_exit_codes(blocks_of):
    first, second = blocks_of(PAGE)
    assert [(command.text, command.exit_code) for command in first.commands] == [
        ("true", 0),
        ("cat <<'END'\n$ not a command\nEND", 0),
        ("false", 1),
    ]
    assert [command.line for command in first.commands] == [3, 5, 8]
    assert second.skipped == "why"


@pytest.fixture
def place(root, tmp_path):
    project = shutil.copytree(root / "examples/shop", tmp_path / "shop")
    git = ["git", "-c", "user.name=Docs", "-c", "user.email=docs@example.test"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
        subprocess.run([*git, *arguments], cwd=project, check=True)
    return project


@pytest.fixture
def environment(tmp_path):
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "CODEFLASH_BUDGET": "20s",
        "CODEFLASH_STATE_DIR": str(tmp_path / "state"),
    }


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_commands_of_a_page_run(page_with_commands, blocks_of, root, place, environment):
    for block in blocks_of((root / page_with_commands).read_text(encoding="utf-8")):
        for command in () if block.skipped else block.commands:
            done = subprocess.run(
                ["bash", "-c", command.text],
                cwd=place,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            where = f"{page_with_commands}:{command.line}: {command.text}"
            assert done.returncode == command.exit_code, f"{where}\n{done.stdout}\n{done.stderr}"
