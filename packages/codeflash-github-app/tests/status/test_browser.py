"""The pages in a real browser: what people do there, and what hostile text does not."""

import shutil

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60_000


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, or a skip."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium on the PATH")
    api = pytest.importorskip("playwright.sync_api", reason="the package playwright is missing")
    with api.sync_playwright() as playwright:
        # Playwright leaves Chromium's own sandbox out, which does not start as root.
        opened = playwright.chromium.launch(
            executable_path=program, args=["--disable-dev-shm-usage"], timeout=PATIENCE
        )
        yield opened
        opened.close()


@pytest.fixture
def console():
    """What pages wrote to their console; a test that is done leaves nothing in it."""
    return []


@pytest.fixture
def opened(browser, status_address, console):
    """``opened(state)`` is a tab of a fresh profile; what it writes to its console, or asks of others, fails the test."""
    asked, contexts = [], []

    def make(state=None):
        contexts.append(browser.new_context(base_url=status_address, storage_state=state))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda each: console.append(each.text))
        page.on("pageerror", lambda each: console.append(str(each)))
        page.on("request", lambda each: asked.append(each.url))
        return page

    yield make
    for each in contexts:
        each.close()
    # The browser tells of every answer above 399; those are meant.
    assert [each for each in console if "Failed to load resource" not in each] == []
    assert [each for each in asked if not each.startswith((status_address, "data:"))] == []


@pytest.fixture(scope="module")
def session(browser, status_address, password):
    """The cookies of somebody who logged in."""
    context = browser.new_context(base_url=status_address)
    page = context.new_page()
    page.goto("/status", timeout=PATIENCE)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/status/jobs", timeout=PATIENCE)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def inside(opened, session):
    """A tab of somebody who is logged in, on the list of jobs."""
    page = opened(session)
    page.goto("/status/jobs")
    return page


def test_a_wrong_password_is_told_and_the_right_one_opens_the_jobs(opened, password):
    tab = opened()
    tab.goto("/status/jobs/201")
    assert tab.url.endswith("/status/login")
    tab.get_by_label("Password").fill("wrong")
    tab.get_by_label("Password").press("Enter")
    assert tab.get_by_role("alert").inner_text() == "That is not the password."
    tab.get_by_label("Password").fill(password)
    tab.get_by_role("button", name="Log in").click()
    tab.wait_for_url("**/status/jobs")
    assert tab.get_by_role("row").count() == 51


def test_a_job_is_found_by_state_and_opened_with_its_plot(inside):
    inside.get_by_label("State").select_option("waiting")
    inside.get_by_role("button", name="Show").click()
    assert inside.get_by_role("row").count() == 2
    inside.goto("/status/jobs")
    inside.get_by_role("link", name="201", exact=True).click()
    plot = inside.get_by_role("img", name="Speedup of each candidate with its interval")
    box = plot.bounding_box()
    assert plot.is_visible()
    assert box["width"] > 600
    assert box["height"] > 60
    # The style sheet holds: the interval of what was accepted is green, not black.
    colour = plot.locator(".row.accepted .bar circle").first.evaluate("each => getComputedStyle(each).fill")
    assert colour not in ("rgb(0, 0, 0)", "none")
    assert inside.get_by_text("return list(dict.fromkeys(names))").is_visible()


def test_all_pages_of_jobs_can_be_walked_through(inside):
    seen = 0
    while True:
        seen += inside.get_by_role("row").count() - 1
        older = inside.get_by_role("link", name="Older")
        if not older.count():
            break
        older.click()
    assert seen == 114
    inside.get_by_role("link", name="Newest").click()
    assert inside.get_by_role("link", name="204", exact=True).is_visible()


@pytest.mark.parametrize("place", ["/status/jobs", "/status/jobs/203", "/status/repositories"])
def test_hostile_text_is_shown_and_runs_nothing(inside, place):
    inside.goto(place)
    assert inside.title().endswith(" - codeflash")
    assert inside.locator("main script, main img, main [onerror]").count() == 0
    assert "document.title='owned'" in inside.locator("main").inner_text()


def test_nothing_would_run_or_be_fetched_if_it_got_past_the_escaping(inside, console):
    inside.goto("/status/jobs/203")
    blocked, title = inside.evaluate(
        """async () => {
            const told = [];
            document.addEventListener("securitypolicyviolation", (each) => told.push(each.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
            const picture = document.createElement("img");
            picture.src = "/status/login";
            document.body.append(picture);
            document.body.setAttribute("style", "display: none");
            for (let wait = 0; wait < 100 && told.length < 3; wait++) await new Promise((go) => setTimeout(go, 20));
            return [told.sort(), document.title];
        }"""
    )
    assert blocked == ["img-src", "script-src-elem", "style-src-attr"]
    assert title != "owned"
    assert len([each for each in console if "Content Security Policy" in each]) >= 3
    console.clear()


def test_whoever_logs_out_is_out(opened, password):
    inside = opened()
    inside.goto("/status")
    inside.get_by_label("Password").fill(password)
    inside.get_by_label("Password").press("Enter")
    inside.wait_for_url("**/status/jobs")
    inside.get_by_role("button", name="Log out").click()
    inside.wait_for_url("**/status/login")
    inside.goto("/status/jobs")
    assert inside.url.endswith("/status/login")
    inside.go_back()
    inside.goto("/status/jobs/201")
    assert "shop/ordering.py" not in inside.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_schemes_and_on_a_phone(inside, scheme):
    inside.emulate_media(color_scheme=scheme)
    inside.set_viewport_size({"width": 390, "height": 800})
    inside.goto("/status/jobs/201")
    ink, page = inside.evaluate(
        "() => ['color', 'backgroundColor'].map((name) => getComputedStyle(document.body)[name])"
    )
    light = [sum(int(each) for each in colour[4:-1].split(",")) for colour in (ink, page)]
    assert (light[0] < light[1]) == (scheme == "light")
    # What is wide scrolls in its own place.
    assert inside.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
