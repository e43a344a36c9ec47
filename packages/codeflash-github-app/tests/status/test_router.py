import re

import httpx2
import pytest
from fastapi import FastAPI

from codeflash_github_app.status.router import status_router
from codeflash_github_app.status.tries import Tries
from codeflash_postgres.errors import DatabaseAway

PLACES = ("/status", "/status/login", "/status/jobs", "/status/jobs/201", "/status/repositories")


@pytest.fixture
def client(status_app):
    """``client("a password")`` is a client of the application; cookies are kept."""
    opened = []

    def make(password, **options):
        transport = httpx2.ASGITransport(status_app(password, **options))
        opened.append(httpx2.AsyncClient(transport=transport, base_url="http://app.test"))
        return opened[-1]

    return make


def token_in(page):
    return re.search(r'name="token" value="([^"]+)"', page.text)[1]


async def log_in(client, password):
    form = await client.get("/status/login")
    return await client.post("/status/login", data={"password": password, "token": token_in(form)})


@pytest.mark.parametrize("place", PLACES)
async def test_without_a_password_there_are_no_pages(client, place):
    assert (await client("").get(place)).status_code == 404
    assert (await client("").post(place)).status_code == 404


@pytest.mark.parametrize("place", PLACES[2:])
async def test_whoever_is_not_logged_in_is_sent_to_the_form(client, password, place):
    answer = await client(password).get(place)
    assert (answer.status_code, answer.headers["location"]) == (303, "/status/login")
    assert "acme" not in answer.text


async def test_the_right_password_opens_the_pages(client, password):
    one = client(password)
    answer = await log_in(one, password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/status/jobs")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/status", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie
    assert "acme/shop" in (await one.get("/status/jobs")).text
    assert (await one.get("/status/login")).headers["location"] == "/status/jobs"


async def test_over_https_cookies_stay_there(client, password):
    answer = await client(password, secure=True).get("/status/login")
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "wrong",
    ["", "wrong", "correct horse battery stapl", "ä" * 4000, "\ud800".encode("utf-8", "surrogatepass")],
)
async def test_a_wrong_password_opens_nothing(client, password, wrong):
    one = client(password)
    answer = await log_in(one, wrong)
    assert answer.status_code == 403
    assert (await one.get("/status/jobs")).status_code == 303


