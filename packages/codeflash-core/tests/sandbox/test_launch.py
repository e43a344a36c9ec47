import asyncio
import gc
import json
import os
import shutil
import signal
import sys
import threading
import venv
from pathlib import Path

import psutil
import pytest

from codeflash_core.errors import PrerequisiteError, StageError
from codeflash_core.sandbox import (
    Confinement,
    EndOfStream,
    Limits,
    Mode,
    Sandbox,
    cgroup,
    copy_project,
    detect,
    launch,
    streams,
    with_changes,
)
from codeflash_core.sandbox.leftovers import scratch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
PREFIXES = [Path(sys.prefix), Path(sys.base_prefix)]
ECHO = """
import sys
while line := sys.stdin.readline():
    sys.stdout.write(line.upper())
    sys.stdout.flush()
"""


def alive(pid: int) -> bool:
    """Whether a process exists and is more than an entry that nobody has collected yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Bench:
    """A sandbox with a copied project, and a short way to start Python in it."""

    def __init__(self, confinement: Confinement, project: Path, folder: Path) -> None:
        self.folder = folder
        self.tree = copy_project(project, folder / "base", confinement)
        self.sandbox = Sandbox(confinement, folder)

    async def python(self, code: str, **more):
        more.setdefault("tree", self.tree)
        return await self.sandbox.start([sys.executable, "-c", code], interpreter_prefixes=PREFIXES, **more)

    async def say(self, code: str, **more) -> str:
        async with await self.python(code, **more) as process:
            await process.close_input()
            end = await process.wait()
            assert end.ok, process.stderr_tail.decode()
            return (await process.receive_rest()).decode().strip()


@pytest.fixture(params=["bubblewrap", "copy"])
def bench(request, project, tmp_path):
    """Both mechanisms answer to the same interface."""
    confinement = detect(Mode.AUTO if request.param == "bubblewrap" else Mode.OFF)
    if confinement.mechanism != request.param:
        pytest.skip(f"no {request.param} here: {confinement.missing[0]}")
    with scratch(tmp_path / "state") as folder:
        yield Bench(confinement, project, folder)
    gc.collect()  # a transport that was not closed warns, and a warning is an error


@pytest.fixture
def unconfined(project, tmp_path):
    with scratch(tmp_path / "state") as folder:
        yield Bench(detect(Mode.OFF), project, folder)


async def test_what_left_its_process_group_ends_with_it_where_root_can_bound_it(unconfined):
    if cgroup.find() is None:
        pytest.skip("no group of processes can be made here")
    escape = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    # Told by who stays: all end as soon as the first process does.
    if child := os.fork():
        print(child, flush=True)
        os._exit(0)
    os.close(1)
    os.close(2)
    time.sleep(60)
os.wait()
"""
    async with await unconfined.python(escape) as process:
        await process.close_input()
        escaped = int(await process.receive_rest())
        await process.wait()
    assert not alive(escaped)


async def test_a_conversation_goes_back_and_forth(bench):
    async with await bench.python(ECHO) as process:
        for word in ("one", "two", "three"):
            await process.send(f"{word}\n".encode())
            assert await process.receive(len(word) + 1) == f"{word.upper()}\n".encode()
        await process.close_input()
        end = await process.wait()
    assert (end.status, end.signal, end.breach) == (0, None, None)
    assert end.ok
    assert end.wall_seconds > 0


async def test_a_large_message_passes_in_both_directions(bench):
    size = 5 << 20
    async with await bench.python(
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"
    ) as process:
        await process.send(b"x" * (size - 1) + b"y")
        await process.close_input()
        assert await process.receive(1) == b"y"
        assert await process.receive(size - 1) == b"x" * (size - 1)
        assert (await process.wait()).ok


async def test_the_project_is_where_it_belongs(bench):
    assert await bench.say("import os; print(os.getcwd())") == str(bench.tree.shown_at)
    assert (
        await bench.say("import sys; sys.path[:0] = ['']; from shop import ordering; print(ordering.LIMIT)")
        == "10"
    )


async def test_each_tree_shows_its_own_content(bench):
    changed = with_changes(
        bench.tree,
        {"shop/ordering.py": b"LIMIT = 11\n", "shop/new.py": b"NEW = 1\n"},
        bench.folder / "changed",
    )
    code = "import sys; sys.path[:0] = ['']; from shop import ordering, new; print(ordering.LIMIT, new.NEW)"
    assert await bench.say(code, tree=changed) == "11 1"


