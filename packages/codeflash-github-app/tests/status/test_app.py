"""The pages where people find them: in the app, over its tables."""

import re

import httpx2
import pytest

from codeflash_github_app.app import create_app
from codeflash_github_app.db.tables import installations, jobs, repositories
from codeflash_github_app.resources import Resources
from codeflash_github_app.settings import Settings


@pytest.fixture
async def client(database, password, documents):
    """``client(password)`` is a client of the app, on a database with one finished job."""
    optimized, run_document, _ = documents
    async with database.begin() as connection:
        await connection.execute(installations.insert().values(id=1, account="acme"))
        await connection.execute(repositories.insert().values(id=10, name="acme/shop", installation=1))
        job = await connection.scalar(
            jobs.insert()
            .values(
                key="pull-12",
                kind="optimize-pull",
                repository_id=10,
                repository_name="acme/shop",
                installation=1,
                number=12,
                order={},
                state="done",
                outcome="success",
                message="One function can be faster",
                result={"optimize": run_document(optimized())},
            )
            .returning(jobs.c.id)
        )
    opened = []

    async def make(secret):
        # The queue is the webhook's; no page asks it.
        app = create_app(
            Resources(Settings(password=secret, public_url="https://codeflash.test"), database, None)
        )
        lifespan = app.router.lifespan_context(app)
        await lifespan.__aenter__()
        one = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://codeflash.test")
        opened.append((lifespan, one))
        return one, job

    yield make
    for lifespan, one in opened:
        await one.aclose()
        await lifespan.__aexit__(None, None, None)


async def test_a_job_of_the_tables_is_shown_to_whoever_logs_in(client, password):
    one, job = await client(password)
    form = await one.get("/status/login")
    assert "Secure" in form.headers["set-cookie"]
    token = re.search(r'name="token" value="([^"]+)"', form.text)[1]
    await one.post("/status/login", data={"password": password, "token": token})
    assert f'href="/status/jobs/{job}"' in (await one.get("/status/jobs")).text
    page = (await one.get(f"/status/jobs/{job}")).text
    assert "One function can be faster" in page
    assert '<svg class="plot intervals"' in page
    assert "acme/shop" in (await one.get("/status/repositories")).text


async def test_without_a_password_the_app_has_no_such_pages(client):
    one, job = await client("")
    assert [(await one.get(each)).status_code for each in ("/status", f"/status/jobs/{job}")] == [404, 404]
