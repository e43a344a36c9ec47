"""From values to pages. Everything that a template is given is shown as text, unless it was made as HTML here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from codeflash_core.reports import figures
from codeflash_core.reports.style import STYLE as REPORT_STYLE
from codeflash_core.reports.text import escape
from codeflash_github_app.status import results
from codeflash_github_app.status.style import STYLE as OWN_STYLE
from codeflash_github_app.status.values import KINDS, PAGE, STATES, Filter, JobDetail, JobLine, RepositoryLine

STYLE = REPORT_STYLE + OWN_STYLE
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Even a hole in the escaping could neither run a script, nor style a page, nor send anything elsewhere."""


def _text(value: Any) -> Any:
    """What stands for a value: foreign text can neither bring tags nor hide or rearrange what a reader sees."""
    return value if hasattr(value, "__html__") else Markup(escape(value))


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if value is not None else ""


def _duration(value: float | None) -> str:
    return figures.seconds(value) if value is not None else ""


_templates = Environment(
    loader=PackageLoader("codeflash_github_app.status"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_text,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"moment": _moment, "duration": _duration}
_templates.globals |= {"style": Markup(STYLE)}


def login_page(token: str, *, problem: str = "") -> str:
    """The form that asks for the password.

    Args:
        token: Proves that the form is ours.
        problem: Why it is shown again.
    """
    return _rendered("login.html", None, token=token, problem=problem)


def repositories_page(token: str, lines: Sequence[RepositoryLine]) -> str:
    """Where the app is installed.

    Args:
        token: Proves that the form which logs out is ours.
        lines: One more than a page holds where there are more.
    """
    further = f"?{urlencode({'after': lines[PAGE - 1].name})}" if len(lines) > PAGE else ""
    return _rendered("repositories.html", "repositories", token=token, lines=lines[:PAGE], further=further)


def jobs_page(token: str, lines: Sequence[JobLine], wanted: Filter) -> str:
    """The jobs, the newest first.

    Args:
        token: Proves that the form which logs out is ours.
        lines: One more than a page holds where there are more.
        wanted: Which were asked for.
    """
    kept = {"state": wanted.state, "kind": wanted.kind, "repository": wanted.repository}
    kept = {name: value for name, value in kept.items() if value}
    older = urlencode({**kept, "before": lines[PAGE - 1].id}) if len(lines) > PAGE else ""
    return _rendered(
        "jobs.html",
        "jobs",
        token=token,
        lines=lines[:PAGE],
        wanted=wanted,
        states=STATES,
        kinds=KINDS,
        older=f"?{older}" if older else "",
        newest=f"?{urlencode(kept)}" if kept else "",
    )


def job_page(token: str, job: JobDetail) -> str:
    """One job with what it found.

    Args:
        token: Proves that the form which logs out is ours.
        job: The job.
    """
    return _rendered("job.html", "jobs", token=token, job=job, line=job.line, found=results.shown(job.result))


def problem_page(title: str, sentence: str, token: str = "") -> str:
    """A page that says what is wrong.

    Args:
        title: What it is, in a word or two.
        sentence: What to do.
        token: As in the others; empty before the password was given.
    """
    return _rendered("problem.html", "jobs" if token else None, token=token, title=title, sentence=sentence)


def _rendered(name: str, here: str | None, **values: Any) -> str:
    return _templates.get_template(name).render(here=here, **values)
