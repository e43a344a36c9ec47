from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve

from codeflash_core.errors import ServiceError, UsageError
from codeflash_core.masking import Masking
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Block, Comparison, InputSamples, Interval, Outcome
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.target import Project, Target
from codeflash_core.model.verdict import Counterexample, Different, Evidence
from codeflash_core.ports.sources import Outgoing, Question, SourceSettings, Step
from codeflash_core.service.client import ServiceClient
from codeflash_core.sources import service_answers
from codeflash_core.sources.service import ServiceSource

ENVIRONMENT = {"CODEFLASH_API_URL": "http://localhost:8000", "CODEFLASH_API_KEY": "cf-secret"}
PATH = "shop/a.py"
TEXT = "def f(x):\n    return sorted(x)\n"
FAST = "def f(x):\n    return x\n"


def _question(text: str = TEXT, parent: Candidate | None = None) -> Question:
    target = Target(PATH, "f", "shop.a", file_sha256="0" * 64)
    project = Project(Path("/p"), "python", Path("/usr/bin/python3"))
    return Question(project, target, {PATH: text}, Corpus(target.id), parent, python=(3, 12))


def _block(text: str, path: str = PATH) -> str:
    return f"```python:{path}\n{text}```" if path else f"```python\n{text}```"


def _source(*codes: str, asked: list[Any] | None = None, status: int = 200, **more: Any) -> ServiceSource:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if asked is not None:
            asked.append(json.loads(request.content))
        found = [
            {"source_code": code, "explanation": "Why.\nMore.", "optimization_id": str(number), **more}
            for number, code in enumerate(codes)
        ]
        answer = {"optimizations": found} if status == 200 else {"error": "no"}
        return httpx2.Response(status, content=json.dumps(answer).encode())

    return ServiceSource(
        None, ENVIRONMENT, lambda address: ServiceClient(address, httpx2.MockTransport(respond))
    )


async def test_a_version_of_the_file_is_a_candidate_that_is_not_trusted() -> None:
    (found,) = await _source(_block(FAST), model="my model/1").propose(_question())
    assert found.files == {PATH: FAST}
    assert (found.source, found.why, found.steps) == ("service:my-model-1", "Why. More.", ("service",))
    assert not found.trusted
    assert found.cost.calls == 1


async def test_the_request_says_which_function_is_meant() -> None:
    asked: list[Any] = []
    await _source(asked=asked).propose(_question())
    assert asked[0]["source_code"] == f"```python:{PATH}\n{TEXT}```"
    assert (asked[0]["qualified_name"], asked[0]["language_version"]) == ("f", "3.12")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "no fence",
        _block(TEXT),
        _block("\n"),
        _block("x = '\ud800'\n"),
        _block("x\x00 = 1\n"),
        f"```python:{PATH}\n{FAST}",
    ],
    ids=[
        "empty",
        "unfenced",
        "the same",
        "blank",
        "surrogate",
        "nul",
        "half a fence",
    ],
)
async def test_what_is_no_version_of_the_file_is_left_out(code: str) -> None:
    assert await _source(code).propose(_question()) == ()


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        (_block(FAST, "other.py"), "other.py"),
        (_block(FAST, "tests/test_a.py"), "tests/test_a.py"),
        (_block(FAST) + "\n" + _block("x = 1\n", "b.py"), "b.py"),
    ],
    ids=["another file", "a test", "two files"],
)
async def test_a_change_of_files_that_were_not_asked_about_is_a_candidate_that_names_them(
    code, changed
) -> None:
    (found,) = await _source(code).propose(_question())
    assert found.refused == f"it changes {changed}: only {PATH} was asked about"


async def test_many_files_are_not_all_named() -> None:
    code = "\n".join(_block("x = 1\n", f"b{number}.py") for number in range(9))
    (found,) = await _source(code).propose(_question())
    assert (
        found.refused
        == f"it changes b0.py, b1.py, b2.py, b3.py, b4.py and 4 more: only {PATH} was asked about"
    )


async def test_another_way_to_write_the_path_is_the_same_file() -> None:
    (found,) = await _source(_block(FAST, f"./{PATH}")).propose(_question())
    assert (found.files, found.refused) == ({PATH: FAST}, "")