async def test_the_working_folder_is_translated_from_the_project(bench):
    shown = await bench.say("import os; print(os.getcwd())", cwd=bench.tree.project / "shop")
    assert shown == str(bench.tree.shown_at / "shop")


async def test_only_variables_that_were_named_are_let_through(bench, monkeypatch):
    monkeypatch.setenv("ENGINE_SECRET", "s3cret")
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    seen = json.loads(await bench.say(code, env={"GIVEN": "ünï code"}))
    assert seen.pop("GIVEN") == "ünï code"
    assert set(seen) <= {"HOME", "LANG", "LC_CTYPE", "PATH", "PWD", "OLDPWD", "SHLVL", "TMPDIR", "_"}
    assert seen["LANG"] == "C.UTF-8"
    assert seen["HOME"] != str(Path.home())


async def test_an_environment_inside_the_project_runs_and_cannot_be_changed(tmp_path, project):
    venv.create(project / ".venv", symlinks=True)
    packages = next((project / ".venv/lib").iterdir()) / "site-packages"
    (packages / "dependency.py").write_text("VALUE = 5\n")
    (packages / "shop.pth").write_text(f"{project}\n")
    found = detect(Mode.AUTO)
    if not found.confined:
        pytest.skip(found.missing[0])
    with scratch(tmp_path / "state") as folder:
        bench = Bench(found, project, folder)
        changed = with_changes(bench.tree, {"shop/ordering.py": b"LIMIT = 11\n"}, folder / "changed")
        code = """
import dependency, sys
from shop import ordering
try:
    open(dependency.__file__, "a")
except OSError as error:
    print(dependency.VALUE, ordering.LIMIT, error.strerror, sys.prefix, dependency.__file__)
"""
        python = project / ".venv/bin/python"
        async with await bench.sandbox.start(
            [str(python), "-c", code],
            tree=changed,
            cwd=Path("/"),
            interpreter_prefixes=[project / ".venv", Path(sys.base_prefix)],
        ) as process:
            end = await process.wait()
            said = (await process.receive_rest()).decode().strip()
        assert end.ok, process.stderr_tail
    assert said == f"5 11 Read-only file system {project / '.venv'} {packages / 'dependency.py'}"


async def test_a_variable_is_never_on_a_command_line(bench):
    async with await bench.python("print(flush=True); input()", env={"TOKEN": "s3cret"}) as process:
        await process.receive(1)
        tops = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        assert not [one for one in tops if "s3cret" in " ".join(one.cmdline())]


async def test_home_and_temporary_folder_can_be_written(bench):
    code = """
import os, tempfile
from pathlib import Path
(Path.home() / "note").write_text("x")
print(tempfile.NamedTemporaryFile().name.startswith(os.environ["TMPDIR"]))"""
    assert await bench.say(code) == "True"


async def test_a_further_folder_is_readable_where_it_was_asked_for(bench, tmp_path):
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker/note").write_text("hello")
    inside = Path("/worker") if bench.sandbox.confinement.confined else tmp_path / "worker"
    code = f"print(open({str(inside / 'note')!r}).read())"
    assert await bench.say(code, read_only=[(tmp_path / "worker", Path("/worker"))]) == "hello"


async def test_no_file_of_the_engine_is_open_in_the_child(bench, tmp_path):
    with (tmp_path / "journal").open("w") as journal:
        os.set_inheritable(journal.fileno(), True)
        code = "import os; print([n for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')])"
        assert await bench.say(code) == "['0', '1', '2']"


async def test_reading_past_the_end_tells_the_last_words(bench):
    async with await bench.python("import sys; print('ab', end=''); sys.exit('no such table')") as process:
        with pytest.raises(EndOfStream, match=r"2 of 3 bytes.*no such table"):
            await process.receive(3)
        assert await process.receive(2) == b"ab"
        assert (await process.wait()).status == 1


async def test_writing_to_one_that_ended_is_an_end_of_stream(bench):
    process = await bench.python("import os; os.close(0)")
    await process.wait()
    with pytest.raises(EndOfStream, match="no longer reads"):
        await process.send(b"x")
    await process.close_input()


