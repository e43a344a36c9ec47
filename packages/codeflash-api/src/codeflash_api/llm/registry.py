"""Builds the models that serve each feature, as the settings say."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import define, field

from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Chain
from codeflash_api.llm.breaker import Circuit, Guarded
from codeflash_api.llm.concurrency import Bounded, Slots
from codeflash_api.llm.exchanges import FolderStore, Keeping, Store
from codeflash_api.llm.model import Model
from codeflash_api.llm.providers import anthropic, azure, bedrock, openai_compatible
from codeflash_api.llm.providers.client import Lazily
from codeflash_api.llm.providers.recorded import Recorded
from codeflash_api.llm.providers.vendor import VendorModel
from codeflash_api.llm.retry import Patience, Retrying
from codeflash_api.settings import ProviderSettings, Settings
from codeflash_api.variables import PREFIX
from codeflash_core.errors import PrerequisiteError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from openai import AsyncOpenAI

RULES = "rules"
_SDKS: Mapping[str, tuple[str, ...]] = {
    "openai": ("openai",),
    "azure": ("openai",),
    "anthropic": ("anthropic",),
    "bedrock": ("anthropic", "botocore"),
}


def build_chains(
    settings: Settings, *, store: Store | None = None, patience: Patience | None = None
) -> Mapping[Feature, Chain]:
    """Who serves each feature. Nothing is imported or connected before a model is first asked.

    Models of one provider share its connections, its circuit breaker and its places.

    Args:
        settings: The settings.
        store: Where exchanges are kept when the settings say so; a folder of the data folder when None.
        patience: How often models are asked again.

    Raises:
        UsageError: A provider lacks its key, model or address, or ``rules`` does not stand last.
        PrerequisiteError: A provider's package is not installed.
    """
    if settings.keep_exchanges and store is None:
        store = FolderStore(settings.data / "exchanges")
    secrets = tuple(secret for each in settings.providers.values() for secret in _secrets(each))
    shelf = _Shelf(settings, store if settings.keep_exchanges else None, patience or Patience(), secrets)
    return {feature: shelf.chain(feature) for feature in Feature}


@define
class _Shelf:
    """The models that were made so far, and what they share."""

    settings: Settings
    store: Store | None
    patience: Patience
    secrets: tuple[str, ...]
    makers: dict[str, Callable[[str], Model]] = field(factory=dict)
    shared: dict[str, tuple[Circuit, Slots]] = field(factory=dict)
    models: dict[tuple[str, str], Model] = field(factory=dict)

    def chain(self, feature: Feature) -> Chain:
        names = tuple(dict.fromkeys(self.settings.chain.get(feature, (RULES,))))
        if RULES in names[:-1]:
            raise UsageError(
                f"{RULES} stands before other providers of {feature.value}, which would never be asked",
                f"Put {RULES} at the end of {PREFIX}PROVIDERS.",
            )
        return Chain(
            tuple(self._model(name, feature) for name in names if name != RULES), rules=RULES in names
        )

    def _model(self, name: str, feature: Feature) -> Model:
        provider = self.settings.providers.get(name, ProviderSettings(name))
        model = provider.options.get(f"model_{feature.name.lower()}", provider.model)
        if (name, model) not in self.models:
            self.models[name, model] = self._wrapped(name, self._maker(provider)(model))
        return self.models[name, model]

    def _maker(self, provider: ProviderSettings) -> Callable[[str], Model]:
        if provider.name not in self.makers:
            _check_packages(provider.name)
            self.makers[provider.name] = _MAKERS[provider.name](provider, self.settings)
        return self.makers[provider.name]

    def _wrapped(self, name: str, model: Model) -> Model:
        if name == "recorded":
            return model
        if self.store is not None:
            model = Keeping(model, self.store, self.secrets)
        circuit, slots = self.shared.setdefault(name, (Circuit(name), Slots(self.settings.concurrency)))
        # From the inside out: a wait for a place says nothing about the provider, and a pause takes up no place.
        return Retrying(Bounded(Guarded(model, circuit), slots), self.patience)


def _openai(provider: ProviderSettings, settings: Settings) -> Callable[[str], Model]:
    if not provider.base_url:
        _need(provider, "key", provider.key, "or BASE_URL for a server of your own")
    dialect = openai_compatible.ChatCompletions(_chat_wire(provider, settings, own=not provider.base_url))
    client = Lazily(provider.name, lambda: openai_compatible.openai_client(provider.key, provider.base_url))
    return lambda model: VendorModel(provider.name, _named(provider, model), client, dialect)


def _azure(provider: ProviderSettings, settings: Settings) -> Callable[[str], Model]:
    token = provider.options.get("token", "")
    _need(provider, "base_url", provider.base_url, "the address of the resource")
    _need(provider, "key", provider.key or token, "or TOKEN")
    dialect = openai_compatible.ChatCompletions(_chat_wire(provider, settings, own=True))
    version = provider.options.get("api_version", "")
    client: Lazily[AsyncOpenAI] = Lazily(
        provider.name, lambda: azure.azure_client(provider.base_url, provider.key, token, version)
    )
    return lambda model: VendorModel(provider.name, _named(provider, model), client, dialect)


def _anthropic(provider: ProviderSettings, settings: Settings) -> Callable[[str], Model]:
    _need(provider, "key", provider.key)
    version = _version(provider, "2023-06-01")
    wire = _messages_wire(provider, settings, headers={"anthropic-version": version} if version else {})
    client = Lazily(provider.name, lambda: anthropic.anthropic_client(provider.key, provider.base_url))
    return lambda model: VendorModel(provider.name, _named(provider, model), client, anthropic.Messages(wire))


def _bedrock(provider: ProviderSettings, settings: Settings) -> Callable[[str], Model]:
    region = provider.options.get("region", "")
    secret, token = provider.options.get("secret_key", ""), provider.options.get("session_token", "")
    _need(provider, "region", region)
    if provider.options.get("credentials", "") != "machine":
        _need(provider, "key", provider.key, "or CREDENTIALS=machine for the machine's own")
    version = _version(provider, "bedrock-2023-05-31")
    wire = _messages_wire(provider, settings, body={"anthropic_version": version} if version else {})
    client = Lazily(
        provider.name,
        lambda: bedrock.bedrock_client(
            region, provider.base_url, key=provider.key, secret=secret, token=token
        ),
    )
    dialect = anthropic.Messages(wire, bedrock.unreadable)
    return lambda model: VendorModel(provider.name, _named(provider, model), client, dialect)


def _recorded(provider: ProviderSettings, settings: Settings) -> Callable[[str], Model]:
    given = provider.options.get("folder", "")
    folder: Path = settings.data.joinpath(given) if given else settings.data / "exchanges"
    if given and not folder.is_dir():
        raise UsageError(f"{_variable(provider, 'folder')} is not a folder: {given}")
    recorded = Recorded(folder)
    return lambda model: recorded


_MAKERS: Mapping[str, Callable[[ProviderSettings, Settings], Callable[[str], Model]]] = {
    "openai": _openai,
    "azure": _azure,
    "anthropic": _anthropic,
    "bedrock": _bedrock,
    "recorded": _recorded,
}


def _chat_wire(provider: ProviderSettings, settings: Settings, *, own: bool) -> openai_compatible.Wire:
    """How to speak to a server; the vendor's own models know the newer name of the limit only."""
    name = provider.options.get("limit_name", "max_completion_tokens" if own else "max_tokens")
    if name not in ("max_tokens", "max_completion_tokens"):
        raise UsageError(
            f"{_variable(provider, 'limit_name')} is not max_tokens or max_completion_tokens: {name[:40]}"
        )
    return openai_compatible.Wire(
        stream=_switch(provider, "stream"),
        limit_name="max_tokens" if name == "max_tokens" else "max_completion_tokens",
        temperature=_switch(provider, "temperature"),
        longest=settings.provider_seconds,
    )


