"""Settings from the environment: nothing has to be set, everything can be. ``variables.py`` lists the variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from codeflash_api.feature import Feature
from codeflash_api.variables import PREFIX, default
from codeflash_core.errors import UsageError

PROVIDERS = ("azure", "bedrock", "anthropic", "openai", "recorded", "rules")


@frozen
class ProviderSettings:
    """How one provider is reached. Secrets never appear in ``repr``.

    Attributes:
        name: One of ``PROVIDERS``.
        model: The model or deployment.
        base_url: Its address; empty for the vendor's own.
        key: The credential.
        options: What only some providers know: ``model_<feature>`` (a model for one feature), ``stream`` and
            ``temperature`` (on or off), ``api_version``, ``limit_name`` (openai, azure), ``token`` (azure: Entra ID),
            ``region``, ``secret_key``, ``session_token``, ``credentials`` (bedrock: ``machine`` for the machine's
            own), ``folder`` (recorded).
    """

    name: str
    model: str = ""
    base_url: str = ""
    key: str = field(default="", repr=False)
    options: Mapping[str, str] = field(factory=dict, repr=False)


@frozen
class Settings:
    """Everything that can be set.

    Attributes:
        database_url: ``DATABASE_URL``; empty for an embedded Postgres.
        database_connections: Most connections to the database at once, of one server process.
        database_seconds: Longest wait for a connection, and for one statement.
        data: Where the embedded Postgres and recorded exchanges live.
        chain: Providers in the order in which they are asked, by feature.
        providers: How each is reached, by name.
        first_key: ``CODEFLASH_API_FIRST_KEY``: the first key of an empty database; made up when empty.
        keep_exchanges: Whether raw exchanges with models are kept.
        provider_seconds: Longest wait for one exchange.
        request_seconds: Longest a request may take: the clients give up after 300.
        body_bytes: Largest request body.
        concurrency: Most exchanges with one provider at once.
        tracing: Whether OpenTelemetry spans are exported.
        github_app_url: The GitHub app that delivers pull requests; empty when there is none.
        github_app_key: The key for it.
    """

    database_url: str = field(default="", repr=False)
    database_connections: int = 10
    database_seconds: float = 5.0
    data: Path = Path()
    chain: Mapping[Feature, tuple[str, ...]] = field(factory=dict)
    providers: Mapping[str, ProviderSettings] = field(factory=dict)
    first_key: str = field(default="", repr=False)
    keep_exchanges: bool = False
    provider_seconds: float = 120.0
    request_seconds: float = 280.0
    body_bytes: int = 8 * 1024 * 1024
    concurrency: int = 16
    tracing: bool = False
    github_app_url: str = ""
    github_app_key: str = field(default="", repr=False)


def read_settings(environment: Mapping[str, str], data: Path) -> Settings:
    """Settings as the environment gives them.

    ``CODEFLASH_API_PROVIDERS`` names the chain for all features, such as ``anthropic,rules`` (default: ``rules``);
    ``CODEFLASH_API_PROVIDERS_TESTGEN`` the one of a single feature. A provider ``NAME`` is configured by
    ``CODEFLASH_API_<NAME>_MODEL``, ``_BASE_URL``, ``_KEY`` and further options in the same form.

    Args:
        environment: Variables by name.
        data: The data folder.

    Raises:
        UsageError: A value can't be used; the message names the variable, never its value where that is secret.
    """
    everywhere = _chain(environment, f"{PREFIX}PROVIDERS", (default(f"{PREFIX}PROVIDERS"),))
    chain = {
        feature: _chain(environment, f"{PREFIX}PROVIDERS_{feature.name}", everywhere) for feature in Feature
    }
    return Settings(
        database_url=environment.get("DATABASE_URL", ""),
        database_connections=max(1, int(_number(environment, f"{PREFIX}DATABASE_CONNECTIONS"))),
        database_seconds=_number(environment, f"{PREFIX}DATABASE_SECONDS"),
        data=data,
        chain=chain,
        providers={
            name: _provider(environment, name)
            for name in {each for names in chain.values() for each in names}
        },
        first_key=environment.get(f"{PREFIX}FIRST_KEY", ""),
        keep_exchanges=_flag(environment, f"{PREFIX}KEEP_EXCHANGES"),
        provider_seconds=_number(environment, f"{PREFIX}PROVIDER_SECONDS"),
        request_seconds=_number(environment, f"{PREFIX}REQUEST_SECONDS"),
        body_bytes=int(_number(environment, f"{PREFIX}BODY_BYTES")),
        concurrency=int(_number(environment, f"{PREFIX}CONCURRENCY")),
        tracing=_flag(environment, f"{PREFIX}TRACING"),
        github_app_url=environment.get(f"{PREFIX}GITHUB_APP_URL", ""),
        github_app_key=environment.get(f"{PREFIX}GITHUB_APP_KEY", ""),
    )


def _chain(environment: Mapping[str, str], name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    text = environment.get(name, "").strip()
    if not text:
        return otherwise
    found = tuple(each.strip() for each in text.split(",") if each.strip())
    unknown = [each for each in found if each not in PROVIDERS]
    if unknown:
        raise UsageError(f"{name} names an unknown provider: {unknown[0]}", f"Known: {', '.join(PROVIDERS)}.")
    return found


def _provider(environment: Mapping[str, str], name: str) -> ProviderSettings:
    start = f"{PREFIX}{name.upper()}_"
    given = {
        key.removeprefix(start).lower(): value for key, value in environment.items() if key.startswith(start)
    }
    known = {"model", "base_url", "key"}
    return ProviderSettings(
        name,
        model=given.get("model", ""),
        base_url=given.get("base_url", ""),
        key=given.get("key", ""),
        options={key: value for key, value in given.items() if key not in known},
    )


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower()
    if text in ("", "0", "false", "no", "off"):
        return False
    if text in ("1", "true", "yes", "on"):
        return True
    raise UsageError(f"{name} is neither yes nor no: {text[:40]}", "Use 1 or 0.")


def _number(environment: Mapping[str, str], name: str) -> float:
    text = environment.get(name, "").strip() or default(name)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1e12:
        raise UsageError(f"{name} is not a positive number: {text[:40]}")
    return value
