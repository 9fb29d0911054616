"""The demo season from 180 days before a vote to 14 days after it, in a real browser, on a clock that is moved."""

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from installation import SEEDED, copy_of, serving
from looking import DESKTOP, PHONE, axe, chromium, enrol, sideways, sign_in, visit
from working import work

PEOPLE = ("anna", "dora", "farah", "tilda")
TITLE = "Simulated election season"
pytestmark = pytest.mark.long


# What is recorded by the wall's clock goes by the moved one too, from here on.
MOVED = """
CREATE FUNCTION moved_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT hustings_now() + (clock_timestamp() - transaction_timestamp()) $$;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT d.adrelid::regclass AS named, a.attname AS part FROM pg_attrdef d
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE pg_get_expr(d.adbin, d.adrelid) = 'clock_timestamp()' AND d.adrelid::regclass::text <> 'api_call'
  LOOP EXECUTE format('ALTER TABLE %%s ALTER %%I SET DEFAULT moved_clock()', one.named, one.part); END LOOP;
END $$
"""


class Season:
    """People at their browsers, a clock that only goes forward, and a worker that is let do what is due."""

    def __init__(self, site, browser, pictures):
        self.site, self.pictures, self.days = site, pictures, 0
        self.pages, self.heard = {}, []
        site.sql(MOVED)
        for name in PEOPLE:
            enrol(site, f"{name}@demo.example")
            _, page, said = visit(browser, site)
            sign_in(page, f"{name}@demo.example")
            self.pages[name] = page
            self.heard.append(said)

    def move(self, days):
        """Let so many days pass, and the nightly work of the last of them be done."""
        self.days += days
        self.site.sql(
            "CREATE OR REPLACE FUNCTION hustings_now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER "
            f"SET search_path = public, pg_temp AS $$ SELECT transaction_timestamp() + interval '{self.days} days' $$"
        )
        self.night()

    def night(self):
        self.site.run(
            "from hustings.apps.elections.jobs import run_due, run_plans\nrun_plans.defer(timestamp=0)\nrun_due.defer(timestamp=0)"
        )
        return work(self.site)

    def today(self):
        return date.fromisoformat(str(self.site.sql("SELECT (hustings_now() AT TIME ZONE 'UTC')::date")[0][0]))

    def shot(self, who, name):
        if self.pictures is not None:
            self.pages[who].screenshot(path=self.pictures / f"{self.days:03}-{name}.png", full_page=True)

    def look(self, who, path, name):
        """A page without a fault for axe, on a phone too."""
        page = self.pages[who]
        page.goto(path)
        assert axe(page) == []
        page.set_viewport_size(PHONE)
        assert page.evaluate("1") == 1
        assert sideways(page) == ""
        if self.pictures is not None:
            page.screenshot(path=self.pictures / f"{self.days:03}-{name}-phone.png", full_page=True)
        page.set_viewport_size(DESKTOP)
        self.shot(who, name)
        return page


@pytest.fixture(scope="module")
def season(seeded_database, postgres, tmp_path_factory):
    copy_of(postgres, SEEDED, "hustings_days")
    before = {name: os.environ.get(name) for name in ("HUSTINGS_SESSION_HOURS", "HUSTINGS_SESSION_IDLE_MINUTES")}
    os.environ |= {"HUSTINGS_SESSION_HOURS": "20000", "HUSTINGS_SESSION_IDLE_MINUTES": "1000000"}
    place = os.environ.get("HUSTINGS_LOOK_INTO")
    try:
        with serving(postgres, "hustings_days", tmp_path_factory.mktemp("days")) as site, chromium() as browser:
            made = Season(site, browser, Path(place) if place else None)
            yield made
            for said in made.heard:
                assert said.complaints == []
                assert said.elsewhere == []
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def open_and(page, title):
    page.locator("summary", has_text=title).first.click()


def change(page, base, day, status, source):
    """Record what the electoral authority says of the day."""
    page.goto(base)
    open_and(page, "Record what another source says")
    page.locator("#change_on").fill(day.isoformat())
    page.locator("#change_status").select_option(status)
    page.locator("#change_source").fill(source)
    page.locator("#change_authority").select_option("electoral authority or gazette")
    page.locator("form[action$='/change/'] button").click()
    page.get_by_text(source).first.wait_for()


def finish(page, base, title, note):
    """Do a task of the plan."""
    page.goto(base)
    page.get_by_role("link", name=title).first.click()
    page.locator("form[action$='/finish/'] [name=note]").fill(note)
    page.get_by_role("button", name="It is done").click()
    page.get_by_text("Done by").first.wait_for()


