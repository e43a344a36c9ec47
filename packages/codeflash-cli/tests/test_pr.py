"""``codeflash pr`` and the steps of a case around it: nothing is sent unless that was asked for."""

import json
import sys
from pathlib import Path

import pytest

TOOLS = str(Path(__file__).resolve().parents[3] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback import forked, github  # noqa: E402 (found through the path above)

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
CASE = "acme/shop"
ALONE = "--no-follow-tags --recurse-submodules=no --no-signed"
NAMES = ("--upstream", "acme/shop", "--fork", "ada/shop")


class Desk:
    """A repository with the case, beside the checkout of the project that it is about."""

    def __init__(self, root, codeflash):
        self.project = forked.Forked(root / "hub", root / "work/acme_org/shop")
        self.cases = root / "cases"
        self.cases.mkdir()
        self.project.git("init", "-q", at=self.cases)
        self.project.git("config", "user.name", "Ada", at=self.cases)
        self.codeflash = codeflash

    def record(self, head, base="", **result):
        (self.cases / "result.json").write_bytes(
            forked.encoded(forked.comparison(base or self.project.start, head, **result))
        )
        told = ("--technique", "set", "--description", "look articles up in a set")
        return self.codeflash("case", "record", CASE, "result.json", *told)

    def everything(self):
        """All files of the case and the repositories' refs."""
        files = {path: path.read_bytes() for path in self.cases.rglob("*") if path.is_file()}
        return files, self.project.state(), self.project.git("for-each-ref", at=self.project.fork)


@pytest.fixture
def desk(tmp_path, codeflash, monkeypatch):
    found = Desk(tmp_path, codeflash)
    monkeypatch.chdir(found.cases)
    monkeypatch.setenv("CODEFLASH_CHECKOUTS", str(tmp_path / "work/{org}_org/{project}"))
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITHUB_API_URL", "CODEFLASH_TEAMMEMBER"):
        monkeypatch.delenv(name, raising=False)
    assert codeflash("case", "new", CASE).code == 0
    return found


@pytest.fixture
def server(desk, monkeypatch):
    known = github.GitHub(
        TOKEN,
        {"acme/shop": desk.project.upstream, "ada/shop": desk.project.fork},
        {"ada/shop": "acme/shop"},
    )
    with github.github(known):
        monkeypatch.setenv("GITHUB_API_URL", known.url)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield known


@pytest.fixture
def kept(desk):
    """A change that was recorded as a gain."""
    head = desk.project.change("perf/set", forked.SET)
    assert desk.record(head).code == 0
    return head


def test_a_dry_run_prints_everything_and_sends_and_changes_nothing(desk, kept, server, codeflash):
    before = desk.everything()
    said = codeflash("pr", "open", CASE, "--branch", "perf/set", *NAMES)
    assert said.code == 0
    assert desk.everything() == before
    assert server.asked == []
    lines = said.out.splitlines()
    for line in (
        "GET /repos/acme/shop",
        f"git push --porcelain {ALONE} fork {kept}:refs/heads/perf/set",
        "POST /repos/acme/shop/pulls",
        '  "head": "ada:perf/set",',
        '  "base": "main",',
        "nothing was sent; --send does it",
    ):
        assert line in lines
    assert forked.WHY in said.out
    assert codeflash("pr", "open", CASE, "--row", "1", "--dry-run", *NAMES).out == said.out


def test_a_dry_run_needs_no_token_and_is_one_document(desk, kept, codeflash):
    said = codeflash("pr", "open", CASE, "--row", "1", "--json", *NAMES)
    assert said.document["sent"] is False
    told = [step["told"].partition(" ")[0] for step in said.document["steps"]]
    assert told == ["GET", "git", "GET", "GET", "GET", "git", "POST", "GET", "PATCH"]
    assert said.document["steps"][6]["body"]["body"] == said.document["body"]


def test_sent_it_is_open_recorded_and_the_case_goes_on(desk, kept, server, codeflash):
    assert "next: perf/set is measured and not on the fork as it is" in codeflash("case", "status", CASE).out
    said = codeflash("pr", "open", CASE, "--branch", "perf/set", "--send", *NAMES)
    assert said.code == 0, said.err
    assert said.out == f"opened: {server.url}/acme/shop/pull/1\n"
    assert "codeflash: POST /repos/acme/shop/pulls\n" in said.err
    assert (server.pull("acme/shop", 1)["head"]["sha"], server.pull("acme/shop", 1)["state"]) == (
        kept,
        "open",
    )
    status = codeflash("case", "status", CASE)
    assert f"perf/set  pushed; row 1, a gain; {server.url}/acme/shop/pull/1" in status.out
    assert "next: write case.md" in status.out
    (branch,) = codeflash("case", "status", CASE, "--json").document["branches"]
    assert (branch["pushed"], branch["row"], branch["gain"]) == (True, 1, True)
    again = codeflash("pr", "open", CASE, "--branch", "perf/set", "--send", "--json", *NAMES)
    assert (again.document["created"], again.document["pull"]["number"]) == (False, 1)


def test_the_token_is_nowhere(desk, kept, server, codeflash):
    said = codeflash("pr", "open", CASE, "--branch", "perf/set", "--send", *NAMES)
    server.fail("GET", "/repos", 403, {"message": f"no {TOKEN}"})
    refused = codeflash("pr", "open", CASE, "--branch", "perf/set", "--send", *NAMES)
    assert refused.code == 2
    assert TOKEN not in said.out + said.err + refused.out + refused.err
    files = [path for path in desk.cases.parent.rglob("*") if path.is_file()]
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []


def test_without_a_token_it_says_what_to_set(desk, kept, codeflash):
    said = codeflash("pr", "open", CASE, "--branch", "perf/set", "--send", *NAMES)
    assert said.code == 2
    assert said.err == (
        "codeflash: there is no token for GitHub\n"
        "  Set GITHUB_TOKEN to one that may write pull requests; it is read from the environment only.\n"
    )


def test_what_stands_in_the_way_is_told_and_can_be_passed_over(desk, kept, server, codeflash):
    server.open("acme/shop", "bob:x", "Look articles up in a set", files=[])
    words = ("pr", "open", CASE, "--branch", "perf/set", "--send", *NAMES)
    said = codeflash(*words, "--json")
    assert said.code == 2
    assert said.document["error"]["message"].endswith("is open and has the same title")
    assert server.sent == []
    assert "note: pull request 1" in codeflash(*words, "--anyway").out


def test_the_stack_is_built_measured_and_sent_in_this_order(desk, kept, server, codeflash):
    other = desk.project.change("perf/min", forked.MIN)
    desk.record(other, benchmark="tests/test_bench.py::test_cheapest", point=3.0)
    stack = ("pr", "stack", CASE, *NAMES)
    before = desk.everything()
    told = codeflash(*stack)
    assert told.code == 0
    assert "  perf/set  row 1\n  perf/min  row 2\nnext: codeflash pr stack acme/shop --build\n" in told.out
    assert desk.everything() == before
    assert "is not what the kept changes give now" in codeflash(*stack, "--send").err
    assert codeflash(*stack, "--build").code == 0
    assert "measured, not computed" in codeflash(*stack, "--send").err
    commit = desk.project.git("rev-parse", "perf/all")
    desk.record(commit, point=4.0)
    dry = codeflash(*stack)
    assert (
        f"git push --porcelain {ALONE} --force-with-lease=refs/heads/perf/all: fork {commit}:refs/heads/perf/all"
        in dry.out
    )
    assert server.asked == []
    assert codeflash(*stack, "--send").out.endswith(f"opened: {server.url}/ada/shop/pull/1\n")
    assert server.pull("ada/shop", 1)["draft"] is True
    assert desk.project.git("rev-parse", "perf/all", at=desk.project.fork) == commit
    assert "a stack is measured between" in codeflash(*stack, "--build", "--send").err


def test_a_conflict_in_the_stack_is_named(desk, kept, codeflash):
    other = desk.project.change("perf/zother", ("    missing = []\n", "    missing = list()\n"))
    desk.record(other)
    said = codeflash("pr", "stack", CASE, *NAMES)
    assert said.code == 2
    assert "perf/zother can't be merged with perf/set: src/shop/stock.py" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("pr",), "a command is wanted: open or stack"),
        (("pr", "open", "shop"), "ORG/PROJECT is wanted, not shop"),
        (("pr", "open", "../shop"), "ORG/PROJECT is wanted, not ../shop"),
        (("pr", "open", "acme/other"), "there is no case acme/other"),
        (("pr", "open", CASE, "--send", "--dry-run"), "not allowed with argument"),
        (("pr", "open", CASE, "--checkout", "nowhere"), "there is no git checkout in nowhere"),
        (("pr", "open", CASE, "--bench", "gone.py", *NAMES), "can't read gone.py"),
        (("pr", "open", CASE, "--into", "moon"), "--into: upstream or fork is wanted, not moon"),
        (("pr", "open", CASE), "the checkout is on no branch perf/NAME"),
        (("pr", "stack", CASE, *NAMES), "no branch perf/NAME is at the commit of a kept row"),
        (("case", "export", CASE), "what to export is not said"),
        (("case", "export", CASE, "--hyperfine"), "no row of the case has a figure and raw data"),
    ],
)
def test_what_cannot_be_done_is_refused(desk, codeflash, words, message):
    said = codeflash(*words)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err


