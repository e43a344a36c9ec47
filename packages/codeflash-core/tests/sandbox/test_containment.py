"""What foreign code tries, and that it does not get there: as the user of the test run, and as nobody."""

import os
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from codeflash_core.sandbox import cgroup

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux only"),
]

_TRY = """
import json

def attempt(action):
    try:
        return repr(action())
    except BaseException as error:
        return "refused: " + type(error).__name__
"""


def test_a_listening_port_of_the_host_cannot_be_reached(ground):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()  # the attack would work outside
        server.accept()[0].close()
        said = ground.run(
            _TRY
            + f"""
import socket
print(json.dumps({{
    "loopback": attempt(lambda: socket.create_connection(("127.0.0.1", {port}), 2)),
    "named": attempt(lambda: socket.create_connection(("localhost", {port}), 2)),
    "interfaces": [name for _, name in socket.if_nameindex()],
}}))"""
        ).said()
        assert said["loopback"].startswith("refused")
        assert said["named"].startswith("refused")
        assert said["interfaces"] == ["lo"]
        with pytest.raises(BlockingIOError):
            server.accept()


def test_unix_sockets_of_the_host_cannot_be_reached(ground):
    named = str(ground.project / "in project.sock")
    beside = str(ground.root / "s")
    with (
        closing(socket.socket(socket.AF_UNIX)) as abstract,
        closing(socket.socket(socket.AF_UNIX)) as by_path,
        closing(socket.socket(socket.AF_UNIX)) as in_project,
    ):
        name = f"\0sandbox-test-{os.getpid()}"
        for server, address in ((abstract, name), (by_path, beside), (in_project, named)):
            server.bind(address)
            server.listen()
            with closing(socket.socket(socket.AF_UNIX)) as client:
                client.connect(address)
        for path in (beside, named):
            Path(path).chmod(0o777)
        code = (
            _TRY
            + f"""
import socket
print(json.dumps([attempt(lambda: socket.socket(socket.AF_UNIX).connect(address))
                  for address in {[name, beside, named]!r}]))"""
        )
        assert all(answer.startswith("refused") for answer in ground.run(code).said())


def test_nothing_is_written_outside_the_copy(ground):
    ground.write("beside.txt", "untouched")
    ground.write("home/.bashrc", "untouched")
    before, engine_home = ground.digest(ground.project), str(Path.home())
    places = [
        str(ground.root / "beside.txt"),
        str(ground.home / ".bashrc"),
        str(ground.state / "new"),
        f"{engine_home}/sandbox-was-here",
        "/etc/sandbox-was-here",
        "/usr/sandbox-was-here",
        "/usr/local/sandbox-was-here",
        "/sandbox-was-here",
        "/dev/sandbox-was-here",
        "/var/tmp/sandbox-was-here",
        "/run/sandbox-was-here",
        f"{sys.base_prefix}/sandbox-was-here",
    ]
    said = ground.run(
        _TRY
        + f"""
import os, shutil
from pathlib import Path
here = Path.cwd()
parents = sorted(os.listdir(here.parent))
(here / "shop" / "ordering.py").write_text("LIMIT = 99")
(here / "new.txt").write_text("beside itself")
(here / "shop" / "__init__.py").unlink()
print(json.dumps({{
    "where": str(here),
    "made": [place for place in {places!r} if attempt(lambda: Path(place).write_text("x")) == "1"],
    "parents": parents,
}}))"""
    ).said()
    assert (said["where"], said["parents"]) == (str(ground.project), [ground.project.name])
    # The folder that holds the project is a private temporary one inside: writing there is harmless. So is one below /tmp that
    # holds the interpreter, where the engine's home is such a folder.
    harmless = {str(ground.root / "beside.txt"), *(each for each in places[3:] if each.startswith("/tmp/"))}
    assert {str(ground.root / "beside.txt")} <= set(said["made"]) <= harmless
    assert [str(path) for path in map(Path, places[2:]) if path.exists()] == []
    assert ground.digest(ground.project) == before
    assert (ground.root / "beside.txt").read_text() == (ground.home / ".bashrc").read_text() == "untouched"


