"""The pages over HTTP, behind a password. Without one there are none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from attrs import frozen
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from codeflash_github_app.status import pages
from codeflash_github_app.status.sessions import FORM_SECONDS, SESSION_SECONDS, EndedSessions, Sessions
from codeflash_github_app.status.tries import Tries
from codeflash_github_app.status.values import KINDS, STATES, Filter, StatusBook
from codeflash_postgres.errors import DatabaseAway

MOST_FORM = 8192
"""Bytes of a form: whoever sends one may be anybody."""
MOST_NAME = 300
"""Characters of a name of a repository that are looked at."""
MOST_NUMBER = 2**63 - 1
_HEADERS = {
    "Content-Security-Policy": pages.POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
SESSION, FORM = "codeflash_session", "codeflash_form"


@frozen
class Door:
    """Lets people in.

    Attributes:
        sessions: Who is in.
        ended: Who was, until they logged out.
        tries: Wrong passwords.
        secure: Whether cookies are only for encrypted connections.
    """

    sessions: Sessions
    ended: Callable[[Request], EndedSessions]
    tries: Tries
    secure: bool

    async def session(self, request: Request) -> str:
        """The cookie of an open session; empty when there is none.

        Raises:
            DatabaseAway: It can't be told.
        """
        cookie = request.cookies.get(SESSION, "")
        if not self.sessions.is_open("session", cookie):
            return ""
        name, _ = self.sessions.named(cookie)
        return "" if await self.ended(request).has(name) else cookie

    async def end(self, request: Request, cookie: str) -> None:
        """Let a session count no more, whoever kept its cookie.

        Raises:
            DatabaseAway: It can't be kept that it was ended.
        """
        await self.ended(request).add(*self.sessions.named(cookie))

    def keep(self, response: Response, name: str, value: str, seconds: int) -> None:
        """Give a cookie that no script reads and no other site sends."""
        response.set_cookie(
            name, value, max_age=seconds, path="/status", secure=self.secure, httponly=True, samesite="strict"
        )

    def form(self, problem: str = "", status: int = 200) -> Response:
        """The form for the password."""
        cookie = self.sessions.begin("form", FORM_SECONDS)
        response = _page(pages.login_page(self.sessions.token(cookie), problem=problem), status)
        self.keep(response, FORM, cookie, FORM_SECONDS)
        return response


def status_router(
    password: str,
    book: Callable[[Request], StatusBook],
    ended: Callable[[Request], EndedSessions],
    *,
    secure: bool = False,
    clock: Callable[[], float] = time.time,
    tries: Tries | None = None,
) -> APIRouter:
    """The routes of the status pages.

    Args:
        password: The password; without one there are no routes, so that they are not found.
        book: Where they read.
        ended: Where sessions are kept that people ended.
        secure: Whether people reach the app over HTTPS.
        clock: Seconds since 1970.
        tries: How fast passwords may be tried; each wrong one makes the next slower by default.
    """
    router = APIRouter(prefix="/status", include_in_schema=False)
    if not password:
        return router
    door = Door(Sessions.of(password, clock), ended, tries or Tries(time.monotonic, asyncio.sleep), secure)
    _add_door(router, door)
    _add_pages(router, door, book)
    return router


def _add_door(router: APIRouter, door: Door) -> None:
    sessions = door.sessions

    @router.get("/login")
    async def form(request: Request) -> Response:
        try:
            session = await door.session(request)
        except DatabaseAway:
            session = ""
        return _to("/status/jobs") if session else door.form()

    @router.post("/login")
    async def login(request: Request) -> Response:
        fields = await _fields(request)
        password = fields.get("password", "")
        address = request.client.host if request.client else ""
        cookie = request.cookies.get(FORM, "")
        if not (sessions.is_open("form", cookie) and sessions.is_token(cookie, fields.get("token", ""))):
            return door.form("That form was too old. Once more, please.", 403)
        async with door.tries.turn(address):
            right = sessions.is_password(password)
            if not right:
                door.tries.note_wrong(address)
        if not right:
            return door.form("That is not the password.", 403)
        response = _to("/status/jobs")
        door.keep(response, SESSION, sessions.begin("session", SESSION_SECONDS), SESSION_SECONDS)
        response.delete_cookie(FORM, path="/status")
        return response

    @router.post("/logout")
    async def logout(request: Request) -> Response:
        fields = await _fields(request)
        try:
            cookie = await door.session(request)
            if cookie and not sessions.is_token(cookie, fields.get("token", "")):
                return _page(pages.problem_page("Not logged out", "Use the button on a page."), 403)
            if cookie:
                await door.end(request, cookie)
        except DatabaseAway as problem:
            return _page(pages.problem_page("Not logged out", problem.message), 503)
        response = _to("/status/login")
        response.delete_cookie(SESSION, path="/status")
        return response


def _add_pages(router: APIRouter, door: Door, book: Callable[[Request], StatusBook]) -> None:
    async def shown(
        request: Request, page: Callable[[str, StatusBook], Awaitable[tuple[str, int]]]
    ) -> Response:
        token = ""
        try:
            cookie = await door.session(request)
            if not cookie:
                return _to("/status/login")
            token = door.sessions.token(cookie)
            return _page(*await page(token, book(request)))
        except DatabaseAway as problem:
            return _page(pages.problem_page("For now there is nothing to show", problem.message, token), 503)

    @router.get("")
    async def first() -> Response:
        return _to("/status/jobs")

    @router.get("/repositories")
    async def repositories(request: Request) -> Response:
        after = _storable(request.query_params.get("after", ""))

        async def page(token: str, known: StatusBook) -> tuple[str, int]:
            return pages.repositories_page(token, await known.repositories(after)), 200

        return await shown(request, page)

    @router.get("/jobs")
    async def jobs(request: Request) -> Response:
        wanted = _filter(request.query_params)

        async def page(token: str, known: StatusBook) -> tuple[str, int]:
            return pages.jobs_page(token, await known.jobs(wanted), wanted), 200

        return await shown(request, page)

    @router.get("/jobs/{number}")
    async def job(request: Request, number: str) -> Response:
        async def page(token: str, known: StatusBook) -> tuple[str, int]:
            found = await known.job(_number(number))
            if found is None:
                return pages.problem_page("Not found", "There is no such job.", token), 404
            # A document may hold every sample of every benchmark.
            return await asyncio.to_thread(pages.job_page, token, found), 200

        return await shown(request, page)


async def _fields(request: Request) -> dict[str, str]:
    """What a form holds; nothing, when it is larger than ours can be."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _filter(asked: Mapping[str, str]) -> Filter:
    """What an address asks for; what makes no sense there is passed over, as it is when a form is edited by hand."""
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return Filter(
        state=state if state in STATES else "",
        kind=kind if kind in KINDS else "",
        repository=_storable(asked.get("repository", "")),
        before=_number(asked.get("before", "")),
    )


def _number(text: str) -> int:
    """A number of a job; 0 for what is none."""
    return min(int(text), MOST_NUMBER) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _storable(text: str) -> str:
    """Postgres has no character 0, and no half of a pair."""
    return text[:MOST_NAME].replace("\0", "").encode("utf-8", "ignore").decode().strip()


def _page(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, _HEADERS)


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, _HEADERS)
