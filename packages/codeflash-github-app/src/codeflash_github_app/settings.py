"""Settings from the environment. ``variables.py`` lists the variables."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from attrs import field, frozen

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_core.github.access import PUBLIC, Access, read_address
from codeflash_core.units import parse_count, parse_seconds
from codeflash_github_app.variables import PREFIX, default

LEAST_PASSWORD = 12
LEAST_SECRET = 16
T = TypeVar("T")


@frozen
class Settings:
    """Everything that can be set. Secrets never appear in ``repr``.

    Attributes:
        app: The app's id; 0 when it is not set.
        slug: What its login begins with.
        key_file: Its private key's file; None when it is not set.
        secret: What deliveries are signed with; empty when the webhook is off.
        database_url: ``DATABASE_URL``; empty for an embedded Postgres.
        database_connections: Most connections to the database at once, of one process.
        database_seconds: Longest wait for a connection, and for one statement.
        data: Where the embedded Postgres and the folders of jobs are.
        public_url: Where people reach the app, without a slash at the end; empty when it is not set.
        password: Of the status pages; empty when they are off.
        api: GitHub's API, without a slash at the end.
        site: Where repositories are fetched from, without a slash at the end.
        python: What runs code of repositories that have no interpreter of their own.
        pythons: Folder of interpreters by repository; None when there is none.
        budget: Most seconds for one function.
        functions: Most functions of one job.
        job_time: Most seconds for one job.
        repository_mib: Largest repository, in MiB.
        concurrency: Jobs at once.
        lease: Seconds after which a worker that was not seen has lost its jobs.
    """

    app: int = 0
    slug: str = "codeflash"
    key_file: Path | None = None
    secret: str = field(default="", repr=False)
    database_url: str = field(default="", repr=False)
    database_connections: int = 10
    database_seconds: float = 5.0
    data: Path = Path()
    public_url: str = ""
    password: str = field(default="", repr=False)
    api: str = PUBLIC
    site: str = "https://github.com"
    python: Path = Path("python3")
    pythons: Path | None = None
    budget: float = 300.0
    functions: int = 50
    job_time: float = 7200.0
    repository_mib: int = 1024
    concurrency: int = 2
    lease: float = 60.0

    @property
    def bot(self) -> str:
        """The login under which the app acts."""
        return f"{self.slug}[bot]"

    @property
    def can_work(self) -> bool:
        """Whether GitHub can be asked for tokens."""
        return bool(self.app and self.key_file)

    def private_key(self) -> bytes:
        """The app's private key, PEM; it is read when it is used, so that it can be replaced meanwhile.

        Raises:
            PrerequisiteError: It is not set, or can't be read.
        """
        name = f"{PREFIX}PRIVATE_KEY_FILE"
        if self.key_file is None:
            raise PrerequisiteError(
                f"{name} is not set", "Set it to the path of the .pem file that GitHub gave for the app."
            )
        try:
            return self.key_file.read_bytes()
        except OSError as problem:
            raise PrerequisiteError(
                f"the app's private key can't be read: {problem.strerror or problem}", f"See {name}."
            ) from problem


def read_settings(environment: Mapping[str, str], data: Path) -> Settings:
    """Settings as the environment gives them.

    Args:
        environment: Variables by name.
        data: The data folder.

    Raises:
        UsageError: A value can't be used; the message names the variable, never its value where that is secret.
    """
    api = read_address(environment)
    pythons = _text(environment, "PYTHONS")
    key_file = _text(environment, "PRIVATE_KEY_FILE")
    return Settings(
        app=_read(environment, "ID", lambda text: parse_count(text) if text else 0),
        slug=_slug(environment),
        key_file=Path(key_file) if key_file else None,
        secret=_secret(environment, "WEBHOOK_SECRET", LEAST_SECRET),
        database_url=environment.get("DATABASE_URL", "").strip(),
        database_connections=_read(environment, "DATABASE_CONNECTIONS", parse_count),
        database_seconds=_read(environment, "DATABASE_SECONDS", parse_seconds),
        data=data,
        public_url=_address(environment, "PUBLIC_URL"),
        password=_secret(environment, "STATUS_PASSWORD", LEAST_PASSWORD),
        api=api,
        site=_site(environment, api),
        python=_python(environment),
        pythons=Path(pythons) if pythons else None,
        budget=_read(environment, "BUDGET", parse_seconds),
        functions=_read(environment, "FUNCTIONS", parse_count),
        job_time=_read(environment, "JOB_TIME", parse_seconds),
        repository_mib=_read(environment, "REPOSITORY_MIB", parse_count),
        concurrency=_read(environment, "CONCURRENCY", parse_count),
        lease=_read(environment, "LEASE", parse_seconds),
    )


def site_of(api: str) -> str:
    """Where repositories of an API are fetched from.

    Args:
        api: The API's address: the public one, that of an Enterprise server (``https://HOST/api/v3``), or one of this
            machine.
    """
    if api == PUBLIC:
        return "https://github.com"
    return api.removesuffix("/api/v3")


def _text(environment: Mapping[str, str], name: str) -> str:
    whole = f"{PREFIX}{name}"
    return environment.get(whole, "").strip() or default(whole)


def _read(environment: Mapping[str, str], name: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(_text(environment, name))
    except UsageError as problem:
        raise UsageError(f"{PREFIX}{name}: {problem.message}", problem.hint) from problem


def _slug(environment: Mapping[str, str]) -> str:
    text = _text(environment, "SLUG")
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?", text):
        raise UsageError(
            f"{PREFIX}SLUG is no app's name: {text[:40]}",
            "It is the last word of the app's address on GitHub.",
        )
    return text


def _secret(environment: Mapping[str, str], name: str, least: int) -> str:
    # As it is: a secret may end with a blank that somebody meant.
    text = environment.get(f"{PREFIX}{name}", "")
    if text and len(text) < least:
        raise UsageError(
            f"{PREFIX}{name} is too short to be safe",
            f"Use {least} characters at least, such as those of `openssl rand -hex 32`.",
        )
    return text


def _address(environment: Mapping[str, str], name: str) -> str:
    # Its default is told in words: it follows from another setting.
    text = environment.get(f"{PREFIX}{name}", "").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or parts.password:
        raise UsageError(
            f"{PREFIX}{name} is no address that can be used", "Write it like https://codeflash.example.com."
        )
    return text.rstrip("/")


def _site(environment: Mapping[str, str], api: str) -> str:
    site = _address(environment, "SITE") or site_of(api)
    if site.startswith("http:") and not Access(site, "").is_here:
        raise UsageError(
            f"{PREFIX}SITE would send tokens unencrypted", "Write https:// in the place of http://."
        )
    return site


def _python(environment: Mapping[str, str]) -> Path:
    text = _text(environment, "PYTHON")
    # A name is looked up once, here; what is missing is told by the job that needs it.
    found = shutil.which(text, path=environment.get("PATH")) if "/" not in text else text
    return Path(found or text)