async def test_wrong_passwords_of_anybody_lock_nobody_out(client, password):
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    tries = Tries(lambda: 0.0, sleep)
    for number in range(1000):
        tries.note_wrong(str(number))
    one = client(password, tries=tries)
    for _ in range(30):
        assert (await log_in(one, "wrong")).status_code == 403
    answer = await log_in(one, password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/status/jobs")
    assert waited[0] == 2.0
    assert waited[-1] == 10.0


async def test_a_password_is_not_looked_at_before_its_turn(client, password):
    """Else the right one would be told by how soon it is answered."""
    looked = []

    async def sleep(seconds):
        looked.append(seconds)

    tries = Tries(lambda: 0.0, sleep)
    for _ in range(8):
        tries.note_wrong("127.0.0.1")
    one = client(password, tries=tries)
    await log_in(one, password)
    one.cookies.clear()
    await log_in(one, "wrong")
    assert looked == [4.0, 4.0]


@pytest.mark.parametrize("token", ["", "0" * 64, None])
async def test_a_form_of_somebody_else_logs_nobody_in(client, password, token):
    one = client(password)
    await one.get("/status/login")
    data = {"password": password} | ({} if token is None else {"token": token})
    assert (await one.post("/status/login", data=data)).status_code == 403
    assert (await one.get("/status/jobs")).status_code == 303


async def test_a_form_without_its_cookie_logs_nobody_in(client, password):
    one = client(password)
    token = token_in(await one.get("/status/login"))
    one.cookies.clear()
    answer = await one.post("/status/login", data={"password": password, "token": token})
    assert answer.status_code == 403


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a" * 100_000, b"password=&password=&&&===", b"{}"])
async def test_a_body_that_is_no_form_is_refused_calmly(client, password, body):
    one = client(password)
    await one.get("/status/login")
    assert (await one.post("/status/login", content=body)).status_code == 403


async def test_logging_out_ends_the_session_itself(client, password):
    one = client(password)
    await log_in(one, password)
    kept = dict(one.cookies)
    page = await one.get("/status/jobs")
    assert (await one.post("/status/logout", data={"token": "x"})).status_code == 403
    assert (await one.get("/status/jobs")).status_code == 200
    assert (await one.post("/status/logout", data={"token": token_in(page)})).status_code == 303
    one.cookies.update(kept)
    assert (await one.get("/status/jobs")).status_code == 303


async def test_a_session_that_was_ended_counts_no_more_after_a_restart(client, password, ended):
    one = client(password, ended=ended)
    await log_in(one, password)
    kept = dict(one.cookies)
    page = await one.get("/status/jobs")
    again = client(password, ended=ended)
    again.cookies.update(kept)
    assert (await again.get("/status/jobs")).status_code == 200
    await one.post("/status/logout", data={"token": token_in(page)})
    restarted = client(password, ended=ended)
    restarted.cookies.update(kept)
    assert (await restarted.get("/status/jobs")).status_code == 303


async def test_a_session_ends_by_itself(client, password):
    now = [1_000_000.0]
    one = client(password, clock=lambda: now[0])
    await log_in(one, password)
    assert (await one.get("/status/jobs")).status_code == 200
    now[0] += 12 * 3600
    assert (await one.get("/status/jobs")).status_code == 303


@pytest.mark.parametrize("place", PLACES)
async def test_every_answer_says_that_nothing_may_run_or_be_kept(client, password, place):
    one = client(password)
    for answer in (await one.get(place), await log_in(one, password), await one.get(place)):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


async def test_jobs_can_be_filtered_and_paged_through(client, password):
    one = client(password)
    await log_in(one, password)
    seen, address = [], "/status/jobs?state=failed&kind=optimize-pull&repository=acme/shop"
    while address:
        page = (await one.get(address)).text
        seen += [int(each) for each in re.findall(r'href="/status/jobs/(\d+)"', page)]
        older = re.search(r'href="([^"]+)">Older', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == list(range(109, 0, -2))


@pytest.mark.parametrize(
    "query",
    [
        "state=odd",
        "kind=%00",
        "before=-1",
        "before=9e9",
        "before=99999999999999999999",
        "repository=%00%ff",
        "before=١",
    ],
)
async def test_an_odd_address_is_answered(client, password, query):
    one = client(password)
    await log_in(one, password)
    assert (await one.get(f"/status/jobs?{query}")).status_code == 200


@pytest.mark.parametrize("number", ["0", "999", "x", "-1", "9" * 40, "2%2F3", "%00"])
async def test_a_job_that_is_not_there_is_not_found(client, password, number):
    one = client(password)
    await log_in(one, password)
    assert (await one.get(f"/status/jobs/{number}")).status_code == 404


class Away:
    """A database that can't be reached."""

    async def repositories(self, after):
        raise DatabaseAway("the database can't be reached or is too slow", 2.0)

    jobs = job = repositories

    async def has(self, name):
        raise DatabaseAway("the database can't be reached or is too slow", 2.0)

    async def add(self, name, until):
        raise DatabaseAway("the database can't be reached or is too slow", 2.0)


@pytest.mark.parametrize("sessions_too", [False, True])
@pytest.mark.parametrize("place", PLACES[2:])
async def test_without_a_database_pages_say_so(password, place, ended, sessions_too):
    app, ended = FastAPI(), Away() if sessions_too else ended
    app.include_router(status_router(password, lambda request: Away(), lambda request: ended))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://app.test") as one:
        await log_in(one, password)
        answer = await one.get(place)
    assert answer.status_code == 503
    assert "the database can&#x27;t be reached" in answer.text


async def test_without_a_database_nobody_is_told_to_be_logged_out(client, password, ended):
    one = client(password, ended=ended)
    await log_in(one, password)
    token = token_in(await one.get("/status/jobs"))
    ended.has = Away().has
    answer = await one.post("/status/logout", data={"token": token})
    assert answer.status_code == 503
    assert "Not logged out" in answer.text
    assert (await one.get("/status/login")).status_code == 200
    del ended.has
    assert (await one.get("/status/jobs")).status_code == 200


async def test_pages_are_not_in_the_description_of_the_interface(status_app, password):
    assert status_app(password).openapi()["paths"] == {}
