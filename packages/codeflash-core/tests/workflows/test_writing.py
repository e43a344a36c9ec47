import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.errors import UsageError
from codeflash_core.workflows.quoting import literal_pattern
from codeflash_core.workflows.values import CHECKOUT, DOWNLOAD, PYTHON, UPLOAD
from codeflash_core.workflows.writing import is_as_written, render

ODD = st.text(st.one_of(st.sampled_from(string.printable + "äß中${}'\"\\<>"), st.characters()), min_size=1)


def steps_of(document):
    return [step for job in document["jobs"].values() for step in job["steps"]]


def test_only_pull_requests_start_it_without_the_rights_of_the_base(parsed):
    assert list(parsed(comment=True)["on"]) == ["pull_request"]


def test_nothing_is_allowed_but_what_a_job_says(parsed):
    document = parsed(comment=True)
    assert document["permissions"] == {}
    assert document["jobs"]["measure"]["permissions"] == {"contents": "read"}
    assert document["jobs"]["comment"]["permissions"] == {"pull-requests": "write"}


def test_the_job_that_runs_the_pull_requests_code_holds_no_token_and_no_secret(parsed, choices):
    job = parsed(comment=True)["jobs"]["measure"]
    text = repr(job)
    assert "secrets" not in text
    assert "token" not in text.lower()
    assert "env" not in job
    assert all("env" not in step for step in job["steps"])
    assert job["steps"][0]["with"]["persist-credentials"] == "false"
    assert "secrets" not in render(choices(comment=True)).replace("repository's secrets", "")


def test_the_job_that_may_write_checks_nothing_out_and_runs_nothing_of_it(parsed):
    job = parsed(comment=True)["jobs"]["comment"]
    assert [step.get("uses", "").partition("@")[0] for step in job["steps"]] == [DOWNLOAD.name, ""]
    (run,) = [step["run"] for step in job["steps"] if "run" in step]
    assert not re.search(r"\b(python|codeflash (?!-->)|source|eval|sh|bash)\b", run)


def test_without_being_asked_nothing_may_write(parsed):
    document = parsed()
    assert list(document["jobs"]) == ["measure"]
    assert "write" not in repr([job["permissions"] for job in document["jobs"].values()])


def test_every_action_is_pinned_to_a_whole_commit_with_its_version_behind(choices):
    text = render(choices(comment=True))
    used = re.findall(r"uses: (.*)", text)
    assert len(used) == 4
    for each in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)
    assert {each.partition("@")[0] for each in used} == {
        each.name for each in (CHECKOUT, PYTHON, UPLOAD, DOWNLOAD)
    }


def test_no_shell_step_holds_an_expression(parsed):
    runs = [step["run"] for step in steps_of(parsed(comment=True)) if "run" in step]
    assert len(runs) == 7
    assert not [run for run in runs if "${{" in run]


def test_each_job_ends_and_a_newer_push_ends_an_older_run(parsed):
    document = parsed(comment=True)
    assert all(int(job["timeout-minutes"]) for job in document["jobs"].values())
    assert document["concurrency"]["cancel-in-progress"] == "true"


@pytest.mark.parametrize(("budget", "minutes"), [("1s", 25), ("60s", 70), ("2m", 115), ("1h", 360)])
def test_the_time_is_enough_for_all_targets_of_a_run(parsed, budget, minutes):
    assert parsed(budget=budget)["jobs"]["measure"]["timeout-minutes"] == minutes


def test_a_folder_of_the_repository_is_where_it_works(parsed):
    document = parsed(folder="libs/a [b]/")
    assert document["on"]["pull_request"]["paths"] == [r"libs/a \[b\]/**/*.py"]
    assert document["jobs"]["measure"]["defaults"]["run"] == {
        "shell": "bash",
        "working-directory": "libs/a [b]/",
    }
    assert "defaults" not in parsed()["jobs"]["measure"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_choice_is_refused_or_changes_nothing_but_its_place(choices, parsed, data):
    name = data.draw(st.sampled_from(["base", "python", "budget", "install", "folder"]))
    text = data.draw(ODD)
    plain = parsed(base="main", folder="a")
    try:
        document = parsed(**{"base": "main", "folder": "a", name: text})
    except UsageError as problem:
        assert "\n" not in problem.message
        return
    text = text.strip()
    measure = document["jobs"]["measure"]
    runs = {step["name"]: step.get("run", "") for step in measure["steps"]}
    match name:
        case "base":
            assert document["on"]["pull_request"]["branches"] == [literal_pattern(text)]
        case "python":
            assert measure["steps"][1]["with"]["python-version"] == text
        case "install":
            assert runs["Install codeflash"] == text + "\n"
        case "folder":
            assert measure["defaults"]["run"]["working-directory"] == text
        case _:
            assert f"--budget {text} " in runs["Look for faster versions of what changed"].replace("'", "")
    # All the rest stands as it would without it.
    assert _shape(document) == _shape(plain)


def _shape(value):
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items()}
    return [_shape(each) for each in value] if isinstance(value, list) else ""


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("python", "3.12\n  evil: 1"),
        ("python", "${{ github.token }}"),
        ("python", "3.12; id"),
        ("python", ""),
        ("budget", "soon"),
        ("budget", "0s"),
        ("budget", "60s; id"),
        ("install", ""),
        ("install", "pip install x\nid"),
        ("install", "X=${{ secrets.KEY }} pip install x"),
        ("base", "a\nb"),
        ("folder", "a\u2028b"),
    ],
)
def test_what_would_mean_something_else_is_refused(choices, field, text):
    with pytest.raises(UsageError):
        render(choices(**{field: text}))


def test_a_workflow_knows_whether_somebody_edited_it(choices):
    text = render(choices(comment=True))
    assert is_as_written(text)
    assert is_as_written(text.replace("\n", "\r\n"))
    assert not is_as_written(text.replace("contents: read", "contents: write"))
    assert not is_as_written(text + "\n")
    assert not is_as_written("")


def test_workflows_of_two_projects_neither_cancel_each_other_nor_share_a_comment(choices, parsed):
    here, there = (parsed(folder=folder, comment=True) for folder in ("libs/a/", "libs/b/"))
    assert (here["name"], there["name"], parsed()["name"]) == (
        "codeflash libs/a",
        "codeflash libs/b",
        "codeflash",
    )
    assert here["concurrency"]["group"].startswith("${{ github.workflow }}-")
    marks = [
        re.findall("<!-- .*? -->", render(choices(folder=each, comment=True))) for each in ("libs/a/", "")
    ]
    assert marks == [["<!-- codeflash libs-a -->"] * 2, ["<!-- codeflash -->"] * 2]