async def test_writing_to_one_that_does_not_read_ends_with_it(bench):
    code = "import os, time; os.close(0); print(flush=True); time.sleep(600)"
    async with await bench.python(code, limits=Limits(wall_seconds=1.0)) as process:
        await process.receive(1)
        with pytest.raises(EndOfStream):
            for _ in range(64):
                await process.send(b"x" * (1 << 20))


async def test_killing_takes_the_whole_group_and_may_be_repeated(bench):
    code = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(flush=True)
time.sleep(600)
"""
    process = await bench.python(code)
    await process.receive(1)
    group = psutil.Process(process.pid).children(recursive=True)
    assert len(group) >= 2
    assert process.running
    await process.kill()
    await process.kill()
    end = await process.wait()
    assert (end.status, end.breach) == (None, "killed")
    assert not process.running
    _, left = psutil.wait_procs(group, timeout=20)
    assert left == []


async def test_a_kill_after_the_end_does_not_change_how_it_ended(bench):
    process = await bench.python("")
    end = await process.wait()
    await process.kill()
    assert await process.wait() == end
    assert end.breach is None


async def test_leaving_the_block_on_an_error_kills(bench):
    with pytest.raises(ZeroDivisionError):
        async with await bench.python("import time; time.sleep(600)") as process:
            _ = 1 / 0
    assert (await process.wait()).breach == "killed"


async def test_cancelling_a_waiter_leaves_the_process_to_its_owner(bench):
    async with await bench.python(ECHO) as process:
        waiting = asyncio.create_task(process.wait())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await process.send(b"still here\n")
        assert await process.receive(11) == b"STILL HERE\n"


async def test_a_start_that_is_cancelled_leaves_no_process(bench, monkeypatch):
    arrived: list[object] = []
    submitted = asyncio.Event()
    undone = threading.Event()
    real_start, real_undo = launch.start, launch._undo

    def start(*args, **more):
        arrived.append(real_start(*args, **more))
        submitted.set()
        return arrived[0]

    def undo(future) -> None:
        real_undo(future)
        undone.set()

    monkeypatch.setattr(launch, "start", start)
    monkeypatch.setattr(launch, "_undo", undo)
    starting = asyncio.create_task(bench.python("import time; time.sleep(600)"))
    await submitted.wait()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert await asyncio.to_thread(undone.wait, 20)
    child = arrived[0].result()
    assert not psutil.pid_exists(child.popen.pid)
    assert child.init_pid is None or not alive(child.init_pid)


async def test_a_sandbox_outlives_the_thread_and_the_loop_that_started_another(bench):
    threading.Thread(target=lambda: asyncio.run(bench.say("print('first')"))).start()
    started = []

    def from_a_thread_that_ends() -> None:
        async def begin() -> None:
            started.append(launch.start(["/bin/sleep", "600"], env={}, cwd=None, confined=False))

        asyncio.run(begin())

    thread = threading.Thread(target=from_a_thread_that_ends)
    thread.start()
    thread.join()
    popen = started[0].result().popen
    async with await bench.python(ECHO) as process:
        await process.send(b"a\n")
        assert await process.receive(2) == b"A\n"
    assert popen.poll() is None
    popen.kill()
    popen.communicate()


async def test_the_processor_time_of_a_running_group_can_be_asked_for(bench):
    code = "x = sum(i * i for i in range(2_000_000)); print(flush=True); input()"
    async with await bench.python(code) as process:
        await process.receive(1)
        assert process.cpu_seconds() > 0.05


async def test_a_limit_of_the_kernel_holds_in_every_mode(bench):
    code = "import resource as r; print(*[r.getrlimit(one) for one in (r.RLIMIT_CORE, r.RLIMIT_AS, r.RLIMIT_FSIZE)])"
    said = await bench.say(code, limits=Limits(memory_bytes=1 << 30, file_bytes=1 << 20))
    assert said == f"(0, 0) {(1 << 30, 1 << 30)} {(1 << 20, 1 << 20)}"


async def test_a_runtime_that_reserves_much_is_bound_by_what_it_uses(bench):
    code = "import mmap; held = mmap.mmap(-1, 4 << 30); print(len(held))"
    limits = Limits(memory_bytes=1 << 30, address_space=False)
    assert await bench.say(code, limits=limits) == str(4 << 30)


async def test_a_loop_without_end_is_stopped_in_every_mode(bench):
    async with await bench.python("while True: pass", limits=Limits(wall_seconds=0.3)) as process:
        assert (await process.wait()).breach == "wall"


async def test_the_kernels_own_processor_limit_is_named(bench, monkeypatch):
    monkeypatch.setattr(bench.sandbox._watcher, "add", lambda group: None)
    async with await bench.python("while True: pass", limits=Limits(cpu_seconds=0.1)) as process:
        end = await process.wait()
    assert (end.breach, end.signal) == ("cpu", signal.SIGXCPU)


async def test_output_beyond_the_allowance_ends_it_in_every_mode(bench):
    code = "import os\nwhile True: os.write(1, b'x' * 65536)"
    async with await bench.python(code, limits=Limits(output_bytes=1 << 20)) as process:
        assert (await process.wait()).breach == "output"
        assert len(await process.receive_rest()) <= 1 << 20


async def test_writing_far_ahead_of_the_reader_ends_it_and_a_large_answer_does_not(bench, monkeypatch):
    monkeypatch.setattr(streams, "UNREAD_BYTES", 1 << 20)
    limits = Limits(output_bytes=1 << 30)
    answer = "import sys; sys.stdin.read(1); sys.stdout.write('x' * (6 << 20)); sys.stdout.flush(); sys.stdin.read()"
    async with await bench.python(answer, limits=limits) as process:
        asked = asyncio.create_task(process.receive(6 << 20))
        await process.send(b"!")
        assert len(await asked) == 6 << 20
        await process.close_input()
        assert (await process.wait()).ok
    async with await bench.python(
        "import os\nwhile True: os.write(1, b'x' * 65536)", limits=limits
    ) as process:
        assert (await process.wait()).breach == "output"
        assert len(await process.receive_rest()) <= 1 << 20


async def test_standard_error_keeps_its_last_words(bench):
    code = "import sys; sys.stderr.write('x' * 200_000 + 'the end')"
    async with await bench.python(code) as process:
        await process.wait()
        assert len(process.stderr_tail) == 64 << 10
        assert process.stderr_tail.endswith(b"the end")


async def test_many_at_once_do_not_mix_their_answers(bench):
    async def one(number: int) -> str:
        return await bench.say(f"print({number})")

    assert await asyncio.gather(*map(one, range(8))) == [str(number) for number in range(8)]


async def test_a_program_that_does_not_exist_says_so(bench):
    async with await bench.sandbox.start(["/nowhere/python"], tree=bench.tree) as process:
        end = await process.wait()
    assert end.status in (126, 127)
    assert b"/nowhere/python" in process.stderr_tail


async def test_a_sandbox_that_cannot_be_built_tells_why(project, tmp_path):
    found = detect(Mode.AUTO)
    if not found.confined:
        pytest.skip(found.missing[0])
    with scratch(tmp_path / "state") as folder:
        bench = Bench(found, project, folder)
        async with await bench.python("", read_only=[(tmp_path / "missing", Path("/missing"))]) as process:
            with pytest.raises(EndOfStream, match="missing"):
                await process.receive(1)
            assert (await process.wait()).status == 1


async def test_a_bubblewrap_that_vanished_is_a_missing_prerequisite(project, tmp_path):
    gone = Confinement("bubblewrap", (), str(tmp_path / "bwrap"))
    with scratch(tmp_path / "state") as folder:
        bench = Bench(gone, project, folder)
        with pytest.raises(PrerequisiteError, match="could not be started"):
            await bench.python("")


async def test_a_missing_working_folder_is_named(unconfined):
    with pytest.raises(StageError, match="not a folder"):
        await unconfined.python("", cwd=unconfined.tree.project / "missing")


async def test_what_runs_unconfined_is_noted_for_the_next_start(unconfined):
    async with await unconfined.python("input()") as process:
        assert (unconfined.folder / "groups" / f"{process.pid}.json").exists()


@pytest.mark.skipif(
    shutil.which("setpriv") is None, reason="without setpriv the next start ends what is left"
)
def test_an_engine_without_bubblewrap_takes_its_program_along_when_killed(my_ground):
    engine = my_ground.popen("import time; print(flush=True); time.sleep(600)", announce=1, mode="off")
    try:
        assert engine.stdout is not None
        engine.stdout.readline()
        started = psutil.Process(engine.pid).children(recursive=True)
        assert started
        engine.kill()
        engine.wait()
        _, left = psutil.wait_procs(started, timeout=20)
        assert left == []
    finally:
        engine.kill()
        engine.communicate()