async def test_of_more_versions_than_anybody_asked_for_the_first_are_looked_at() -> None:
    codes = [_block(f"{FAST}# {number}\n") for number in range(service_answers.MOST + 3)]
    answer = await _source(*codes).ask(_question())
    assert len(answer.candidates) == service_answers.MOST
    assert answer.unusable == (f"3 more than {service_answers.MOST} versions are not looked at",)


async def test_why_no_answer_is_of_use_is_said() -> None:
    answer = await _source("no fence", _block(TEXT)).ask(_question())
    assert answer.problem == "none of 2 answers is a new version of the file: there is no code in it"
    assert answer.unusable == ("there is no code in it", "it is the same code")


async def test_an_endless_text_is_no_version_of_a_file(monkeypatch) -> None:
    monkeypatch.setattr(service_answers, "LARGEST", 50)
    assert await _source(_block(FAST + "# more\n" * 10)).propose(_question()) == ()


async def test_a_sole_block_needs_no_path() -> None:
    (found,) = await _source(_block(FAST, "")).propose(_question())
    assert found.files == {PATH: FAST}


async def test_equal_versions_come_once() -> None:
    assert len(await _source(_block(FAST), _block(FAST)).propose(_question())) == 1


@pytest.mark.parametrize("end", ["\r\n", ""], ids=["windows", "none"])
async def test_line_ends_are_those_of_the_file(end: str) -> None:
    text = TEXT.replace("\n", "\r\n").removesuffix("\r\n") + end if end else TEXT.removesuffix("\n")
    (found,) = await _source(_block(FAST)).propose(_question(text))
    assert found.files[PATH] == (FAST.replace("\n", "\r\n") if end else FAST.removesuffix("\n"))


async def test_a_version_of_the_best_so_far_builds_on_it() -> None:
    parent = Candidate("p", "rewrites:a", {"b.py": "x = 1\n"}, "First.", steps=("a",), adds=("_n",))
    (found,) = await _source(_block(FAST)).propose(_question(parent=parent))
    assert found.parents == ("p",)
    assert found.files == {"b.py": "x = 1\n", PATH: FAST}
    assert (found.why, found.steps, found.adds) == ("First. Why. More.", ("a", "service"), ("_n",))
    # It is another change than the same text of this file without what its parent changed elsewhere.
    (alone,) = await _source(_block(FAST)).propose(_question())
    assert alone.files == {PATH: FAST}
    assert alone.id != found.id


async def test_an_error_of_the_service_is_passed_on() -> None:
    with pytest.raises(ServiceError, match="503"):
        await _source(status=503).propose(_question())


def test_what_is_sent_is_told_without_the_key() -> None:
    source = _source()
    assert isinstance(source, Outgoing)
    assert source.sends(_question()) == (
        "sends shop/a.py (2 lines) to http://localhost:8000, for faster versions of f"
    )


@pytest.mark.parametrize("missing", sorted(ENVIRONMENT))
def test_without_configuration_it_says_what_to_set(missing: str) -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    with pytest.raises(UsageError, match=missing):
        ServiceSource(None, environment)


def test_the_settings_address_is_used_with_its_origin() -> None:
    settings = SourceSettings({"url": "https://evil.example.com", "origin": "pyproject.toml"})
    with pytest.raises(UsageError, match="confirm"):
        ServiceSource(settings, {"CODEFLASH_API_KEY": "cf-x"})


