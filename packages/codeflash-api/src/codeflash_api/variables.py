"""Every variable that the service reads, with its meaning and default: the one list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

PREFIX = "CODEFLASH_API_"


@frozen
class Variable:
    """One variable.

    Attributes:
        name: Its whole name; ``<FEATURE>`` and ``<NAME>`` stand for what may be put there.
        meaning: What it sets.
        default: What counts when it is not set; empty for nothing.
        secret: Whether its value is a credential.
    """

    name: str
    meaning: str
    default: str = ""
    secret: bool = False


def _of_provider(name: str) -> Iterator[Variable]:
    start = f"{PREFIX}{name.upper()}_"
    yield Variable(f"{start}MODEL", "the model" if name != "azure" else "the deployment")
    yield Variable(f"{start}MODEL_<FEATURE>", "the same for one feature, such as `TESTGEN`")
    yield Variable(f"{start}STREAM", "whether answers are streamed", "on")


GENERAL = (
    Variable(
        "DATABASE_URL", "the Postgres to use; without it one is started in the data folder", secret=True
    ),
    Variable(f"{PREFIX}DATA", "the data folder", "the user's folder for data"),
    Variable(f"{PREFIX}HOST", "the address to listen on", "127.0.0.1"),
    Variable(f"{PREFIX}PORT", "the port", "8000"),
    Variable(f"{PREFIX}COMPANION_PORT", "the second port, for clients in local mode", "3001"),
    Variable(
        f"{PREFIX}FIRST_KEY", "the first key of an empty database; made up when it is not set", secret=True
    ),
    Variable(f"{PREFIX}PROVIDERS", "who is asked, in this order, separated by commas", "rules"),
    Variable(f"{PREFIX}PROVIDERS_<FEATURE>", "the same for one feature, such as `TESTGEN_REPAIR`"),
    Variable(f"{PREFIX}PROVIDER_SECONDS", "longest wait for one exchange with a model", "120"),
    Variable(f"{PREFIX}REQUEST_SECONDS", "longest that a request may take; clients give up after 300", "280"),
    Variable(f"{PREFIX}CONCURRENCY", "most exchanges with one provider at once", "16"),
    Variable(f"{PREFIX}BODY_BYTES", "largest request body, in bytes", "8388608"),
    Variable(f"{PREFIX}DATABASE_CONNECTIONS", "most connections to the database of one server", "10"),
    Variable(
        f"{PREFIX}DATABASE_SECONDS", "longest wait for a connection, and longest time of one statement", "5"
    ),
    Variable(
        f"{PREFIX}KEEP_EXCHANGES", "whether raw exchanges with models are kept in the data folder", "off"
    ),
    Variable(
        f"{PREFIX}TRACING", "whether spans are exported, to where the `OTEL_EXPORTER_*` variables say", "off"
    ),
    Variable(f"{PREFIX}GITHUB_APP_URL", "the GitHub app that delivers pull requests"),
    Variable(f"{PREFIX}GITHUB_APP_KEY", "the key for it", secret=True),
)
"""What concerns the whole service."""

_LIMIT_NAME = "the field that carries the most tokens of an answer: `max_tokens` or `max_completion_tokens`"
_TEMPERATURE = "whether a temperature is sent; models that reason refuse it"

OF_PROVIDERS: Mapping[str, tuple[Variable, ...]] = {
    "openai": (
        *_of_provider("openai"),
        Variable(f"{PREFIX}OPENAI_BASE_URL", "the address, with its `/v1`; the vendor's own when not set"),
        Variable(f"{PREFIX}OPENAI_KEY", "the key; servers of one's own may want none", secret=True),
        Variable(f"{PREFIX}OPENAI_TEMPERATURE", _TEMPERATURE, "on"),
        Variable(
            f"{PREFIX}OPENAI_LIMIT_NAME", _LIMIT_NAME, "`max_tokens`; `max_completion_tokens` at the vendor"
        ),
    ),
    "azure": (
        *_of_provider("azure"),
        Variable(f"{PREFIX}AZURE_BASE_URL", "the address of the resource"),
        Variable(f"{PREFIX}AZURE_KEY", "the key of the resource", secret=True),
        Variable(f"{PREFIX}AZURE_TOKEN", "an Entra ID token in place of the key", secret=True),
        Variable(f"{PREFIX}AZURE_API_VERSION", "the version of the API", "2024-10-21"),
        Variable(f"{PREFIX}AZURE_TEMPERATURE", _TEMPERATURE, "on"),
        Variable(f"{PREFIX}AZURE_LIMIT_NAME", _LIMIT_NAME, "max_completion_tokens"),
    ),
    "anthropic": (
        *_of_provider("anthropic"),
        Variable(f"{PREFIX}ANTHROPIC_BASE_URL", "the address; the vendor's own when not set"),
        Variable(f"{PREFIX}ANTHROPIC_KEY", "the key", secret=True),
        Variable(f"{PREFIX}ANTHROPIC_API_VERSION", "the version of the API", "the SDK's own"),
        Variable(f"{PREFIX}ANTHROPIC_TEMPERATURE", "whether a temperature is sent: older models only", "off"),
    ),
    "bedrock": (
        *_of_provider("bedrock"),
        Variable(f"{PREFIX}BEDROCK_REGION", "the AWS region"),
        Variable(f"{PREFIX}BEDROCK_BASE_URL", "the address; the region's own when not set"),
        Variable(
            f"{PREFIX}BEDROCK_KEY",
            "with a secret key: the id of the access key; without: a Bedrock API key, sent as a bearer token",
            secret=True,
        ),
        Variable(f"{PREFIX}BEDROCK_SECRET_KEY", "the access key's secret: requests are signed", secret=True),
        Variable(f"{PREFIX}BEDROCK_SESSION_TOKEN", "the session token of temporary credentials", secret=True),
        Variable(
            f"{PREFIX}BEDROCK_CREDENTIALS",
            "`machine` to sign with the credentials of the machine: environment, profile or instance role",
        ),
        Variable(f"{PREFIX}BEDROCK_API_VERSION", "the version of the messages API", "the SDK's own"),
        Variable(f"{PREFIX}BEDROCK_TEMPERATURE", "whether a temperature is sent: older models only", "off"),
    ),
    "recorded": (
        Variable(
            f"{PREFIX}RECORDED_FOLDER",
            "the folder of kept exchanges that are replayed",
            "`exchanges` in the data folder",
        ),
    ),
    "rules": (),
}
"""What concerns one provider, in the order in which the providers are documented."""

_DEFAULTS: Mapping[str, str] = {each.name: each.default for each in GENERAL}


def default(name: str) -> str:
    """What a variable of ``GENERAL`` is when it is not set.

    Args:
        name: Its whole name.
    """
    return _DEFAULTS[name]


def every() -> tuple[Variable, ...]:
    """All variables."""
    return (*GENERAL, *(each for of_one in OF_PROVIDERS.values() for each in of_one))
