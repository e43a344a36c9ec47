"""A stand-in for the program `claude`: what it does is named by its model."""

import json
import os
import sys
import time
from pathlib import Path

FAST = "def f(x):\n    return x\n"
EDITED = Path("shop/a.py")


def answer(text: str, **more: object) -> None:
    told = {"type": "result", "subtype": "success", "is_error": False, "result": text, "num_turns": 3}
    print(json.dumps({**told, **more}))


def edit() -> None:
    EDITED.write_text(FAST)


def main() -> None:
    what = sys.argv[sys.argv.index("--model") + 1]
    task = sys.stdin.read()
    if what == "edits":
        edit()
        answer("It is\nfaster.", total_cost_usd=0.5)
    elif what == "tells":
        edit()
        seen = {
            "task": task,
            "variables": sorted(os.environ),
            "home": os.environ["HOME"],
            "words": sys.argv[1:],
        }
        seen["files"] = sorted(str(path) for path in Path().rglob("*"))
        seen["secret"] = Path(".env").read_text()
        seen["beside"] = Path("../beside").exists()
        answer(json.dumps(seen))
    elif what == "looks-around":
        edit()
        beside = Path.cwd().parent / "beside"
        answer(json.dumps([(beside / "diary").exists(), (beside / "bin/python").exists()]))
    elif what == "improves":
        EDITED.write_text(EDITED.read_text() + "# better\n")
        answer("Better still.")
    elif what == "repeats-the-key":
        edit()
        answer(f"My key is {os.environ['ANTHROPIC_API_KEY']}.")
    elif what == "writes-the-key":
        EDITED.write_text(f"KEY = {os.environ['ANTHROPIC_API_KEY']!r}\n")
        answer("Done.")
    elif what == "writes-bytes":
        EDITED.write_bytes(b"\xff\xfe\x00")
        answer("Done.")
    elif what == "links":
        EDITED.unlink()
        EDITED.symlink_to("/etc/passwd")
        answer("Done.")
    elif what == "sleeps":
        edit()
        time.sleep(600)
    elif what == "floods":
        while True:
            sys.stdout.write("x" * 65536)
    elif what == "has-no-login":
        answer("Invalid API key · Please run /login", is_error=True)
        sys.exit(1)
    elif what == "fails":
        print(f"Error: the model with {os.environ['ANTHROPIC_API_KEY']} is overloaded", file=sys.stderr)
        sys.exit(7)
    elif what == "curses":
        answer("\x1b]0;owned\x07 over\ntwo lines", is_error=True)
    elif what == "babbles":
        edit()
        print("I made it faster!")
    elif what == "gives-up":
        answer("There is nothing to gain.", total_cost_usd=0.25)


main()
