"""Reads the shell commands out of Markdown pages."""

import contextlib
import re
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(
    r"(?:^<!--\s*(?P<mark>[^\n]*?)\s*-->\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@frozen
class Command:
    text: str
    exit_code: int
    line: int


@frozen
class Block:
    """A console block.

    Attributes:
        commands: Its commands.
        skipped: Why they are not run; empty when they are.
        serves: Whether the last command keeps running, until another one serves or the block says "after Ctrl-C".
        interrupts: Whether what was kept running is ended first.
    """

    commands: tuple[Command, ...]
    skipped: str
    serves: bool = False
    interrupts: bool = False


def read_blocks(text: str) -> tuple[Block, ...]:
    """Return the console blocks of a page.

    A comment right before a block says what is special: ``<!-- not run: why -->``, ``<!-- exit 1 -->`` for the last
    command, ``<!-- keeps running -->`` for a server, ``<!-- after Ctrl-C -->`` when it is ended first. A line that starts with ``$`` begins a command; after a here-document's start its lines belong to it.
    """
    blocks = []
    for found in _BLOCK.finditer(text):
        if found["language"] != "console":
            continue
        mark = found["mark"] or ""
        first = text.count("\n", 0, found.start("body")) + 1
        commands = _commands(found["body"].splitlines(), first)
        if mark.startswith("exit "):
            commands[-1] = Command(commands[-1].text, int(mark.removeprefix("exit ")), commands[-1].line)
        skipped = mark.removeprefix("not run:").strip() if mark.startswith("not run:") else ""
        serves = mark == "keeps running"
        blocks.append(Block(tuple(commands), skipped, serves, serves or mark == "after Ctrl-C"))
    return tuple(blocks)


def _commands(lines, first):
    commands, terminator = [], None
    for number, line in enumerate(lines, first):
        if terminator is not None:
            last = commands[-1]
            commands[-1] = Command(f"{last.text}\n{line}", last.exit_code, last.line)
            terminator = None if line == terminator else terminator
        elif line.startswith("$ "):
            commands.append(Command(line[2:], 0, number))
            opened = re.search(r"<<'?(\w+)'?", line)
            terminator = opened[1] if opened else None
    return commands


@pytest.fixture
def blocks_of():
    return read_blocks


@pytest.fixture
def surrounded(tool, tmp_path):
    """What a page's commands find around them, as ``<!-- commands run with: NAME -->`` in it says."""
    with contextlib.ExitStack() as stack:

        def enter(text):
            found = re.search(r"^<!-- commands run with: (\w+) -->$", text, re.MULTILINE)
            if not found:
                return None
            return stack.enter_context(tool(f"tests/docs/surroundings/{found[1]}.py").surroundings(tmp_path))

        yield enter


def pages():
    return sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def pytest_generate_tests(metafunc):
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", pages())
    if "page_with_commands" in metafunc.fixturenames:
        names = [
            name
            for name in pages()
            if any(not block.skipped for block in read_blocks((ROOT / name).read_text(encoding="utf-8")))
        ]
        metafunc.parametrize("page_with_commands", names)
