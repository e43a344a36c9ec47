"""The job that comments: one comment, kept up to date, whatever the report says."""

import json
import shutil
import sys

import pytest

MARK = "<!-- codeflash -->"
# Keeps comments in a file and answers the calls that the step makes, as GitHub's own program does; jq reads the filter.
GH = """#!{python}
import json, pathlib, subprocess, sys
store = pathlib.Path({store!r})
known = json.loads(store.read_text())
api, *words = sys.argv[1:]
assert api == "api"
options = {{}}
while words:
    word = words.pop(0)
    if word in ("--jq", "--method", "-F"):
        options[word] = words.pop(0)
    elif not word.startswith("--"):
        path = word
if "-F" not in options:
    assert path == "repos/acme/shop/issues/7/comments", path
    done = subprocess.run(["jq", "-r", options["--jq"]], input=json.dumps(known), text=True, capture_output=True)
    sys.stdout.write(done.stdout)
    sys.exit(done.returncode)
name, _, file = options["-F"].partition("=@")
assert name == "body"
body = pathlib.Path(file).read_bytes().decode("utf-8", "replace")
if options["--method"] == "POST":
    assert path == "repos/acme/shop/issues/7/comments", path
    known.append({{"id": 100 + len(known), "user": {{"login": "github-actions[bot]"}}, "body": body}})
else:
    (one,) = [each for each in known if path == f"repos/acme/shop/issues/comments/{{each['id']}}"]
    one["body"] = body
store.write_text(json.dumps(known))
"""


@pytest.fixture
def comments(machine, tmp_path, written, job_of):
    """``comments(report, known)`` is what stands on the pull request after the job; None in place of a report is a link."""
    if shutil.which("jq") is None:
        pytest.skip("jq is missing; it stands for the one in GitHub's own program")
    store = tmp_path / "comments.json"
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "gh").write_text(GH.format(python=sys.executable, store=str(store)))
    (programs / "gh").chmod(0o755)
    job = job_of(written("--comment"), "comment")
    job["steps"] = [step for step in job["steps"] if "run" in step]
    machine.environment.update(
        PATH=f"{programs}:{machine.environment['PATH']}",
        REPOSITORY="acme/shop",
        NUMBER="7",
        GH_TOKEN="ghs_of_the_job",
    )
    machine.workspace.mkdir()
    (machine.workspace / "report").mkdir()

    def run(report, known):
        store.write_text(json.dumps(known))
        file = machine.workspace / "report/summary.md"
        file.unlink(missing_ok=True)
        if report is None:
            file.symlink_to("/proc/self/environ")
        else:
            file.write_bytes(report.encode())
        return machine.run(job), json.loads(store.read_text())

    return run


def test_the_first_report_becomes_a_comment(comments):
    failed, known = comments("**1 of 1 target**\n", [])
    assert failed == []
    assert [each["body"] for each in known] == [f"{MARK}\n**1 of 1 target**\n"]


def test_a_later_report_replaces_it_and_touches_no_other(comments):
    others = [
        {"id": 1, "user": {"login": "ada"}, "body": f"{MARK} not the bot's"},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "of another workflow"},
        {"id": 33, "user": {"login": "github-actions[bot]"}, "body": f"{MARK}\nold"},
        {"id": 4, "user": {"login": "github-actions[bot]"}, "body": f"{MARK}\na second one"},
    ]
    failed, known = comments("new", others)
    assert failed == []
    assert known == [*others[:2], {**others[2], "body": f"{MARK}\nnew"}, others[3]]


@pytest.mark.parametrize(
    "report", ['$(id) `id` \'; id; "$GH_TOKEN" ${{ github.token }}', "@/etc/passwd", "true"]
)
def test_a_report_is_a_text_and_nothing_else(comments, report):
    failed, known = comments(report, [])
    assert failed == []
    assert known[0]["body"] == f"{MARK}\n{report}"


def test_a_huge_report_is_cut_to_what_a_comment_holds(comments):
    failed, known = comments("ä" * 200_000, [])
    assert failed == []
    assert 50_000 < len(known[0]["body"].encode()) < 65_536


def test_a_link_in_place_of_the_report_is_refused(comments):
    failed, known = comments(None, [])
    assert failed
    assert known == []
