from __future__ import annotations

import platform
import subprocess
import sys
import textwrap
from types import SimpleNamespace
from typing import Any

import pytest

from codeflash_web import allocator

# Allocates in eight threads at once, past Python's own allocator, and counts the arenas.
IN_THREADS = textwrap.dedent(
    """
    import ctypes, re, sys, tempfile, threading
    from codeflash_web.allocator import steady_memory

    if sys.argv[1] == "shared":
        assert steady_memory()
    together = threading.Barrier(8)

    def work():
        kept = [bytearray(20_000) for _ in range(50)]
        together.wait()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    with tempfile.NamedTemporaryFile() as told:
        stream = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
        libc.malloc_info(0, stream)
        libc.fclose(stream)
        print(len(re.findall(rb"<heap nr=", told.read())))
    """
)

# Takes and gives back five megabytes in blocks that glibc does not map by themselves, and counts the pages that the
# kernel had to map the second time.
AGAIN = textwrap.dedent(
    """
    import resource, sys
    from codeflash_web.allocator import steady_memory

    if sys.argv[1] == "kept":
        assert steady_memory()
    else:
        import ctypes
        assert ctypes.CDLL(None).mallopt(-3, 128 * 1024)

    def work():
        kept = [bytearray(20_000) for _ in range(250)]
        kept.clear()
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

    work()
    before = work()
    print(work() - before)
    """
)


def pages(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", AGAIN, how], stdout=subprocess.PIPE, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told what to keep")
def test_memory_of_one_request_is_there_for_the_next() -> None:
    assert pages("given back") > 1000
    assert pages("kept") < 100


def arenas(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", IN_THREADS, how], stdout=subprocess.PIPE, check=True)
    return int(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
def test_threads_share_one_arena() -> None:
    assert arenas("own") > 1
    assert arenas("shared") == 1


def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator.sys, "platform", "darwin")
    assert not allocator.steady_memory()


@pytest.mark.parametrize("problem", [OSError, AttributeError], ids=["no library", "no such function"])
def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch, problem: type[Exception]) -> None:
    def missing(name: object) -> Any:
        raise problem

    monkeypatch.setattr(allocator.sys, "platform", "linux")
    monkeypatch.setattr(allocator, "ctypes", SimpleNamespace(CDLL=missing))
    assert not allocator.steady_memory()
