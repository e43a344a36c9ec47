from __future__ import annotations

import importlib.util
import subprocess
import sys

import bedrock_wire
import openai_wire
import pytest
from anthropic_wire import KEY as ANTHROPIC_KEY
from anthropic_wire import anthropic_server
from anthropic_wire import says as anthropic_says
from wire import listening, status

from codeflash_api.feature import Feature
from codeflash_api.llm.model import Misconfigured, Overloaded
from codeflash_api.llm.providers.azure import API_VERSION
from codeflash_api.llm.registry import build_chains
from codeflash_api.llm.retry import Patience
from codeflash_api.settings import read_settings
from codeflash_core.errors import PrerequisiteError, UsageError

ONCE = Patience(attempts=1)


@pytest.fixture
def build(tmp_path):
    def built(**variables: str):
        named = {f"CODEFLASH_API_{name}": value for name, value in variables.items()}
        return build_chains(read_settings(named, tmp_path), patience=ONCE)

    return built


@pytest.fixture
def ask(build, prompt, soon):
    async def asked(**variables: str):
        model = build(**variables)[Feature.OPTIMIZE].models[0]
        try:
            return await model.complete(prompt, soon)
        finally:
            await model.close()

    return asked


def test_with_nothing_configured_the_rules_serve_every_feature(build):
    chains = build()

    assert set(chains) == set(Feature)
    assert all(chain.models == () and chain.rules for chain in chains.values())


def test_a_chain_has_its_providers_in_order(build):
    chain = build(
        PROVIDERS="anthropic, openai, anthropic, rules",
        ANTHROPIC_KEY="k",
        ANTHROPIC_MODEL="claude-opus-5",
        OPENAI_KEY="k",
        OPENAI_MODEL="gpt-5",
    )[Feature.RANK]

    assert [(model.provider, model.model) for model in chain.models] == [
        ("anthropic", "claude-opus-5"),
        ("openai", "gpt-5"),
    ]
    assert chain.rules


def test_without_rules_they_do_not_answer(build):
    assert not build(PROVIDERS="anthropic", ANTHROPIC_KEY="k", ANTHROPIC_MODEL="m")[Feature.RANK].rules


def test_a_feature_can_have_its_own_chain_and_model(build):
    chains = build(
        PROVIDERS_TESTGEN="anthropic",
        PROVIDERS_RANK="anthropic",
        ANTHROPIC_KEY="k",
        ANTHROPIC_MODEL="large",
        ANTHROPIC_MODEL_RANK="small",
    )

    assert chains[Feature.TESTGEN].models[0].model == "large"
    assert chains[Feature.RANK].models[0].model == "small"
    assert chains[Feature.OPTIMIZE].models == ()


def test_features_share_models_and_models_share_their_providers_state(build):
    chains = build(PROVIDERS="anthropic", ANTHROPIC_KEY="k", ANTHROPIC_MODEL="a", ANTHROPIC_MODEL_RANK="b")
    first, second = chains[Feature.OPTIMIZE].models[0], chains[Feature.RANK].models[0]

    assert chains[Feature.EXPLAIN].models[0] is first
    assert first is not second
    assert first.inner.slots is second.inner.slots
    assert first.inner.inner.circuit is second.inner.inner.circuit


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PROVIDERS": "anthropic", "ANTHROPIC_MODEL": "m"}, "CODEFLASH_API_ANTHROPIC_KEY"),
        ({"PROVIDERS": "anthropic", "ANTHROPIC_KEY": "k"}, "CODEFLASH_API_ANTHROPIC_MODEL"),
        ({"PROVIDERS": "openai", "OPENAI_MODEL": "m"}, "CODEFLASH_API_OPENAI_KEY"),
        ({"PROVIDERS": "openai", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "CODEFLASH_API_OPENAI_MODEL"),
        ({"PROVIDERS": "azure", "AZURE_KEY": "k", "AZURE_MODEL": "m"}, "CODEFLASH_API_AZURE_BASE_URL"),
        (
            {"PROVIDERS": "azure", "AZURE_BASE_URL": "http://127.0.0.1:1", "AZURE_MODEL": "m"},
            "CODEFLASH_API_AZURE_KEY",
        ),
        ({"PROVIDERS": "bedrock", "BEDROCK_KEY": "k", "BEDROCK_MODEL": "m"}, "CODEFLASH_API_BEDROCK_REGION"),
        ({"PROVIDERS": "bedrock", "BEDROCK_REGION": "r", "BEDROCK_MODEL": "m"}, "CODEFLASH_API_BEDROCK_KEY"),
        (
            {"PROVIDERS": "rules,anthropic", "ANTHROPIC_KEY": "k", "ANTHROPIC_MODEL": "m"},
            "rules stands before",
        ),
        (
            {
                "PROVIDERS": "anthropic",
                "ANTHROPIC_KEY": "k",
                "ANTHROPIC_MODEL": "m",
                "ANTHROPIC_STREAM": "maybe",
            },
            "CODEFLASH_API_ANTHROPIC_STREAM",
        ),
        (
            {"PROVIDERS": "openai", "OPENAI_KEY": "k", "OPENAI_MODEL": "m", "OPENAI_LIMIT_NAME": "most"},
            "CODEFLASH_API_OPENAI_LIMIT_NAME",
        ),
        ({"PROVIDERS": "recorded", "RECORDED_FOLDER": "/nowhere/at/all"}, "CODEFLASH_API_RECORDED_FOLDER"),
    ],
)
def test_what_is_missing_is_one_clear_sentence_at_the_start(build, variables, message):
    with pytest.raises(UsageError, match=message):
        build(**variables)