def test_a_symlink_does_not_lead_out_of_the_sandbox(ground):
    outside = ground.write("outside/treasure.txt", "gold")
    (ground.project / "link").symlink_to(outside)
    (ground.project / "folder").symlink_to(outside.parent)
    (ground.project / "up").symlink_to("../outside/treasure.txt")
    said = ground.run(
        _TRY
        + f"outside = {str(outside)!r}"
        + """
import os
from pathlib import Path
os.symlink("/proc/1/root", "root")
os.symlink("/proc/1/cwd", "cwd")
print(json.dumps([attempt(lambda: Path(name).read_text())
    for name in ("link", "folder/treasure.txt", "up", "root" + outside, "cwd/../outside/treasure.txt")]
    + [attempt(lambda: Path("folder/new.txt").write_text("x"))]))"""
    ).said()
    assert all(answer.startswith("refused") for answer in said)
    assert [path.name for path in outside.parent.iterdir()] == ["treasure.txt"]


def test_secrets_of_the_environment_the_home_and_the_project_are_unreadable(ground):
    ground.write("home/.secret", "s3cret-value")
    ground.write("my pröject/.env", "KEY=s3cret-value")
    ground.write("my pröject/conf/id_rsa", "s3cret-value")
    code = (
        _TRY
        + f"""
import glob, os
from pathlib import Path
seen = []
for pattern in ("/proc/[0-9]*/environ", "/proc/[0-9]*/cmdline", "/proc/self/mountinfo"):
    for name in glob.glob(pattern):
        seen.append(attempt(lambda: Path(name).read_bytes()))
for folder, _, names in os.walk("/"):
    if folder.startswith(("/proc", "/usr", "/dev", "/lib")) or "python" in folder.lower() or "venv" in folder:
        continue
    seen += [attempt(lambda: (Path(folder) / name).read_bytes()) for name in names]
print(json.dumps({{
    "variable": os.environ.get("ENGINE_SECRET"),
    "home": attempt(lambda: Path({str(ground.home / ".secret")!r}).read_text()),
    "leaks": [one[:200] for one in seen if "s3cret" "-value" in one and "attempt" not in one],
    "env": Path(".env").read_text(),
    "names": sorted(os.environ),
    "own_home": os.listdir(os.path.expanduser("~")),
    "passwd": Path("/etc/passwd").read_text().count("\\n"),
    "shadow": attempt(lambda: Path("/etc/shadow").read_text()),
}}))"""
    )
    outcome = ground.run(code)
    said = outcome.said()
    assert said["variable"] is None
    assert said["home"].startswith("refused")
    assert said["leaks"] == []
    assert said["env"] == ""
    assert set(said["names"]) <= {"HOME", "LANG", "LC_CTYPE", "PATH", "PWD", "OLDPWD", "SHLVL", "TMPDIR", "_"}
    assert said["own_home"] == []
    assert said["passwd"] == 1
    assert said["shadow"].startswith("refused")
    assert set(outcome.masked) == {".env", "conf/id_rsa"}


def test_there_are_no_capabilities_no_other_processes_and_no_open_files(ground):
    said = ground.run(
        _TRY
        + """
import os, subprocess
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
opened = [int(name) for name in os.listdir("/proc/self/fd")]
print(json.dumps({
    "capabilities": [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
    "no_new_privileges": int(status["NoNewPrivs"]),
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "opened": [number for number in opened if os.path.exists(f"/proc/self/fd/{number}")],
    "remount": subprocess.call(["mount", "-o", "remount,rw", "/usr"], stderr=subprocess.DEVNULL) != 0,
    "namespace": subprocess.call(["unshare", "-Ur", "true"], stderr=subprocess.DEVNULL) != 0,
    "session": os.getsid(0) != 0,
}))"""
    ).said()
    assert said["capabilities"] == [0] * 5
    assert said["no_new_privileges"] == 1
    assert said["processes"] <= 3
    assert set(said["opened"]) <= {0, 1, 2}
    assert said["remount"]
    assert said["namespace"]


