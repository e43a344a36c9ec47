"""Every shell command in the documentation runs, in a copy of the example project."""

import os
import shutil
import signal
import subprocess
import sys
import threading
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
def environment(tmp_path, environment_with_pytest):
    return {
        "VIRTUAL_ENV": str(environment_with_pytest),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "CODEFLASH_BUDGET": "30s",
        "CODEFLASH_STATE_DIR": str(tmp_path / "state"),
    }


def test_servers_are_told_from_other_commands(blocks_of):
    page = """\
<!-- keeps running -->
```console
$ export A=1
$ serve
```

<!-- after Ctrl-C -->
```console
$ look
```
"""
    first, second = blocks_of(page)
    assert (first.serves, first.interrupts) == (True, True)
    assert (second.serves, second.interrupts) == (False, True)


class Shell:
    """Runs commands one by one; what they export and unset holds for those after them."""

    def __init__(self, place, environment, state):
        self._place, self._environment, self._state = place, environment, state
        self._state.touch()
        self._server = None
        self._errors = None

    def run(self, text):
        script = f'. "{self._state}"\n{text}\ncode=$?; export -p > "{self._state}"; exit $code'
        return subprocess.run(
            ["bash", "-c", script],
            cwd=self._place,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def serve(self, text):
        """Start a command that keeps running, and wait until it listens."""
        self._errors = self._state.with_suffix(".errors").open("w+")
        self._server = subprocess.Popen(
            ["bash", "-c", f'. "{self._state}"\n{text}'],
            cwd=self._place,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
        )
        # A server that never says that it listens is ended, or its page would wait for ever.
        late = threading.Timer(60, os.killpg, (self._server.pid, signal.SIGKILL))
        late.start()
        told = []
        for line in self._server.stdout:
            told.append(line)
            if line.startswith("listening on"):
                late.cancel()
                return
        late.cancel()
        self._server.communicate()
        self._server = None
        raise AssertionError(f"{text}\n{''.join(told)}{self._told()}")

    def interrupt(self):
        """Press Ctrl-C."""
        if self._server is None:
            return
        os.killpg(self._server.pid, signal.SIGINT)
        self._server.communicate(timeout=60)
        code = self._server.returncode
        self._server = None
        told = self._told()
        assert code == 0, told
        assert "Traceback" not in told

    def close(self):
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.communicate()
            self._errors.close()

    def _told(self):
        self._errors.seek(0)
        told = self._errors.read()
        self._errors.close()
        return told


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_commands_of_a_page_run(
    page_with_commands, blocks_of, root, place, environment, tmp_path, surrounded
):
    text = (root / page_with_commands).read_text(encoding="utf-8")
    around = surrounded(text)
    shell = Shell(place, environment | (around.environment if around else {}), tmp_path / "exported")
    try:
        for block in blocks_of(text):
            if block.interrupts:
                shell.interrupt()
            for command in () if block.skipped else block.commands:
                meant = around.replaced(command.text) if around else command.text
                if block.serves and command is block.commands[-1]:
                    shell.serve(meant)
                    continue
                done = shell.run(meant)
                where = f"{page_with_commands}:{command.line}: {command.text}"
                assert done.returncode == command.exit_code, f"{where}\n{done.stdout}\n{done.stderr}"
        shell.interrupt()
    finally:
        shell.close()
    if around:
        around.check()