def test_a_package_that_is_missing_is_named_at_the_start(build, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "botocore" else found(name, *rest)
    )

    with pytest.raises(PrerequisiteError, match="botocore"):
        build(PROVIDERS="bedrock", BEDROCK_KEY="k", BEDROCK_REGION="r", BEDROCK_MODEL="m")


async def test_a_package_that_vanishes_is_told_when_it_is_needed(build, prompt, soon, monkeypatch):
    model = build(PROVIDERS="anthropic", ANTHROPIC_KEY="k", ANTHROPIC_MODEL="m")[Feature.RANK].models[0]
    monkeypatch.setitem(sys.modules, "anthropic", None)

    with pytest.raises(Misconfigured, match="not installed"):
        await model.complete(prompt, soon)


def test_nothing_is_imported_before_a_model_is_asked():
    code = (
        "import sys; from pathlib import Path; from codeflash_api.settings import read_settings;"
        "from codeflash_api.llm.registry import build_chains;"
        "names = {'PROVIDERS': 'anthropic,openai,bedrock,rules', 'ANTHROPIC_KEY': 'k', 'ANTHROPIC_MODEL': 'm',"
        " 'OPENAI_KEY': 'k', 'OPENAI_MODEL': 'm', 'BEDROCK_KEY': 'k', 'BEDROCK_REGION': 'r', 'BEDROCK_MODEL': 'm'};"
        "build_chains(read_settings({'CODEFLASH_API_' + k: v for k, v in names.items()}, Path()));"
        "print([name for name in ('anthropic', 'openai', 'botocore', 'httpx2') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


async def test_anthropic_as_configured_answers(ask):
    async with listening(anthropic_server()) as server:
        server.then(anthropic_says("faster"))
        reply = await ask(
            PROVIDERS="anthropic",
            ANTHROPIC_KEY=ANTHROPIC_KEY,
            ANTHROPIC_MODEL="claude-opus-5",
            ANTHROPIC_BASE_URL=server.url,
            ANTHROPIC_TEMPERATURE="on",
        )

    assert reply.text == "faster"
    assert server.asked[0].headers["anthropic-version"] == "2023-06-01"
    assert server.asked[0].json["temperature"] == 0.25


async def test_openai_as_configured_answers(ask):
    async with listening(openai_wire.openai_server()) as server:
        server.then(openai_wire.says("faster"))
        reply = await ask(
            PROVIDERS="openai",
            OPENAI_KEY=openai_wire.KEY,
            OPENAI_MODEL="local",
            OPENAI_BASE_URL=f"{server.url}/v1",
            OPENAI_STREAM="off",
        )

    assert reply.text == "faster"
    assert server.asked[0].json["max_tokens"] == 500


async def test_azure_as_configured_answers(ask):
    async with listening(openai_wire.azure_server("dep", API_VERSION)) as server:
        server.then(openai_wire.says("faster"))
        reply = await ask(
            PROVIDERS="azure", AZURE_KEY=openai_wire.KEY, AZURE_MODEL="dep", AZURE_BASE_URL=server.url
        )

    assert reply.text == "faster"
    assert server.asked[0].json["max_completion_tokens"] == 500


@pytest.mark.parametrize("bearer", [False, True], ids=["signed", "bearer"])
async def test_bedrock_as_configured_answers(ask, bearer):
    given = (
        {"BEDROCK_KEY": bedrock_wire.BEARER}
        if bearer
        else {"BEDROCK_KEY": bedrock_wire.KEY, "BEDROCK_SECRET_KEY": bedrock_wire.SECRET}
    )
    async with listening(bedrock_wire.bedrock_server("anthropic.m", bearer=bearer)) as server:
        server.then(bedrock_wire.says("faster"))
        reply = await ask(
            PROVIDERS="bedrock",
            BEDROCK_REGION=bedrock_wire.REGION,
            BEDROCK_MODEL="anthropic.m",
            BEDROCK_BASE_URL=server.url,
            **given,
        )

    assert reply.text == "faster"


async def test_kept_exchanges_go_to_the_data_folder_without_the_key_and_are_replayed(ask, tmp_path):
    async with listening(openai_wire.openai_server()) as server:
        server.then(openai_wire.says(f"the key is {openai_wire.KEY}"))
        await ask(
            PROVIDERS="openai",
            OPENAI_KEY=openai_wire.KEY,
            OPENAI_MODEL="local",
            OPENAI_BASE_URL=f"{server.url}/v1",
            KEEP_EXCHANGES="1",
        )

    (file,) = (tmp_path / "exchanges" / "optimize").glob("*.json")
    assert openai_wire.KEY not in file.read_text(encoding="utf-8")
    assert (await ask(PROVIDERS="recorded")).text == "the key is [removed]"


async def test_a_provider_that_is_down_is_left_in_peace_after_five_failures(build, prompt, soon):
    async with listening(openai_wire.openai_server()) as server:
        server.then(status(503, b""))
        model = build(
            PROVIDERS="openai",
            OPENAI_KEY=openai_wire.KEY,
            OPENAI_MODEL="m",
            OPENAI_BASE_URL=f"{server.url}/v1",
        )[Feature.RANK].models[0]
        for _ in range(8):
            with pytest.raises(Overloaded):
                await model.complete(prompt, soon)
        await model.close()

    assert len(server.asked) == 5