def test_a_fork_bomb_is_stopped(ground):
    outcome = ground.run(
        """
import os, time
print(os.getpid(), flush=True)
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
""",
        processes=40,
    )
    assert outcome.breach == "processes"
    groups = cgroup.find()
    assert groups is None or not list(groups.place.glob(f"codeflash-{outcome.engine}-*"))


def test_the_kernel_bounds_a_burst_between_two_looks(ground):
    """Also for root, whom ``ulimit -u`` does not bind, where a group of the pids controller can be made."""
    if os.getuid() == 0 == ground.uid and cgroup.find() is None:
        pytest.skip("root, and no group of processes can be made here")
    outcome = ground.run(
        """
import threading
held = threading.Event()
started = 0
try:
    while started < 60:
        threading.Thread(target=held.wait, daemon=True).start()
        started += 1
except RuntimeError:
    print("refused")
else:
    print(started)
""",
        processes=2,
    )
    assert outcome.stdout == b"refused\n"


def test_a_number_of_processes_within_the_limit_is_let_be(ground):
    outcome = ground.run(
        """
import subprocess, sys
children = [subprocess.Popen([sys.executable, "-Sc", "input()"], stdin=subprocess.PIPE) for _ in range(8)]
for child in children:
    child.communicate(b"\\n")
print(sum(child.returncode for child in children))
""",
        processes=40,
    )
    assert (outcome.status, outcome.stdout, outcome.breach) == (0, b"0\n", None)


def test_a_memory_bomb_in_one_process_is_refused_by_the_kernel(ground):
    said = ground.run(
        _TRY + "print(json.dumps(attempt(lambda: bytearray(3 << 30))))", memory_bytes=1 << 30
    ).said()
    assert said == "refused: MemoryError"


def test_a_memory_bomb_of_many_processes_is_stopped(ground):
    outcome = ground.run(
        """
import os, time
for _ in range(8):
    if os.fork() == 0:
        held = bytearray(os.urandom(1)) * (90 << 20)
        time.sleep(100)
time.sleep(100)
""",
        memory_bytes=300 << 20,
    )
    assert outcome.breach == "memory"
    assert outcome.peak > 300 << 20


def test_pages_shared_by_forks_are_counted_once(ground):
    outcome = ground.run(
        """
import os, time
held = b"x" * (150 << 20)
children = []
for _ in range(6):
    pid = os.fork()
    if pid == 0:
        time.sleep(0.5)
        os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
""",
        memory_bytes=500 << 20,
    )
    assert (outcome.status, outcome.breach) == (0, None)


def test_an_endless_loop_is_stopped_by_the_wall_clock(ground):
    outcome = ground.run("import time\ntime.sleep(1000)", wall_seconds=0.7)
    assert (outcome.breach, outcome.status) == ("wall", None)


def test_an_endless_loop_is_stopped_by_the_processor_time(ground):
    outcome = ground.run("while True: pass", cpu_seconds=0.6)
    assert outcome.breach == "cpu"
    assert outcome.cpu > 0.3


def test_processor_time_of_a_group_is_added_up(ground):
    outcome = ground.run(
        """
import os
for _ in range(3):
    os.fork()
while True:
    pass
""",
        cpu_seconds=1.0,
    )
    assert outcome.breach == "cpu"


def test_ten_gigabytes_of_output_are_cut_off(ground):
    outcome = ground.run(
        """
import os
block = b"x" * (1 << 20)
for _ in range(10 << 10):
    os.write(1, block)
""",
        output_bytes=8 << 20,
    )
    assert outcome.breach == "output"
    assert outcome.stdout_bytes <= 8 << 20


