"""The report of a run in a real browser: it opens offline, answers keys, sorts, filters, saves, and trusts no name."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import playwright as playwright_package
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, sync_playwright

from hustings.cli.detect import detect

pytestmark = pytest.mark.slow  # a browser

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVIL = '</script><script>document.title="taken"</script>\u202e"'


def table(place: Path, groups: list[list[str]]) -> Path:
    """Groups that post the same links seconds apart on twelve days, and strangers beside them."""
    rows = []
    for number, group in enumerate(groups):
        for day in range(12):
            order = group[day % len(group) :] + group[: day % len(group)]
            for turn, actor in enumerate(order):
                at = START + timedelta(days=day, hours=number, seconds=4 * turn)
                rows.append(
                    (
                        "facebook" if turn % 2 else "twitter",
                        actor,
                        f"link {number} {day}",
                        f"post {number} {day} {turn}",
                        at,
                    )
                )
    rows += [("twitter", f"stranger {n}", f"link of {n}", f"alone {n}", START + timedelta(hours=n)) for n in range(30)]
    # An actor has one platform.
    first: dict[str, str] = {}
    rows = [(first.setdefault(actor, platform), actor, *rest) for platform, actor, *rest in rows]
    columns = list(zip(*rows, strict=True))
    data = dict(zip(("platform", "actor", "trace", "content", "at"), columns, strict=True))
    pq.write_table(pa.table({
        **{name: pa.array(data[name]) for name in ("platform", "actor", "trace", "content")},
        "kind": pa.array(["link"] * len(rows)), "at": pa.array(data["at"], pa.timestamp("us", "UTC")),
    }), place)  # fmt: skip
    return place


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "chromium is missing: ./run test installs it"
    assert Path(playwright_package.__file__).is_file()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    groups = [["anna", "bert", EVIL, "carl"], ["dora", "emil", "fred"]]
    done = CliRunner().invoke(detect, [str(table(folder / "t.parquet", groups)), "--out", str(folder / "out")])
    assert done.exit_code == 0, done.output
    return folder / "out" / "report.html"


@pytest.fixture
def page(browser, report):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.told = []
    opened.asked = []
    opened.on("console", lambda message: opened.told.append(message.text))
    opened.on("pageerror", lambda error: opened.told.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto(report.as_uri())
    yield opened
    context.close()


def test_it_opens_without_a_request_or_a_complaint(page: Page, report):
    assert page.locator("article.finding.open h1").count() == 1
    assert page.asked == [report.as_uri()]
    assert page.told == []


def test_names_cannot_run(page: Page):
    assert "taken" not in page.title()
    assert page.locator("body script[src]").count() == 0


def test_j_and_k_walk_through_the_findings(page: Page):
    first = page.locator("article.finding.open").get_attribute("data-finding")
    page.keyboard.press("j")
    second = page.locator("article.finding.open").get_attribute("data-finding")
    page.keyboard.press("k")
    assert second != first
    assert page.locator("article.finding.open").get_attribute("data-finding") == first


def test_keys_pressed_faster_than_the_address_changes_lose_no_step(page: Page):
    opened = page.evaluate("""() => {
        const at = () => document.querySelector("article.finding.open").dataset.finding;
        const seen = [at()];
        for (const key of ["j", "k", "j"]) { document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })); seen.push(at()); }
        return seen;
    }""")
    assert opened == ["0", "1", "0", "1"]


def test_a_finding_has_an_address(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri() + "#finding-1")
    assert page.locator("article.finding.open").get_attribute("data-finding") == "1"
    page.close()


def test_the_filter_keeps_the_members_it_names(page: Page):
    article = page.locator("article.finding.open")
    article.get_by_label("Filter members").fill("anna")
    rows = article.locator("table").first.locator("tbody tr")
    assert rows.count() == 1
    assert "anna" in rows.first.inner_text()


def test_evidence_is_saved_as_csv_with_every_row_it_holds(page: Page, tmp_path):
    with page.expect_download() as waiting:
        page.locator("article.finding.open button.save").click()
    waiting.value.save_as(tmp_path / "evidence.csv")
    text = (tmp_path / "evidence.csv").read_text(encoding="utf-8-sig")
    assert "gap_s" in text.splitlines()[0]
    assert len(text.splitlines()) > 12


@pytest.mark.parametrize("width", [375, 768])
def test_a_narrow_screen_does_not_scroll_sideways(browser, report, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_every_finding_is_on_paper(page: Page):
    page.emulate_media(media="print")
    articles = page.locator("article.finding")
    assert articles.count() == 2
    assert all(articles.nth(n).is_visible() for n in range(2))


def test_a_run_that_found_nothing_says_so(browser, tmp_path):
    done = CliRunner().invoke(detect, [str(table(tmp_path / "t.parquet", [])), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    page = browser.new_page()
    page.goto((tmp_path / "out" / "report.html").as_uri())
    assert "No group acted together beyond chance" in page.inner_text("main")
    page.close()


def test_equal_runs_give_equal_pages(tmp_path, report):
    groups = [["anna", "bert", EVIL, "carl"], ["dora", "emil", "fred"]]
    traces = table(tmp_path / "t.parquet", groups)
    from hustings.report.run_page import write_report

    CliRunner().invoke(detect, [str(traces), "--out", str(tmp_path / "out")])
    write_report(tmp_path / "out", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()
