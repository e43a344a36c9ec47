import subprocess
import sys

import pytest

from codeflash_evals.hidden import probe

SCRIPT = """
ENTRY = "probed:work"
def inputs():
    return {inputs}
def workload():
    return lambda: sum(range(200))
"""


@pytest.fixture
def observed(tmp_path, monkeypatch):
    """What the probe says of a function on inputs."""

    def run(code, inputs="[(([3, 1],), {})]"):
        (tmp_path / "probed.py").write_text(code)
        (tmp_path / "hidden.py").write_text(SCRIPT.format(inputs=inputs))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "probed", raising=False)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        calls = probe.check(asked(tmp_path))["calls"]
        return [call["digest"] for call in calls]

    return run


def asked(place):
    return {"hidden": str(place / "hidden.py"), "roots": [str(place)]}


def test_code_that_lies_elsewhere_is_never_taken_for_the_versions(observed, tmp_path):
    observed(BASE)
    request = {**asked(tmp_path), "roots": [str(tmp_path / "src")], "module": "probed", "seconds": 0.01}
    for way in ("check", "time", "memory", "import"):
        with pytest.raises(probe.WrongCode, match="probed was loaded from"):
            probe.WAYS[way](request)


BASE = "def work(x):\n    return sorted(x)\n"
WRAPPING = """
ENTRY, USES = "hidden:worked", "probed"
def worked(x):
    import probed
    return probed.work(x)[0]
def inputs():
    return [(([3, 1],), {})]
"""


def test_a_function_of_the_script_stands_for_code_that_must_be_the_versions(observed, tmp_path):
    observed(BASE)
    (tmp_path / "hidden.py").write_text(WRAPPING)
    assert probe.check(asked(tmp_path))["calls"][0]["shown"] == "1"
    with pytest.raises(probe.WrongCode, match="probed was loaded from"):
        probe.check({**asked(tmp_path), "roots": [str(tmp_path / "src")]})


@pytest.mark.parametrize(
    "other",
    [
        "def work(x):\n    x.sort()\n    return x\n",
        "def work(x):\n    x.sort()\n    return list(x)\n",
        "def work(x):\n    return tuple(sorted(x))\n",
        "def work(x):\n    return [True, 3]\n",
        "def work(x):\n    print(1)\n    return sorted(x)\n",
        "def work(x):\n    raise ValueError(x)\n",
        "def work(x):\n    yield from sorted(x)\n",
    ],
)
def test_what_differs_in_a_result_its_identity_arguments_or_output_is_told_apart(observed, other):
    assert observed(BASE) != observed(other)


@pytest.mark.parametrize(
    "other",
    [
        "def work(x):\n    return sorted(list(x))\n",
        "async def work(x):\n    return sorted(x)\n",
    ],
)
def test_the_same_by_another_way_is_the_same(observed, other):
    assert observed(BASE) == observed(other)


def test_an_exception_counts_with_its_message(observed):
    one, same, other = (
        observed(f"def work(x):\n    raise {text}\n")
        for text in ("KeyError('a')", "KeyError('a')", "KeyError('b')")
    )
    assert one == same != other


def test_what_would_end_the_process_is_compared_as_any_exception(observed):
    one, same, other = (observed(f"def work(x):\n    raise SystemExit({code})\n") for code in (1, 1, 2))
    assert one == same != other


def test_an_asynchronous_generator_is_drained(observed):
    code = "async def work(x):\n    for each in {}(x):\n        yield each\n"
    assert observed(code.format("sorted")) != observed(code.format("list"))
    assert observed(code.format("sorted")) == observed(code.format("sorted"))


def test_a_workload_is_timed_by_the_call(observed, tmp_path):
    observed(BASE)
    answer = probe.take_time({**asked(tmp_path), "seconds": 0.01})
    assert len(answer["samples"]) >= 3
    assert all(0 < wall < 10**9 for _, wall, _ in answer["samples"])


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
from codeflash_evals.hidden import probe
print(min(probe._sample([lambda: None])[0] for _ in range(100)))
"""


def test_processor_time_is_seen_in_a_short_call_though_it_is_limited():
    said = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, check=True)
    assert float(said.stdout) > 0


def test_waiting_is_told_from_being_kept_from_running(observed, tmp_path):
    observed(BASE)
    script, busy = tmp_path / "hidden.py", {}
    for name, code in (("works", "sum(range(20_000))"), ("waits", "time.sleep(0.002)")):
        script.write_text(f"import time\nENTRY = 'probed:work'\ndef workload():\n    return lambda: {code}\n")
        samples = probe.take_time({**asked(tmp_path), "seconds": 0.02})["samples"]
        busy[name] = max(cpu / (wall - queued) for cpu, wall, queued in samples)
    assert busy["waits"] < 0.5 < busy["works"]


SEEN = """
ENTRY = "probed:work"
def inputs():
    return [((n,), {{}}) for n in range(3)]
def workload({takes}):
    import probed
    return lambda: probed.work({gives})
"""


@pytest.mark.parametrize(
    ("takes", "gives", "fresh"), [("", "77", [77]), ("number=0", "100 + number", list(range(100, 200)))]
)
def test_first_calls_see_no_input_again_and_come_after_the_hidden_inputs(
    observed, tmp_path, takes, gives, fresh
):
    observed("SEEN = []\ndef work(x):\n    SEEN.append(x)\n")
    (tmp_path / "hidden.py").write_text(SEEN.format(takes=takes, gives=gives))
    sys.modules["probed"].SEEN.clear()
    probe.take_time({**asked(tmp_path), "seconds": 0.001})
    seen = sys.modules["probed"].SEEN
    begun = seen.index(fresh[0])
    assert set(seen[:begun]) == {0, 1, 2}
    assert seen[begun : begun + len(fresh)] == fresh
    assert set(seen[begun + len(fresh) :]) == {fresh[0]}


def test_hidden_inputs_that_raise_or_print_do_not_disturb_what_is_timed(observed, tmp_path, capsys):
    observed("def work(x):\n    print(x)\n    raise SystemExit(x)\n")
    assert probe.take_time({**asked(tmp_path), "seconds": 0.001})["samples"]
    assert capsys.readouterr().out == ""


MEMORY = """
ENTRY = "probed:work"
KEPT = []
def workload():
    def call():
        if not ({keeps} and KEPT):
            found = bytearray({size})
            KEPT[:] = [1]
    return call
"""


def test_memory_is_what_is_held_at_a_time(observed, tmp_path):
    observed(BASE)
    script = tmp_path / "hidden.py"

    def held(**how):
        script.write_text(MEMORY.format(**how))
        return probe.take_memory(asked(tmp_path))

    for name in ("first", "later"):
        assert held(size=10_000, keeps=False)[name] < 20_000
        assert held(size=1_000_000, keeps=False)[name] >= 1_000_000
    kept = held(size=1_000_000, keeps=True)
    assert kept["later"] < 20_000 < kept["first"]


def test_a_command_is_told_by_what_it_prints_and_how_it_ends():
    def run(code):
        return probe.run_command({"words": [sys.executable, "-c", code]})["calls"][0]["digest"]

    assert run("print(1)") == run("print(1)") != run("print(2)")
    assert run("print(1)") != run("print(1); raise SystemExit(1)")