def test_endless_error_output_is_cut_off_and_only_its_end_is_kept(ground):
    outcome = ground.run(
        """
import os
while True:
    os.write(2, b"y" * (1 << 16))
""",
        output_bytes=4 << 20,
    )
    assert outcome.breach == "output"
    assert len(outcome.stderr) <= 64 << 10


def test_a_large_file_is_refused(ground):
    said = ground.run(
        _TRY
        + """
from pathlib import Path
def fill(path):
    with open(path, "wb") as file:
        for _ in range(1024):
            file.write(b"x" * (1 << 20))
print(json.dumps([attempt(lambda: fill("big")), attempt(lambda: fill("/tmp/big")), Path("big").stat().st_size]))""",
        file_bytes=16 << 20,
    ).said()
    assert said == ["refused: OSError", "refused: OSError", 16 << 20]


def test_the_temporary_file_systems_are_bounded(ground):
    said = ground.run(
        _TRY
        + """
def fill(folder):
    for number in range(64):
        with open(f"{folder}/{number}", "wb") as file:
            file.write(b"x" * (8 << 20))
print(json.dumps([attempt(lambda: fill("/tmp")), attempt(lambda: fill("/dev/shm"))]))""",
        memory_bytes=128 << 20,
        file_bytes=16 << 20,
    ).said()
    assert said == ["refused: OSError"] * 2


def test_a_killed_engine_leaves_no_process(ground):
    mark = f"mark-{os.getpid()}-{ground.uid}"
    engine = ground.popen(
        f"""
import os, subprocess, sys, time
for _ in range(3):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", {mark!r}], start_new_session=True)
print("ready", flush=True)
time.sleep(600)
""",
        announce=5,
    )
    try:
        assert engine.stdout is not None
        assert engine.stdout.readline() == b"ready\n"
        bwrap = psutil.Process(engine.pid).children(recursive=True)
        assert len(bwrap) >= 6
        engine.send_signal(signal.SIGKILL)
        engine.wait()
        _, alive = psutil.wait_procs(bwrap, timeout=20)
        assert alive == []
    finally:
        engine.kill()
        engine.communicate()
    assert not [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or [])]


def test_a_daemon_does_not_outlive_the_program_that_started_it(ground):
    mark = f"daemon-{os.getpid()}-{ground.uid}"
    outcome = ground.run(
        f"""
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", {mark!r}])
    os._exit(0)
print("{{}}")
"""
    )
    assert outcome.said() == {}
    assert not [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or [])]


def test_read_only_files_and_folders_of_the_project_do_not_stop_it(ground):
    path = ground.write("my pröject/data/täble.csv", "1,2\n")
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        said = ground.run(
            """
import json
from pathlib import Path
Path("data/beside.txt").write_text("tests may write beside themselves")
print(json.dumps(Path("data/täble.csv").read_text()))"""
        ).said()
    finally:
        path.parent.chmod(0o755)
    assert said == "1,2\n"
    assert list((ground.state / "scratch").iterdir()) == []


def test_a_crash_by_signal_is_reported_as_one(ground):
    outcome = ground.run("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert (outcome.status, outcome.signal, outcome.breach) == (None, signal.SIGSEGV, None)


def test_the_last_words_of_a_failing_program_are_told(ground):
    outcome = ground.run("raise RuntimeError('no such table')")
    assert outcome.status == 1
    assert "no such table" in outcome.last_words


def test_a_project_below_the_home_folder_is_shown_without_it(ground):
    ground.variables["HOME"] = str(ground.root)
    ground.write(".secret", "s3cret-value")
    ground.write(".config/token", "s3cret-value")
    said = ground.run(
        f"""
import json, os
print(json.dumps([os.listdir({str(ground.root)!r}), os.path.expanduser("~")]))"""
    ).said()
    assert said == [[ground.project.name], "/tmp/home"]