def test_from_the_first_task_to_where_nobody_looked(season):
    anna, dora, farah, tilda = (season.pages[name] for name in PEOPLE)
    vote = season.today() + timedelta(days=180)

    # T-180: the day is claimed, the election is taken on, its tier is judged, and its plan stands.
    anna.goto("/elections/new/")
    for name, value in {
        "name": "Valdorian parliament",
        "country": "XV",
        "on": vote.isoformat(),
        "source": "Gazette of Valdoria, no. 7",
    }.items():
        anna.locator(f"main [name={name}]").fill(value)
    anna.locator("main [name=level]").select_option("national")
    anna.locator("main [name=kind]").select_option("legislative")
    anna.locator("main [name=status]").select_option("called")
    anna.locator("main form button").first.click()
    anna.get_by_text("Nobody here works on this election").wait_for()
    base = anna.url
    anna.locator("form[action$='/take-on/'] [name=languages]").fill("en")
    anna.get_by_role("button", name="We work on it").click()
    anna.get_by_role("link", name="Confirm the day with the electoral authority").wait_for()
    farah.goto(base)
    open_and(farah, "Judge the tier")
    farah.locator("form[action$='/tier/'] [name=tier]").select_option("1")
    farah.locator("form[action$='/tier/'] [name=why]").fill("Operations aimed at the last vote; it is close.")
    farah.get_by_role("button", name="Record it").first.click()
    farah.get_by_text("Operations aimed at the last vote").wait_for()
    finish(anna, base, "Confirm the day with the electoral authority", "Telephoned; the gazette is right.")
    farah.goto(base)
    assert "Judge the risk tier" in farah.locator("#table-ended").inner_text()  # what an act does ends its task
    season.look("anna", base, "election")

    # A standing search: one asks, another agrees, and the worker makes the first at once.
    anna.goto(f"{base}searched/")
    open_and(anna, "Ask for a standing search")
    for name, value in {
        "source": TITLE, "languages": "en", "purpose": "Who acts as one before the vote", "legal_ground": "Election Protection Act, article 12",
        "population": "every public post of the season with an election hashtag or link",
    }.items():  # fmt: skip
        anna.locator(f"#ask_{name}").fill(value)
    anna.get_by_role("button", name="Ask for it").click()
    anna.get_by_text("It begins when another person agrees").wait_for()
    dora.goto(f"{base}searched/")
    dora.get_by_role("button", name="Agree: it may be made until").click()
    dora.get_by_text("the first search begins now").wait_for()
    work(season.site)
    page = season.look("dora", f"{base}searched/", "searched")
    assert page.locator("#table-searches tbody tr").count() == 1
    assert page.locator(".coverage .mark.green").count() >= 1

    # T-100: the day moves by a week, and the plan with it.
    season.move(80)
    moved = vote + timedelta(days=7)
    change(anna, base, moved, "called", "Decree of the electoral authority")
    assert moved.strftime("%-d %B %Y") in anna.inner_text(".facts")
    season.vote, season.base = moved, base

    # T-90: the threats, written by one and stood by by another.
    season.move(17)
    anna.goto(f"{base}threats/")
    for name, value in {
        "summary": "A firm abroad that bought pages before may buy again.", "gaps": "Closed groups were not looked at.",
        "why": "It was found in two earlier seasons.", "name_1": "Lantern Street", "why_1": "Its pages were found after weeks.",
    }.items():  # fmt: skip
        anna.locator(f"main [name={name}]").fill(value)
    anna.locator("main [name=confidence]").select_option("low")
    anna.locator("main [name=capability_1]").select_option("medium")
    anna.locator("main [name=methods]").select_option(["T0049", "T0086"])
    season.shot("anna", "threats-form")
    anna.get_by_role("button", name="Write version 1").click()
    anna.get_by_text("nobody else has read it yet").wait_for()
    dora.goto(anna.url)
    dora.locator("main [name=decision]").select_option("approve")
    dora.locator("#decide_note").fill("Read with the analysts.")
    dora.get_by_role("button", name="Decide").click()
    dora.get_by_text("Dora Lindqvist stands by it").wait_for()
    season.look("dora", dora.url, "threats")
    anna.goto(base)
    ended = anna.locator("#table-ended").inner_text()
    assert "Write the threat assessment" in ended
    assert "Approve the threat assessment" in ended
    assert "Set the searches" in ended  # what was agreed to at T-180 did it

    # T-60: how many people review needs.
    season.move(30)
    season.look("tilda", "/staffing/", "staffing")
    finish(tilda, base, "Say how many people review needs", "Two more who read English, until T+7.")

    # T-45: the live search is tried with a planted campaign.
    season.move(15)
    anna.goto(f"{base}red-team/")
    anna.get_by_role("link", name="Ask for a trial").click()
    anna.locator("main [name=seeds]").fill("1")
    anna.locator("main [name=purpose]").fill("What a burst in the season's posts would show")
    anna.locator("main [name=legal_ground]").fill("Election Protection Act, article 12")
    anna.get_by_role("button", name="Ask for the trial").click()
    anna.wait_for_url(re.compile("/elections/red-team/"))
    dora.goto(anna.url)
    dora.get_by_role("button", name=re.compile("Agree")).click()
    dora.get_by_text("The searches start now").wait_for()
    work(season.site)
    page = season.look("dora", anna.url, "red-team-trial")
    assert "1 of 1" in page.inner_text(".facts") or "0 of 1" in page.inner_text(".facts")
    season.look("dora", f"{base}red-team/", "red-team")
    anna.goto(base)
    assert "Run the red-team scenarios" in anna.locator("#table-ended").inner_text()

    # T-30: where nobody looked; nothing newer was collected, and the record says so.
    season.move(15)
    page = season.look("anna", f"{base}searched/", "coverage")
    assert "nothing newer to search" in page.inner_text("#table-searches")
    page.locator("#looked-note").fill("Nothing is collected from two platforms; asked them for it.")
    page.get_by_role("button", name="I looked at where nobody searched").click()
    page.get_by_text("Done by").first.wait_for()