def _steps(answer: Any, asked: list[Any], headers: dict[str, str] | None = None) -> ServiceSource:
    """A source whose service answers every request alike."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return httpx2.Response(200, content=json.dumps(answer).encode(), headers=headers)

    return ServiceSource(
        None, ENVIRONMENT, lambda address: ServiceClient(address, httpx2.MockTransport(respond), Masking())
    )


WRONG = Attempt(
    Candidate("bad", "service", {PATH: FAST}, "Why.", steps=("service",)),
    "--- a\n+++ b\n",
    Decision(DecisionWord.REJECTED),
    Different(
        Counterexample("f([2, 1])", "result", "[1, 2]", "[2, 1]", "result[0]"),
        Evidence(tests_failed=("tests/test_a.py::test_f",)),
    ),
)
BETTER = {
    "source_code": _block("def f(x):\n    return sorted(x) \n"),
    "explanation": "E.",
    "optimization_id": "1",
}


def _about(step: Step, *attempts: Attempt) -> Question:
    text = attempts[-1].candidate.files[PATH] or ""
    return evolve(_question(text), step=step, about=attempts, original=TEXT)


async def test_a_repair_is_asked_for_with_the_counterexample_and_the_tests_that_fail() -> None:
    asked: list[Any] = []
    answer = await _steps(BETTER, asked).ask(_about(Step.REPAIR, WRONG))
    ((path, body),) = asked
    assert path == "/ai/code_repair"
    assert (body["original_source_code"], body["modified_source_code"]) == (_block(TEXT), _block(FAST))
    first, second = body["test_diffs"]
    assert (first["scope"], first["original_value"], first["candidate_value"]) == (
        "return_value",
        "[1, 2]",
        "[2, 1]",
    )
    assert first["test_src_code"] == "f([2, 1])"
    assert second["test_src_code"] == "tests/test_a.py::test_f"
    (found,) = answer.candidates
    assert (found.parents, found.steps, found.why) == (("bad",), ("service", "service:repair"), "E.")


async def test_a_repair_that_gives_the_original_back_is_no_candidate() -> None:
    answer = await _steps({**BETTER, "source_code": _block(TEXT)}, []).ask(_about(Step.REPAIR, WRONG))
    assert not answer.candidates
    assert "it is the same code" in answer.problem


async def test_a_refinement_builds_on_what_it_refines() -> None:
    asked: list[Any] = []
    answer = await _steps({"refinements": [BETTER]}, asked).ask(_about(Step.REFINE, WRONG))
    ((path, (item,)),) = asked
    assert (path, item["optimization_id"]) == ("/ai/refinement", "bad")
    assert answer.candidates[0].steps[-1] == "service:refine"


async def test_a_refinement_is_told_what_was_measured() -> None:
    samples = InputSamples("i", 1.0, 1, (3e6, 3.1e6), (1.5e6, 1.6e6), (), ())
    screening = Comparison(
        Outcome.FASTER, Interval(2.0, 1.9, 2.1, 0.95, 4), 0.02, blocks=(Block((samples,)),), metric="cpu"
    )
    asked: list[Any] = []
    await _steps({"refinements": []}, asked).ask(_about(Step.REFINE, evolve(WRONG, screening=screening)))
    ((_, (item,)),) = asked
    assert (item["original_code_runtime"], item["optimized_code_runtime"]) == ("3 ms", "1.5 ms")
    assert item["speedup"] == "100%"


async def test_a_chain_is_continued_from_its_last_link() -> None:
    asked: list[Any] = []
    second = evolve(WRONG, candidate=evolve(WRONG.candidate, id="next", steps=("service", "service:refine")))
    answer = await _steps(BETTER, asked).ask(_about(Step.ADAPT, WRONG, second))
    ((path, body),) = asked
    assert path == "/ai/adaptive_optimize"
    assert [(each["optimization_id"], each["source"]) for each in body["candidates"]] == [
        ("bad", "OPTIMIZE"),
        ("next", "REFINE"),
    ]
    assert answer.candidates[0].parents == ("next",)


@pytest.mark.parametrize(
    ("step", "told", "text"),
    [
        (
            Step.TESTS,
            {
                "generated_tests": "plain",
                "instrumented_behavior_tests": "",
                "instrumented_perf_tests": "",
                "raw_generated_tests": "raw",
            },
            "raw",
        ),
        (Step.EXPLAIN, {"explanation": "It sorts."}, "It sorts."),
        (Step.REVIEW, {"review": "low", "review_explanation": "Odd."}, "low: Odd."),
    ],
)
async def test_answers_in_words_come_as_they_are(step, told, text) -> None:
    asked: list[Any] = []
    answer = await _steps(told, asked).ask(_about(step, WRONG))
    assert (answer.text, answer.candidates) == (text, ())
    assert str(Path.cwd()) not in json.dumps(asked)


@pytest.mark.parametrize("step", [Step.TESTS, Step.EXPLAIN])
async def test_words_without_end_are_not_kept(monkeypatch, step) -> None:
    monkeypatch.setattr(service_answers, "LARGEST", 50)
    told = dict.fromkeys(
        ("explanation", "generated_tests", "instrumented_behavior_tests", "instrumented_perf_tests"), "x" * 51
    )
    answer = await _steps(told, []).ask(_about(step, WRONG))
    assert (answer.text, answer.problem) == ("", "it answers 51 characters; 50 are read")


async def test_a_ranking_is_an_order() -> None:
    assert (await _steps({"ranking": [1, 0]}, []).ask(_about(Step.RANK, WRONG, WRONG))).order == (1, 0)


@pytest.mark.parametrize(
    ("header", "money"),
    [("0.0125", 0.0125), ("0", 0.0), ("", None), ("nan", None), ("-1", None), ("free", None)],
)
async def test_the_price_is_the_one_that_the_service_tells(header, money) -> None:
    headers = {"X-Codeflash-Cost-USD": header} if header else None
    answer = await _steps({"optimizations": []}, [], headers).ask(_question())
    assert answer.cost.money == money
    assert answer.cost.calls == 1


async def test_candidates_share_the_price_of_their_request() -> None:
    found = [BETTER, {**BETTER, "source_code": _block(FAST), "optimization_id": "2"}]
    answer = await _steps({"optimizations": found}, [], {"X-Codeflash-Cost-USD": "0.5"}).ask(_question())
    assert [(each.cost.calls, each.cost.money) for each in answer.candidates] == [(1, 0.25), (0, 0.25)]


async def test_secrets_are_hidden_on_the_way_out_and_put_back_into_code_on_the_way_in() -> None:
    secret = "ghp_0123456789abcdefghij"
    text = f'KEY = "{secret}"\n\n\n{TEXT}'
    sent: list[str] = []

    def echo(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.content.decode())
        code = json.loads(request.content)["source_code"].replace("sorted(x)", "x")
        (key,) = re.findall(r'KEY = "(.*)"', code)
        told = {"source_code": code, "explanation": f"It keeps {key}.", "optimization_id": "1"}
        answer = {"optimizations": [told]}
        return httpx2.Response(200, content=json.dumps(answer).encode())

    source = ServiceSource(
        None, ENVIRONMENT, lambda address: ServiceClient(address, httpx2.MockTransport(echo), Masking())
    )
    assert source.sends(_question(text)).endswith("; 1 values that look secret are hidden")
    (found,) = await source.propose(_question(text))
    assert secret not in sent[0]
    assert found.files[PATH] == text.replace("sorted(x)", "x")
    # Words go into reports and pull requests.
    assert found.why == "It keeps HIDDEN_SECRET_1_."


@pytest.mark.parametrize("step", list(Step))
def test_what_is_sent_is_told_for_every_step(step) -> None:
    sentence = _source().sends(_about(step, WRONG))
    assert sentence.startswith("sends ") and "http://localhost:8000" in sentence


async def test_proposals_are_asked_for_with_where_the_time_goes() -> None:
    facts = {
        "parameters": {"x": {"types": ["list"], "lengths": [3, 9], "hashable": True}},
        "lines": [
            {"line": 2, "hits": 10, "seconds": 3e-6, "text": "    return sorted(x)"},
            {"line": 1, "hits": 1, "seconds": 1e-6, "text": "def f(x):"},
        ],
    }
    asked: list[Any] = []
    question = evolve(
        _question(), step=Step.PROFILE, corpus=Corpus("shop/a.py::f", total_calls=4, facts=facts)
    )
    await _steps({"optimizations": []}, asked).ask(question)
    ((path, body),) = asked
    assert path == "/ai/optimize-line-profiler"
    told = body["line_profiler_results"]
    assert "4 calls were traced" in told
    assert "x: types ['list'], lengths [3, 9]" in told
    assert "| 10 | 3000 | 300 | 75.0 |     return sorted(x) |" in told
