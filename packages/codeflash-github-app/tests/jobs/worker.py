"""Carries a job out in a fresh process for each line of standard input: how often, whoever kills them decides.

A line is the JSON of what ``make_host`` of ``conftest.py`` and an order need; the answer is the process's id.
"""

import asyncio
import importlib.util
import json
import os
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
                attempt(conftest, told)
                code = 0
            finally:
                os._exit(code)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


main()
