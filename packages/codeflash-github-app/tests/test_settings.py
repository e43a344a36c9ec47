from __future__ import annotations

from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_github_app.settings import Settings, read_settings, site_of
from codeflash_github_app.variables import PREFIX, VARIABLES

DATA = Path("data")


def test_nothing_has_to_be_set() -> None:
    settings = read_settings({}, DATA)
    assert (settings.app, settings.secret, settings.password, settings.can_work) == (0, "", "", False)
    assert (settings.api, settings.site) == ("https://api.github.com", "https://github.com")
    assert (settings.budget, settings.concurrency, settings.lease) == (300.0, 2, 60.0)
    assert (settings.functions, settings.job_time, settings.repository_mib) == (50, 7200.0, 1024)


def test_everything_can_be_set() -> None:
    settings = read_settings(
        {
            "CODEFLASH_APP_ID": "29310",
            "CODEFLASH_APP_SLUG": "codeflash-of-acme",
            "CODEFLASH_APP_PRIVATE_KEY_FILE": "key.pem",
            "CODEFLASH_APP_WEBHOOK_SECRET": "s" * 16,
            "DATABASE_URL": "postgresql://h/d",
            "CODEFLASH_APP_PUBLIC_URL": "https://x.example.com/",
            "CODEFLASH_APP_STATUS_PASSWORD": "p" * 12,
            "GITHUB_API_URL": "https://github.example.com/api/v3/",
            "CODEFLASH_APP_PYTHON": "/opt/python",
            "CODEFLASH_APP_PYTHONS": "/opt/pythons",
            "CODEFLASH_APP_BUDGET": "2m",
            "CODEFLASH_APP_FUNCTIONS": "7",
            "CODEFLASH_APP_JOB_TIME": "30m",
            "CODEFLASH_APP_REPOSITORY_MIB": "64",
            "CODEFLASH_APP_CONCURRENCY": "3",
            "CODEFLASH_APP_LEASE": "12s",
            "CODEFLASH_APP_DATABASE_CONNECTIONS": "4",
            "CODEFLASH_APP_DATABASE_SECONDS": "1s",
        },
        DATA,
    )
    assert settings == Settings(
        app=29310,
        slug="codeflash-of-acme",
        key_file=Path("key.pem"),
        secret="s" * 16,
        database_url="postgresql://h/d",
        database_connections=4,
        database_seconds=1.0,
        data=DATA,
        public_url="https://x.example.com",
        password="p" * 12,
        api="https://github.example.com/api/v3",
        site="https://github.example.com",
        python=Path("/opt/python"),
        pythons=Path("/opt/pythons"),
        budget=120.0,
        functions=7,
        job_time=1800.0,
        repository_mib=64,
        concurrency=3,
        lease=12.0,
    )
    assert settings.bot == "codeflash-of-acme[bot]"
    assert settings.can_work


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ID", "many"),
        ("ID", "-1"),
        ("SLUG", "a b"),
        ("SLUG", "-x"),
        ("WEBHOOK_SECRET", "hunter2"),
        ("STATUS_PASSWORD", "hunter2"),
        ("PUBLIC_URL", "x.example.com"),
        ("PUBLIC_URL", "https://user:hunter2@x.example.com"),
        ("PUBLIC_URL", "https://["),
        ("SITE", "file:///x"),
        ("BUDGET", "soon"),
        ("CONCURRENCY", "0"),
        ("LEASE", "-5s"),
        ("DATABASE_CONNECTIONS", "x"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_the_variables_name_and_no_secret(
    name: str, value: str
) -> None:
    with pytest.raises(UsageError) as told:
        read_settings({f"{PREFIX}{name}": value}, DATA)
    assert f"{PREFIX}{name}" in told.value.message
    assert "hunter2" not in str(told.value)


def test_the_token_is_not_sent_unencrypted_to_another_machine() -> None:
    with pytest.raises(UsageError, match="GITHUB_API_URL"):
        read_settings({"GITHUB_API_URL": "http://api.example.com"}, DATA)
    with pytest.raises(UsageError, match="CODEFLASH_APP_SITE"):
        read_settings({"CODEFLASH_APP_SITE": "http://git.example.com"}, DATA)
    assert read_settings({"GITHUB_API_URL": "http://127.0.0.1:1"}, DATA).site == "http://127.0.0.1:1"
    assert read_settings({"CODEFLASH_APP_SITE": "http://localhost:1"}, DATA).site == "http://localhost:1"


@pytest.mark.parametrize(
    ("api", "site"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://github.acme.com/api/v3", "https://github.acme.com"),
        ("http://localhost:1", "http://localhost:1"),
    ],
)
def test_where_repositories_are_follows_from_the_api(api: str, site: str) -> None:
    assert site_of(api) == site


def test_secrets_are_in_no_text_of_the_settings() -> None:
    settings = Settings(secret="hunter2", password="hunter2", database_url="postgresql://u:hunter2@h/d")
    assert "hunter2" not in repr(settings)


def test_the_key_is_read_when_it_is_used(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    settings = Settings(key_file=file)
    with pytest.raises(PrerequisiteError, match="can't be read"):
        settings.private_key()
    file.write_bytes(b"pem")
    assert settings.private_key() == b"pem"
    with pytest.raises(PrerequisiteError, match="PRIVATE_KEY_FILE is not set"):
        Settings().private_key()


def test_every_variable_is_listed_once() -> None:
    names = [each.name for each in VARIABLES]
    assert len(names) == len(set(names))
