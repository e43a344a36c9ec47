"""Ctrl-C at any stage: 130, the tree as it was, nothing left behind, and the run can be taken up."""

import json
import signal
import subprocess

import pytest

pytestmark = pytest.mark.slow
STAGES = ("discover", "observe", "propose", "check ", "baseline against itself", "screening", "confirming")


def start(shop, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        shop.command(*words),
        cwd=shop.root,
        env=shop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A suite in the background of a shell has Ctrl-C ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )


def interrupt(
    process: subprocess.Popen, stage: str, number: signal.Signals = signal.SIGINT
) -> tuple[str, str]:
    """Send a signal once the stage has begun; returns what was said on stdout and stderr."""
    said = []
    for line in process.stderr:
        said.append(line)
        if stage in line:
            process.send_signal(number)
            break
    out, err = process.communicate(timeout=120)
    return out, "".join(said) + err


def test_one_run_interrupted_at_every_stage_gets_to_its_end(shop) -> None:
    before = shop.digest()
    words = ("optimize", "src/shop/ordering.py::distinct", "--json", "--budget", "120s")
    for number, stage in enumerate(STAGES):
        process = start(shop, *(words if number == 0 else ("runs", "resume", "last")))
        out, err = interrupt(process, stage)
        assert process.returncode == 130, (stage, err)
        error = json.loads(out)["error"]
        assert error["code"] == "interrupted"
        assert error["hint"].startswith("To go on: codeflash runs resume ")
        assert "codeflash: to go on: codeflash runs resume" in err
        assert "Traceback" not in err
        assert shop.digest() == before
        assert shop.processes() == []
        assert shop.scratch() == []
    end = shop.run("runs", "resume", "last")
    assert end.code == 0, end.err
    assert end.document["results"][0]["decision"] == "accepted"
    assert shop.digest() == before
    assert len(shop.run("runs", "list").out.splitlines()) == 1


def test_a_request_to_terminate_is_an_interruption_too(shop, tmp_path) -> None:
    theirs = tmp_path / "theirs.py"
    theirs.write_text(shop.ordering.read_text().replace("sum(prices)", "sum([*prices])"))
    process = start(shop, "verify", "src/shop/ordering.py::total", "--candidate", str(theirs))
    _, err = interrupt(process, "observe", signal.SIGTERM)
    assert process.returncode == 130, err
    assert shop.processes() == []
    assert shop.scratch() == []


def test_ctrl_c_while_the_program_starts_leaves_nothing(shop) -> None:
    before = shop.digest()
    process = start(shop, "optimize", "src/shop/ordering.py::total")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # Before the program's first line the interpreter ends by the signal itself, which shells show as 130; while it
    # imports `site` it ends with 1 and says so.
    assert process.returncode in (130, -signal.SIGINT) or "Fatal Python error: init_import_site" in err
    assert out == ""
    assert shop.digest() == before
    assert shop.scratch() == []
