import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TOOLS = str(Path(__file__).resolve().parents[4] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback.app_github import AppGitHub, app_github  # noqa: E402 (found through the path above)

from codeflash_core.errors import GitHubError  # noqa: E402
from codeflash_github_app.orders import Repository  # noqa: E402
from codeflash_github_app.tokens.installations import InstallationTokens  # noqa: E402

SHOP = Repository(1, 11, "acme/shop", "main")


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def server(key, tmp_path):
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    known = AppGitHub(app=7, public_key=public, repositories={"acme/shop": tmp_path}, ids={"acme/shop": 11})
    with app_github(known):
        yield known


@pytest.fixture
def clock():
    return [datetime.now(UTC)]


@pytest.fixture
def tokens(server, key, clock):
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return InstallationTokens(server.url, 7, lambda: pem, lambda: clock[0])


async def test_a_token_is_for_one_repository_and_for_what_is_needed(tokens, server):
    token = await tokens.token(SHOP, {"checks": "write"})
    assert server.grants[token] == {"repositories": {11}, "permissions": {"checks": "write"}}


async def test_a_token_is_asked_for_once_also_by_many_at_once(tokens, server):
    found = await asyncio.gather(*(tokens.token(SHOP, {"checks": "write"}) for _ in range(5)))
    assert len({*found}) == 1
    assert len(server.grants) == 1


async def test_what_is_needed_and_where_make_another_token(tokens, server):
    one = await tokens.token(SHOP, {"checks": "write"})
    assert await tokens.token(SHOP, {"contents": "read"}) != one


async def test_a_token_is_used_no_more_five_minutes_before_it_ends(tokens, clock):
    one = await tokens.token(SHOP, {"checks": "write"})
    clock[0] += timedelta(minutes=54)
    assert await tokens.token(SHOP, {"checks": "write"}) == one
    clock[0] -= timedelta(minutes=54)
    (name, kept), *_ = tokens._kept.items()
    tokens._kept[name] = evolve(kept, ends=clock[0] + timedelta(seconds=299))
    assert await tokens.token(SHOP, {"checks": "write"}) != one


async def test_a_forgotten_installation_has_none(tokens, server):
    one = await tokens.token(SHOP, {"checks": "write"})
    tokens.forget(1)
    assert await tokens.token(SHOP, {"checks": "write"}) != one


async def test_a_token_that_was_dropped_is_used_no_more_and_others_are(tokens):
    one, other = await tokens.token(SHOP, {"checks": "write"}), await tokens.token(SHOP, {"contents": "read"})
    tokens.drop(one)
    assert await tokens.token(SHOP, {"checks": "write"}) != one
    assert await tokens.token(SHOP, {"contents": "read"}) == other


async def test_an_app_that_github_does_not_know_signs_anew_later(tokens, server):
    await tokens.token(SHOP, {"checks": "write"})
    server.go_wrong("POST", "/app/installations/1/access_tokens", status=401)
    signed = []
    sign = tokens._key
    tokens._key = lambda: signed.append(1) or sign()
    with pytest.raises(GitHubError, match="does not know the app") as told:
        await tokens.token(SHOP, {"contents": "read"})
    assert told.value.passing
    await tokens.token(SHOP, {"contents": "read"})
    assert signed == [1]


async def test_nothing_is_kept_of_tokens_that_have_ended(tokens, clock):
    for level in ("read", "write"):
        await tokens.token(SHOP, {"checks": level})
    tokens._kept = {name: evolve(kept, ends=clock[0]) for name, kept in tokens._kept.items()}
    await tokens.token(SHOP, {"contents": "read"})
    assert len(tokens._kept) == 1
    assert len(tokens._locks) == 1


async def test_a_repository_that_the_app_may_not_see_is_told(tokens):
    with pytest.raises(GitHubError, match="does not exist") as told:
        await tokens.token(Repository(1, 99, "acme/other", "main"), {"checks": "write"})
    assert not told.value.passing


async def test_a_token_is_in_no_text(tokens):
    token = await tokens.token(SHOP, {"checks": "write"})
    assert token not in repr(tokens._kept)
