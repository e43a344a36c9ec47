import pytest

from codeflash_core.errors import ContractViolation, GitHubError
from codeflash_core.github import checks
from codeflash_core.github.checks import Annotation, CheckOutput

REPOSITORY = "acme/shop"
OUTPUT = CheckOutput("Measuring", "a *summary*")


def created(commit="a" * 40, external="mine"):
    return checks.create_check_call(REPOSITORY, "codeflash", commit, external, OUTPUT, "2026-01-31T00:00:00Z")


def test_a_check_run_is_made_found_by_its_commit_and_ended(ask_as_app):
    made = ask_as_app(lambda api: checks.send_check(api, created()))
    assert (made.status, made.conclusion, made.external_id, made.app) == ("in_progress", "", "mine", 7)
    (found,) = ask_as_app(lambda api: checks.check_runs(api, REPOSITORY, "a" * 40, "codeflash"))
    assert found == made
    note = Annotation("a.py", 3, 4, "notice", "A title", "A message")
    ended = checks.update_check_call(REPOSITORY, made.id, CheckOutput("Done", "s", "t", (note,)), "success")
    told = ask_as_app(lambda api: checks.send_check(api, ended))
    assert (told.status, told.conclusion, told.annotations) == ("completed", "success", 1)
    assert ask_as_app(lambda api: checks.check_run(api, REPOSITORY, made.id)) == told


def test_a_check_run_can_be_told_anew_before_it_ends(ask_as_app, app_server):
    made = ask_as_app(lambda api: checks.send_check(api, created()))
    call = checks.update_check_call(REPOSITORY, made.id, CheckOutput("Half", "s"))
    assert ask_as_app(lambda api: checks.send_check(api, call)).status == "in_progress"
    assert app_server.checks[0]["output"]["title"] == "Half"


def test_all_pages_of_check_runs_are_read(ask_as_app, app_server):
    app_server.page = 2
    for number in range(5):
        ask_as_app(lambda api, each=number: checks.send_check(api, created(external=f"n{each}")))
    found = ask_as_app(lambda api: checks.check_runs(api, REPOSITORY, "a" * 40, "codeflash"))
    assert [each.external_id for each in found] == [f"n{number}" for number in range(5)]


def test_more_annotations_than_one_request_takes_are_a_fault_of_ours():
    note = Annotation("a.py", 1, 1, "notice", "t", "m")
    with pytest.raises(ContractViolation):
        checks.update_check_call(REPOSITORY, 1, CheckOutput("t", "s", annotations=(note,) * 51), "success")


def test_a_text_is_cut_where_github_would_refuse_it():
    call = checks.update_check_call(REPOSITORY, 1, CheckOutput("t", "x" * 99_999), "success")
    assert len(call.body["output"]["summary"]) == checks.MOST_TEXT


def test_a_check_run_that_is_not_there_is_told(ask_as_app):
    with pytest.raises(GitHubError) as told:
        ask_as_app(lambda api: checks.check_run(api, REPOSITORY, 5))
    assert told.value.status == 404
