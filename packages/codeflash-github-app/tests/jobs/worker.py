"""Carries a job out in a fresh process for each line of standard input: how often, whoever kills them decides.

A line is the JSON of what ``make_host`` of ``conftest.py`` and an order need; the answer is the process's id. A line with
an ``environment`` is carried out by the program itself, ``codeflash-github-app work``, with another engine; it kills itself
at the moment that the line names, counted over requests, statements and what it asks of the queue, before and after each.
"""

import asyncio
import importlib.util
import json
import os
import signal
import sys
from pathlib import Path


def attempt(conftest, told):
    """One attempt at a job."""
    books = conftest.Books(Path(told["folder"]) / "books")
    repository = conftest.Repository(1, 11, conftest.NAME, "main")
    books.order = conftest.OptimizePull(repository, told["number"], told["head"])
    engine = conftest.Engine(Path(told["folder"])) if told.get("real") else None
    host = conftest.make_host(
        told["url"], told["key"].encode(), Path(told["folder"]), books, engine, **told.get("limits", {})
    )
    asyncio.run(conftest.run(told["job"], host))


class Moments:
    """Kills this process at the n-th moment."""

    def __init__(self, left):
        self.left = left

    def __call__(self, *ignored):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner, name):
        """Count before and after each call."""
        original = getattr(owner, name)

        async def counted(*words, **more):
            self()
            answer = await original(*words, **more)
            self()
            return answer

        setattr(owner, name, counted)


def work(conftest, told):
    """The program, whose engine answers at once."""
    import functools

    import httpx2
    from procrastinate import PsycopgConnector
    from sqlalchemy import Engine, event

    from codeflash_github_app.main import main
    from codeflash_github_app.queue import house

    moments = Moments(told["moment"])
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, moments)
    for owner, name in (
        (PsycopgConnector, "execute_query_async"),
        (PsycopgConnector, "execute_query_one_async"),
        (PsycopgConnector, "execute_query_all_async"),
        (httpx2.AsyncClient, "send"),
    ):
        moments.around(owner, name)
    house.Engine = functools.partial(conftest.Engine, program=(sys.executable, "-I", str(conftest.FAKE)))
    os.environ.update(told["environment"])
    log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for each in (1, 2):
        os.dup2(log, each)
    main(["work"])


def main():
    """Fork for each line; a fork has imported everything already."""
    spec = importlib.util.spec_from_file_location("conftest", Path(__file__).with_name("conftest.py"))
    conftest = importlib.util.module_from_spec(spec)
    sys.modules["conftest"] = conftest
    spec.loader.exec_module(conftest)
    from codeflash_core.github.wire import _authorities

    _authorities(trust_env=False)  # read once for all forks

    print("ready", flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            code = 1
            try:
                (work if "environment" in told else attempt)(conftest, told)
                code = 0
            finally:
                os._exit(code)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


main()