def fill(page, title, /, **values):
    """A form of the room, opened, filled and sent."""
    open_and(page, title)
    form = page.locator(f"details:has(summary:text-is('{title}')) form")
    for name, value in values.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            chosen = field.locator("option", has_text=value).first.get_attribute("value")
            field.select_option(chosen)
        else:
            field.fill(value)
    form.locator("button").last.click()


def test_from_the_roster_to_the_look_back(season):
    if not hasattr(season, "vote"):
        pytest.fail("The first days have to pass before.")
    anna, dora, farah, tilda = (season.pages[name] for name in PEOPLE)
    base, vote = season.base, season.vote
    room = f"{base}room/"

    # T-7: whom one calls, tried; who is there from when the room opens.
    season.move(23)
    assert (vote - season.today()).days == 7
    tilda.goto("/elections/contacts/")
    fill(
        tilda,
        "Add a contact",
        kind="electoral authority",
        office="Electoral Commission of Valdoria",
        reach="+999 1 100, day and night",
        country="XV",
    )
    tilda.get_by_role("link", name="Electoral Commission of Valdoria").first.click()
    tilda.locator("main [name=how]").fill("Telephoned")
    tilda.get_by_role("button", name="Record it").click()
    tilda.get_by_role("cell", name="Telephoned").wait_for()
    opens = vote - timedelta(days=3)
    for who, duty in (("Anna", "Lead"), ("Farah", "Analyst")):
        for begins, ends in (
            (f"{opens}T00:00", f"{opens}T16:00"),
            (f"{opens}T16:00", f"{opens + timedelta(days=1)}T00:00"),
        ):
            tilda.goto(room)
            fill(
                tilda,
                "Put somebody on the roster",
                who=who,
                duty=duty,
                starts=begins,
                ends=ends,
                languages="en",
                reach="+999 1 200",
            )
    tilda.goto(room)
    assert tilda.locator("[aria-label='Roster to come'] tbody tr").count() == 4
    finish(tilda, base, "Fill the roster of the operations room", "Three more days are to be filled.")
    season.look("tilda", room, "room-before")

    # T-3: the room opens, somebody is there, and who is missing later is told.
    season.move(4)
    page = season.look("farah", room, "room")
    assert "The room is open" in page.inner_text("main")
    assert page.locator("section[aria-labelledby=duty] li").count() >= 2
    assert "The roster" in page.inner_text("main")
    finish(farah, base, "Open the operations room", "Two are there.")

    # The day: a false claim about the vote, from when it is seen until it is closed; and how it stands.
    season.move(3)
    farah.goto(room)
    fill(
        farah,
        "An incident",
        title="A post names Monday as the day of the vote",
        severity="2 local",
        text="Shared 40 times in the harbour district.",
    )
    farah.get_by_role("link", name="A post names Monday").first.click()
    farah.locator("main [name=text]").fill("The platform was told; the post is gone.")
    farah.locator("main [name=state]").select_option("contained")
    farah.get_by_role("button", name="Write it").click()
    farah.get_by_role("cell", name="The platform was told; the post is gone.").wait_for()
    season.look("farah", farah.url, "incident")
    farah.goto(room)
    fill(
        farah,
        "A line, or a hand-over",
        kind="Hand-over",
        text="One incident is contained; the next watch asks the office of the place.",
    )
    farah.get_by_text("the next watch asks the office").wait_for()
    fill(farah, "Report the situation", text="One false claim about the day, contained within the hour.")
    farah.get_by_role("link", name="Report 1").click()
    figures = season.look("farah", farah.url, "situation").locator("[aria-label=Figures] tbody tr")
    assert figures.count() >= 3
    finish(farah, base, "Watch for false claims about how, where and whether to vote", "One, contained.")

    # After it: the count, the hand-over, that it was held, and what to do otherwise.
    season.move(2)
    finish(anna, base, "Look at claims about the count", "Nothing that acts as one.")
    season.move(5)
    change(anna, base, vote, "held", "Gazette of Valdoria, no. 31")
    finish(anna, base, "Record whether it was held", "Held; no run-off.")
    finish(farah, base, "Close the operations room with a hand-over note", "Begin with the contacts.")
    season.move(7)
    assert (season.today() - vote).days == 14
    finish(dora, base, "Look back", "The harbour district had no contact of its own.")
    ended = season.look("anna", base, "ended").locator("#table-ended").inner_text()
    for title in ("Look back", "Close the operations room", "Fill the roster", "Watch for false claims"):
        assert title in ended
    season.look("anna", "/elections/today/", "today")