def _messages_wire(
    provider: ProviderSettings,
    settings: Settings,
    *,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, str] | None = None,
) -> anthropic.Wire:
    return anthropic.Wire(
        stream=_switch(provider, "stream"),
        temperature=_switch(provider, "temperature", default="off"),
        headers=headers or {},
        body=body or {},
        longest=settings.provider_seconds,
    )


def _version(provider: ProviderSettings, old: str) -> str:
    """The version of the messages API: the given one, the last that takes a temperature, or the SDK's own ("")."""
    given = provider.options.get("api_version", "").strip()
    return given or (old if _switch(provider, "temperature", default="off") else "")


def _switch(provider: ProviderSettings, name: str, default: str = "on") -> bool:
    text = provider.options.get(name, "").strip().lower() or default
    if text in ("1", "on", "true", "yes"):
        return True
    if text in ("0", "off", "false", "no"):
        return False
    raise UsageError(f"{_variable(provider, name)} is neither on nor off: {text[:40]}")


def _named(provider: ProviderSettings, model: str) -> str:
    _need(provider, "model", model)
    return model


def _need(provider: ProviderSettings, name: str, value: str, hint: str = "") -> None:
    if not value.strip():
        where = f"Set {_variable(provider, name)}"
        raise UsageError(f"the provider {provider.name} has no {name}", f"{where} {hint}".rstrip() + ".")


def _variable(provider: ProviderSettings, name: str) -> str:
    return f"{PREFIX}{provider.name.upper()}_{name.upper()}"


def _secrets(provider: ProviderSettings) -> tuple[str, ...]:
    hidden = ("secret_key", "session_token", "token")
    return tuple(each for each in (provider.key, *map(provider.options.get, hidden)) if each)


def _check_packages(name: str) -> None:
    for package in _SDKS.get(name, ()):
        if importlib.util.find_spec(package) is None:
            raise PrerequisiteError(
                f"the provider {name} needs the package {package}, which is not installed",
                f"Install it: pip install {package}",
            )
