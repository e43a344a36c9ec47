"""Candidates that attack when their function is called, past the static gate: never the same."""

import json

import pytest

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.verdict import Different, Same, Undecided
from codeflash_python.stages.bench import ORIGINAL, Replay

pytestmark = pytest.mark.slow

RIGHT = """
result = 0
for number in numbers:
    if number > 0:
        result += number * number
"""

BODIES = {
    "never returns": ("while True:\n    pass", ""),
    "leaves with status 0": ("os._exit(0)", "import os"),
    "exits": ("raise SystemExit(0)", ""),
    "ends its parent": ("os.kill(os.getppid(), 9)\nos.kill(os.getpid(), 9)", "import os"),
    "closes every descriptor": ("os.closerange(0, 256)\nreturn 0", "import os"),
    "takes all memory": ("kept = []\nwhile True:\n    kept.append(bytearray(64 << 20))", ""),
    "prints": (RIGHT + "print('done')\nreturn result", ""),
    "prints past Python": (RIGHT + "os.write(1, b'done')\nreturn result", "import os"),
    "equals everything": (RIGHT + "return Equal(result)", "class Equal(int):\n    def __eq__(self, other):\n        return True\n    __hash__ = int.__hash__"),
    "lies about its class": (
        RIGHT + "return Liar()",
        "class Liar:\n    __class__ = int\n    def __eq__(self, other):\n        return True\n    def __repr__(self):\n        return '0'\n    __hash__ = None",
    ),
    "is almost an int": (RIGHT + "return Number(result)", "class Number(int):\n    pass"),
    "is a bool": (RIGHT + "return bool(result) if result in (0, 1) else result", ""),
    "knows the recorded inputs": (
        "known = {(3, -1, 2): 13, (): 0, tuple(range(200)): 2646700}\nreturn known.get(tuple(numbers), 7)",
        "",
    ),
    "is right the first time only": (
        "global calls\ncalls += 1\nif calls > 3:\n    return 0\n" + RIGHT + "return result",
        "calls = 0",
    ),
    "changes its argument": (RIGHT + "if isinstance(numbers, list):\n    numbers.sort()\nreturn result", ""),
    "changes the environment": (RIGHT + "os.environ['SEEN'] = '1'\nreturn result", "import os"),
    "changes the folder": (RIGHT + "os.chdir('/')\nreturn result", "import os"),
    "switches off the digests": (
        "encode.digest = lambda *parts: 'same'\nreturn 0",
        "import sys\nencode = sys.modules['codeflash_worker.encode']",
    ),
    "traces the checks": (
        "def trace(frame, event, argument):\n    frame.f_locals.clear()\n    return trace\nsys.settrace(trace)\nreturn 0",
        "import sys",
    ),
    "blinds the worker to time": ("return 0", "import time\nfor name in dir(time):\n    if name.endswith('_ns'):\n        setattr(time, name, lambda *a: 0)"),
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_candidate_that_attacks_when_it_is_called_is_never_the_same(court, with_body, body):
    verdict = court.check(with_body(*body))
    assert isinstance(verdict, Different | Undecided), verdict
    court.still_works()


def test_what_a_candidate_returns_runs_no_code_in_the_engine(court, with_body, tmp_path):
    proof = tmp_path / "ran"
    verdict = court.check(
        with_body(
            "return Bomb()",
            f"""
            import os
            class Bomb:
                def __reduce__(self):
                    return os.system, ("touch '{proof}'",)
                __reduce_ex__ = lambda self, protocol: self.__reduce__()
            """,
        )
    )
    assert isinstance(verdict, Different | Undecided)
    assert not proof.exists()
    court.still_works()


def test_an_answer_forged_with_the_right_digests_is_refused(court, with_body):
    """The strongest forgery there is: the original's own answer, written to every descriptor."""
    bench = court.session.engine.language._bench
    what = Replay(court.target, court.corpus.calls, call_wall=5.0)
    answer = court.runner.run(bench.replay(court.project, ORIGINAL, what))
    data = json.dumps(json.dumps({"ok": True, "data": dict(answer.data), "blobs": []}))
    verdict = court.check(
        with_body(
            "if not state:\n    state.append(forge())\nreturn 0",
            f"""
            import json, os, struct
            state = []
            DATA = json.loads({data!r})
            def forge():
                sent = 0
                for header in (DATA, *(json.dumps({{**json.loads(DATA), "id": number}}) for number in range(1, 9))):
                    body = header.encode()
                    for fd in range(3, 64):
                        try:
                            os.set_blocking(fd, False)
                            sent += os.write(fd, struct.pack(">4sII", b"CFW1", len(body), 0) + body)
                        except OSError:
                            pass
                return sent
            """,
        )
    )
    assert isinstance(verdict, Different | Undecided), verdict
    court.still_works()


def test_the_channel_is_not_among_the_descriptors_of_the_code_that_is_called(court, with_body):
    """Only stderr's, and the pipe for this one answer, which counts for nothing without its token."""
    verdict = court.check(
        with_body(
            """
            pipes = set()
            for fd in range(3, 64):
                try:
                    facts = os.stat(fd)
                except OSError:
                    continue
                if stat.S_ISFIFO(facts.st_mode) or stat.S_ISSOCK(facts.st_mode):
                    pipes.add(facts.st_ino)
            raise RuntimeError("pipes: %d" % len(pipes))
            """,
            "import os, stat",
        )
    )
    assert isinstance(verdict, Different)
    assert "pipes: 2" in verdict.counterexample.candidate


def test_threads_that_go_on_do_not_reach_the_next_candidate(court, with_body, naming):
    mark = "hostile-thread-4711"
    code = f"""
        import subprocess, sys, threading
        def go_on():
            while True:
                subprocess.run([sys.executable, "-c", "import time; time.sleep(0.2)", {mark!r}])
        threading.Thread(target=go_on).start()
        """
    text = with_body("return 0", code)
    assert not isinstance(court.check(text), Same)
    court.runner.run(court.session.workshop.host.discard(court.side(text)))
    assert naming(mark) == []
    court.still_works()


def test_a_patched_clock_does_not_make_time_stand_still(court, with_prologue):
    block = court.block(
        with_prologue(
            """
            import time
            for name in ("thread_time_ns", "perf_counter_ns", "process_time_ns", "monotonic_ns", "thread_time",
                         "perf_counter", "process_time", "monotonic", "time", "time_ns"):
                setattr(time, name, lambda: 0)
            """
        )
    )
    samples = [value for each in block.inputs for value in (*each.b_cpu, *each.b_wall)]
    assert block.problem or (samples and all(value > 0 for value in samples))
    court.still_works()


@pytest.mark.parametrize("mode", ["separate", "paired"])
@pytest.mark.parametrize("calls", [300, 8000])
def test_a_candidate_that_stops_working_while_it_is_timed_has_no_valid_block(court, with_body, mode, calls):
    code = f"if next(_calls) > {calls}:\n    return 0\n" + RIGHT + "return result"
    text = with_body(code, "import itertools\n_calls = itertools.count()")
    if calls > 300:
        assert isinstance(court.check(text, depth="quick"), Same)  # behaviour alone does not show it
    block = court.block(text, mode)
    assert block.problem or not block.outputs_equal


def test_a_good_candidate_passes_the_whole_door(court, good):
    result = court.verify(good)
    assert result.decision.word in (DecisionWord.ACCEPTED, DecisionWord.NEEDS_EVIDENCE), result.decision
    assert isinstance(result.best.verdict, Same)


def test_an_iterator_of_the_module_that_is_read_on_counts_as_kept_state(court, with_body, good):
    def prepared(text):
        candidate = Candidate("kept", "patch", {court.target.path: text})
        language = court.session.engine.language
        return court.runner.run(language.prepare(court.project, court.target, candidate))

    body = "next(_calls)\n" + RIGHT + "return result"
    assert prepared(with_body(body, "import itertools\n_calls = itertools.count()")).keeps_state
    assert not prepared(good).keeps_state