def test_a_program_that_is_not_utf_8_is_not_altered(desk, kept, codeflash):
    (desk.cases / "own.py").write_bytes(b"import shop.stock\nprint('caf\xe9')\n")
    said = codeflash("pr", "open", CASE, "--branch", "perf/set", "--bench", "own.py", "--json", *NAMES)
    assert said.code == 2
    assert "own.py is not UTF-8: byte 0xe9 in line 2\n  Save it as UTF-8.\n" in said.err
    assert said.document["error"]["where"] == {"path": "own.py", "line": 2, "column": None}


def test_a_checkout_that_is_not_there_is_told_with_the_setting(desk, kept, codeflash, monkeypatch):
    monkeypatch.setenv("CODEFLASH_CHECKOUTS", "/nowhere/{org}/{project}")
    said = codeflash("pr", "open", CASE)
    assert "there is no checkout of acme/shop: not here, and not in /nowhere/acme/shop" in said.err
    # The records can be looked at without it.
    said = codeflash("case", "status", CASE)
    assert said.code == 0
    assert "no checkout of the project was found" in said.out
    assert codeflash("case", "status", CASE, "--json").document["checkout"] is None
    assert codeflash("case", "status", CASE, "--checkout", "nowhere").code == 2
    monkeypatch.setenv("CODEFLASH_CHECKOUTS", "/nowhere")
    assert (
        "CODEFLASH_CHECKOUTS: a folder with {org} and {project} in it is wanted"
        in codeflash("pr", "open", CASE).err
    )


