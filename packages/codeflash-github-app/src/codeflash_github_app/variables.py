"""Every variable that the app reads, with its meaning and default: the one list of them."""

from __future__ import annotations

from attrs import frozen

PREFIX = "CODEFLASH_APP_"


@frozen
class Variable:
    """One variable.

    Attributes:
        name: Its whole name.
        meaning: What it sets.
        default: What counts when it is not set; empty for nothing.
        secret: Whether its value is a credential.
    """

    name: str
    meaning: str
    default: str = ""
    secret: bool = False


VARIABLES = (
    Variable(f"{PREFIX}ID", "the app's id, as its page on GitHub shows it"),
    Variable(f"{PREFIX}SLUG", "the app's name in addresses: what its login begins with", "codeflash"),
    Variable(f"{PREFIX}PRIVATE_KEY_FILE", "path of the app's private key, the `.pem` file that GitHub gives"),
    Variable(
        f"{PREFIX}WEBHOOK_SECRET",
        "what deliveries are signed with; without it the webhook is off",
        secret=True,
    ),
    Variable(
        "DATABASE_URL", "the Postgres to use; without it one is started in the data folder", secret=True
    ),
    Variable(f"{PREFIX}DATA", "the data folder", "the user's folder for data"),
    Variable(f"{PREFIX}HOST", "the address to listen on", "127.0.0.1"),
    Variable(f"{PREFIX}PORT", "the port", "8010"),
    Variable(
        f"{PREFIX}PUBLIC_URL", "where people reach the app; with https its cookies are sent over https only"
    ),
    Variable(
        f"{PREFIX}STATUS_PASSWORD",
        "password of the status pages, 12 characters at least; without it they are off",
        secret=True,
    ),
    Variable("GITHUB_API_URL", "GitHub's API; another one for GitHub Enterprise", "https://api.github.com"),
    Variable(f"{PREFIX}SITE", "where repositories are fetched from", "the site that belongs to the API"),
    Variable(
        f"{PREFIX}PYTHON", "what runs code of repositories that have no interpreter of their own", "python3"
    ),
    Variable(f"{PREFIX}PYTHONS", "folder of interpreters by repository: `OWNER/REPO/bin/python`"),
    Variable(f"{PREFIX}BUDGET", "most time for one function, whatever a repository asks for", "300s"),
    Variable(f"{PREFIX}FUNCTIONS", "most functions of one job, whatever a repository asks for", "50"),
    Variable(
        f"{PREFIX}JOB_TIME", "most time for one job, from when it is begun or taken up again to its end", "2h"
    ),
    Variable(f"{PREFIX}REPOSITORY_MIB", "largest repository that is worked on, in MiB", "1024"),
    Variable(f"{PREFIX}CONCURRENCY", "jobs at once, of different repositories", "2"),
    Variable(f"{PREFIX}LEASE", "how soon the jobs of a worker that died are taken up by another", "60s"),
    Variable(f"{PREFIX}DATABASE_CONNECTIONS", "most connections to the database of one process", "10"),
    Variable(
        f"{PREFIX}DATABASE_SECONDS", "longest wait for a connection, and longest time of one statement", "5"
    ),
)
"""In the order in which they are documented."""

_DEFAULTS = {each.name: each.default for each in VARIABLES}


def default(name: str) -> str:
    """What a variable is when it is not set.

    Args:
        name: Its whole name.
    """
    return _DEFAULTS[name]
