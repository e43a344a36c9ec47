"""What goes where: colour in terminals only, one JSON document on stdout, everything else on stderr."""

import json
import os
import re
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3|4|9|10)\d(?:;\d+)*m")


def in_terminal(shop, *words: str, **environment: str) -> str:
    """What the command writes into a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        shop.command(*words),
        cwd=shop.root,
        env={**shop.environment, "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not chunk:
            break
        said += chunk
    os.close(ours)
    assert process.wait(timeout=60) == 0, said
    return said.decode()


@pytest.mark.slow
def test_a_terminal_gets_colour(optimized) -> None:
    assert COLOUR.search(in_terminal(optimized.shop, "runs", "show", "last"))


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_colour_can_be_switched_off(optimized, environment) -> None:
    said = in_terminal(optimized.shop, "runs", "show", "last", **environment)
    assert "accepted" in said
    assert not COLOUR.search(said)


@pytest.mark.slow
def test_a_pipe_gets_plain_text(optimized) -> None:
    said = optimized.shop.run("runs", "show", "last")
    assert "accepted" in said.out
    for text in (said.out, said.err, optimized.said.out, optimized.said.err):
        assert "\x1b" not in text
        assert "\r" not in text


@pytest.mark.slow
def test_a_document_is_plain_in_a_terminal_too(optimized) -> None:
    said = in_terminal(optimized.shop, "runs", "show", "last", "--json")
    assert json.loads(said)["results"]


@pytest.mark.slow
def test_a_narrow_terminal_gets_every_figure_and_one_line_of_progress(shop) -> None:
    said = in_terminal(shop, "rank", "--python", sys.executable, COLUMNS="40", NO_COLOR="1")
    (row,) = [line for line in said.splitlines() if line.startswith("src/shop/ordering.py::distinct ")]
    assert re.search(r"\d%\s+\S+ \S*s\s+\S+ \S*s\s+\d+", row), row
    assert "rank     profiling the workload (2 t…" in said


@pytest.mark.parametrize(
    "words",
    [
        ("rules", "list"),
        ("rules", "show", "R001"),
        ("runs", "list"),
        ("doctor", "--python", sys.executable),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_stdout_is_one_document_and_warnings_go_to_stderr(codeflash, shop, words) -> None:
    shop.change("pyproject.toml", lambda text: text + '\n[tool.codeflash]\nbudgett = "3s"\n')
    listed = codeflash("rules", "list", "--json").document["rules"]
    known = tuple(listed[0]["slug"] if word == "R001" else word for word in words)
    said = codeflash(*known, "--json")
    assert said.code == 0
    assert isinstance(said.document, dict)
    assert ("budgett" in said.err) is (words[0] == "doctor")


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("rank",), ("optimize", "src/shop/ordering.py::total")], ids=["rank", "optimize"]
)
def test_what_foreign_code_prints_stays_out_of_the_document(shop, words) -> None:
    noise = "import os, sys\nprint('NOISE'); print('NOISE', file=sys.stderr); os.write(1, b'NOISE'); os.write(2, b'NOISE')\n"
    shop.change("src/shop/__init__.py", lambda text: noise + text)
    shop.change("tests/conftest.py", lambda _: noise)
    said = shop.run(*words, "--json", "--python", sys.executable)
    assert said.code == 0, said.err
    assert isinstance(said.document, dict)
    assert "NOISE" not in said.out
