"""The demo tells its four chapters to the end, on real data and without it."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from hustings.cli.chapters import CHAPTERS, Book, bought
from hustings.cli.main import main
from hustings.cli.walk import Walk
from hustings.report.story import read_story, story_json

pytestmark = pytest.mark.slow  # whole commands, and a browser

KEYS = ["bought", "by-whom", "posted", "handed-over"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A demo without real data: its folder and what it printed."""
    import contextlib
    import io

    out, said = tmp_path_factory.mktemp("demo") / "out", io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main(["demo", "--simulated", "--no-load", "--out", str(out)])
    return out, code, said.getvalue()


def test_without_real_data_all_chapters_are_told_on_a_season_and_say_so(told):
    out, code, said = told
    story = read_story(out / "story.json")
    assert code == 0
    assert [chapter.key for chapter in story.chapters] == KEYS
    assert all(chapter.simulated and "made up" in chapter.source for chapter in story.chapters)
    for number, (_, title, _) in enumerate(CHAPTERS, 1):
        assert f"{number}. {title}" in said
    assert said.count("How sure.") == said.count("What this does not show.") == 4


@pytest.mark.long
def test_what_was_found_is_loaded_into_an_installation_once(told):
    from hustings.serving.demo import TABLES, load_results

    place = Path(tempfile.mkdtemp(prefix="hdl"))  # short, and open to the user that the database runs as
    place.chmod(0o711)
    try:
        first, second = [], []
        load_results(place / "up", told[0] / TABLES, first.append)
        load_results(place / "up", told[0] / TABLES, second.append)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    assert any("Posts of a made-up season" in line and "findings" in line for line in first)
    assert not any("there already" in line for line in first)
    assert sum("there already" in line for line in second) == 2


def test_every_file_that_the_story_names_is_there(told):
    out, _, _ = told
    story = read_story(out / "story.json")
    named = [path for chapter in story.chapters for _, path in chapter.files]
    named += [run.folder for chapter in story.chapters for run in chapter.runs]
    assert [path for path in named if not (out / path).exists()] == []
    assert (out / "report.html").stat().st_size > 10_000


def test_the_page_opens_offline_and_asks_nobody_for_anything(told):
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    assert browser_path, "chromium is missing: ./run test installs it"
    asked, complaints = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 390, "height": 800})
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto((told[0] / "report.html").as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        chapters = tab.locator("section h2").all_inner_texts()
        browser.close()
    assert [url for url in asked if not url.startswith("file:")] == []
    assert complaints == []
    assert not wide  # a phone shows it without scrolling sideways
    assert len(chapters) == 4


def test_the_package_of_the_demo_passes_its_own_check(told):
    _, _, said = told
    assert "The check passes; with one byte changed it fails, as it should." in " ".join(said.split())


def test_the_summary_has_one_line_a_chapter(told):
    out, _, _ = told
    assert len(read_story(out / "story.json").summary) == 4


def test_the_readme_shows_what_the_demo_says(told):
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- docs/reprint.py -->")[1].split("<!-- end -->")[0]
    shown = " ".join(block.replace("```", "").split())
    summary = read_story(told[0] / "story.json").summary
    said = " ".join(f"{title} {line}" for (_, title, _), line in zip(CHAPTERS, summary, strict=True))
    assert shown == said, "Run .venv/bin/python docs/reprint.py and look at the difference."


def test_the_story_is_read_back_as_it_was_written(told):
    out, _, _ = told
    text = (out / "story.json").read_text(encoding="utf-8")
    assert story_json(read_story(out / "story.json")) == text
    assert json.loads(text)["seed"] == 0


def test_commands_hold_no_path_of_this_machine(real_data, tmp_path):
    book = Book(walk=Walk(out=tmp_path, data=real_data, seed=0))
    assert book.walk.shown(real_data / "ira-ads" / "ads.jsonl") == '"$HUSTINGS_DATA"/ira-ads/ads.jsonl'


def test_the_release_is_totalled_and_the_payment_rule_stands_beside_snap(real_data, tmp_path):
    chapter = bought(Book(walk=Walk(out=tmp_path, data=real_data, seed=0)))
    figures = {fact.label: fact.value for fact in chapter.facts}
    assert figures["ads"] == "3,498"
    assert figures["paid, RUB"] == "5,822,554.92"
    totals = {row[0]: row[1:3] for row in chapter.tables[0].rows}
    assert totals["never shown"] == ("26.0%", "roughly 25 %")
    assert totals["under 3 USD"] == ("48.4%", "50 %")
    assert "(99.8%)" in chapter.sentences[1]
    assert "9 June 2015" in chapter.sentences[1]
    assert "13 of 659" in chapter.sure
    assert "not a result of our method" in chapter.sure
    assert "no precision" in chapter.not_shown[0]


def test_damaged_real_data_is_named_and_the_chapter_told_on_a_season(tmp_path, capsys):
    (tmp_path / "data" / "ira-ads").mkdir(parents=True)
    (tmp_path / "data" / "ira-ads" / "ads.jsonl").write_text('{"ad_id": 1,')
    from hustings.cli.demo import told as tell

    chapter = tell(bought, Book(walk=Walk(out=tmp_path / "out", data=tmp_path / "data", seed=0)))
    assert chapter.simulated
    assert "The real data could not be used:" in chapter.source