def test_the_script_is_printed_or_written(desk, kept, codeflash):
    text = codeflash("case", "export", CASE, "--hyperfine").out
    assert text.startswith("#!/bin/sh\n")
    assert 'RUNNER="${RUNNER:-uv run python}"' in text
    assert f"BASE={desk.project.start}\nHEAD={kept}\n" in text
    assert "CHANGED = ('src/shop/stock.py',)" in text
    said = codeflash("case", "export", CASE, "--hyperfine", "--vm", "--row", "1", "-o", "bench.sh")
    assert said.out == "written: bench.sh\n"
    assert 'RUNNER="${RUNNER:-.venv/bin/python}"' in (desk.cases / "bench.sh").read_text()
    (desk.cases / "own.py").write_text("import shop.stock\n")
    own = codeflash("case", "export", CASE, "--hyperfine", "--bench", "own.py", "--json").document
    assert (own["row"], "import shop.stock\nEND_OF_BENCH" in own["script"]) == (1, True)


def test_a_new_case_names_the_order_of_work_and_keeps_a_status_page(desk, codeflash):
    page = desk.cases / ".codeflash/ada/acme/shop/status.md"
    text = page.read_text()
    assert text.startswith("# Status of acme/shop\n\n## Order of work\n")
    steps = [line for line in text.splitlines() if line[:2].rstrip(".").isdigit()]
    assert len(steps) == 6
    assert "next: change one thing on a branch perf/NAME" in codeflash("case", "status", CASE).out


def test_the_machine_of_the_status_page_is_named_where_it_is_measured(desk, codeflash):
    page = desk.cases / ".codeflash/ada/acme/shop/status.md"
    page.write_text(
        "# Status\n\n## Machines\n\n| name | project | address | size | resource group |\n|---|---|---|---|---|\n"
        "| bench1 | acme/shop | | | |\n"
    )
    desk.project.change("perf/set", forked.SET)
    desk.project.git("push", "-q", "fork", "perf/set")
    assert "perf/set --on bench1 --json > result.json" in codeflash("case", "status", CASE).out


def test_a_hand_edited_record_is_named_with_its_line(desk, kept, server, codeflash):
    codeflash("pr", "open", CASE, "--branch", "perf/set", "--send", *NAMES)
    path = desk.cases / ".codeflash/ada/acme/shop/data/pulls.tsv"
    path.write_text(path.read_text() + "change\tacme/shop\n")
    said = codeflash("case", "status", CASE, "--json")
    assert said.code == 2
    assert said.document["error"]["where"] == {"path": str(path), "line": 4, "column": None}
    assert "it has 2 fields, not 9" in said.err
    assert json.loads(said.out)["error"]["code"] == "usage"
