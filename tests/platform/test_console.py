"""The pages around the pages: home, search, navigation, refusals, as the web serves them."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from made_people import appoint, heading, organisation, person, sign_in

import hustings.apps.urls
from hustings.apps.console import registry
from hustings.apps.console.entry import Attention, Entry
from hustings.apps.console.marking import of_label, strictest
from hustings.apps.database import WEB, in_role, seat
from hustings.apps.items.actions import make_item
from hustings.apps.items.models import Item, Label
from hustings.apps.people.find import seats
from hustings.apps.permission import find, require
from hustings.policy.marking import Marking, Tlp


@pytest.fixture
def anna(db):
    return appoint(person("Anna"), organisation("Meridian"))


@pytest.fixture
def jonas(db):
    return appoint(person("Jonas"), organisation("Lab", "research"))


@pytest.fixture
def as_anna(anna):
    client = Client()
    sign_in(client, anna.person)
    return client


def note(by, title, text="", tlp=Tlp.AMBER_STRICT):
    """A note of somebody, made as the web would for them."""
    with in_role(WEB):
        at = seats(by.person, strong=True)[0]
        seat(at.id, strong=True)
        marking = Marking(tlp=tlp, owner=str(by.position.organisation_id))
        return make_item(kind="note", title=title, text=text, marking=marking, by=at)


def found(answer):
    return re.findall(r"<li><p><(?:b|a)[^>]*>([^<]+)</(?:b|a)>", answer.content.decode())


@contextmanager
def addresses(*more):
    """The addresses of the platform, and some for this test."""
    root = ModuleType("addresses_for_a_test")
    root.urlpatterns = [*hustings.apps.urls.urlpatterns, *more]
    for name in ("handler403", "handler404"):
        setattr(root, name, getattr(hustings.apps.urls, name))
    with override_settings(ROOT_URLCONF=root):
        yield


def test_search_finds_what_may_be_known_and_counts_nothing_else(as_anna, anna, jonas):
    note(anna, "Harbour ballots")
    note(jonas, "Harbour secrets of the lab")
    note(jonas, "Harbour for everybody", tlp=Tlp.CLEAR)
    answer = as_anna.get("/search/", {"q": "harb"})
    assert sorted(found(answer)) == ["Harbour ballots", "Harbour for everybody"]
    assert "secrets" not in answer.content.decode()
    assert found(as_anna.get("/search/", {"q": "secrets"})) == []
    assert "secrets" not in as_anna.get("/search/suggest/", {"q": "harb"}).content.decode()


def test_a_search_for_what_is_hidden_answers_as_one_for_what_never_was(as_anna, jonas):
    note(jonas, "Zanzibar")
    hidden = as_anna.get("/search/", {"q": "zanzibar"}).content.decode()
    never = as_anna.get("/search/", {"q": "quixotic"}).content.decode()
    assert hidden.replace("zanzibar", "WORD") == never.replace("quixotic", "WORD")


def test_search_shows_the_words_around_what_was_found_and_escapes_them(as_anna, anna):
    note(anna, "One", text="before <script>alert(1)</script> lighthouse after")
    page = as_anna.get("/search/", {"q": "lighthouse"}).content.decode()
    assert "<mark>lighthouse</mark>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "text", ["'", "a & ! b", "\0", ":*", "\\", "'; DROP TABLE item; --", "fb_17829", "☃", "a" * 500]
)
def test_search_takes_any_text(as_anna, text):
    assert as_anna.get("/search/", {"q": text, "page": "²", "kind": "nonsense"}).status_code == 200
    assert as_anna.get("/search/suggest/", {"q": text}).status_code == 200


def test_every_word_counts_and_the_last_may_be_unfinished(as_anna, anna):
    note(anna, "Northern ferry timetable")
    note(anna, "Northern lights")
    assert found(as_anna.get("/search/", {"q": "northern fer"})) == ["Northern ferry timetable"]
    assert found(as_anna.get("/search/", {"q": "north ferry"})) == []


def test_search_goes_on_page_by_page_without_losing_or_repeating(as_anna, anna):
    for number in range(25):
        note(anna, f"Pier {number}")
    first, second = (found(as_anna.get("/search/", {"q": "pier", "page": page})) for page in (1, 2))
    assert (len(first), len(second)) == (20, 5)
    assert len(set(first + second)) == 25


def test_unknown_and_not_permitted_are_the_same_page_byte_for_byte(as_anna, anna, jonas):
    hidden = note(jonas, "Not for Anna")

    def show(request, key):
        find(request.seat, key)

    with addresses(path("shown/<uuid:key>/", show)):
        answers = [
            as_anna.get(f"/shown/{hidden.pk}/"),
            as_anna.get("/shown/00000000-0000-4000-8000-000000000000/"),
            as_anna.get("/nowhere/at/all/"),
        ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_refusal_says_which_condition_failed(as_anna, anna):
    def refuse(request):
        require(request.seat, "see roster")

    with addresses(path("refused/", refuse)):
        answer = as_anna.get("/refused/")
    assert answer.status_code == 403
    assert heading(answer) == "Not permitted"
    assert "What has to hold, and does not" in answer.content.decode()


def test_a_failure_of_ours_answers_without_the_database(db):
    from hustings.apps.console.views.errors import failed

    answer = failed(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert heading(answer) == "Something failed here"


def test_entries_that_a_person_may_not_use_are_not_shown(as_anna, anna, monkeypatch):
    entries = [
        Entry(title="For everybody", url_name="about"),
        Entry(title="For officers", url_name="keyboard", act="see roster"),
        Entry(title="For visitors too", url_name="search", public=True),
    ]
    monkeypatch.setattr(
        registry, "said", lambda name: (SimpleNamespace(NAVIGATION=entries, __name__="hustings.apps.cases.navigation"),)
    )
    shown = re.search(r'<nav class="wide".*?</nav>', as_anna.get("/about/").content.decode(), re.DOTALL).group()
    assert re.findall(r">([^<]+)</a>", shown) == ["For everybody", "For visitors too"]
    visitor = re.search(r'<nav class="wide".*?</nav>', Client().get("/about/").content.decode(), re.DOTALL).group()
    assert re.findall(r">([^<]+)</a>", visitor) == ["For visitors too"]


def test_many_entries_stand_in_menus_and_few_in_a_row(as_anna):
    shown = re.search(r'<nav class="wide".*?</nav>', as_anna.get("/cases/").content.decode(), re.DOTALL).group()
    menus = re.findall(r"<summary( aria-current=\"true\")?>([^<]+)</summary>", shown)
    assert [title for _, title in menus][:2] == ["Search", "Cases"]
    assert [title for here, title in menus if here] == ["Cases"]
    assert shown.index(">Home<") < shown.index("<details")
    phone = re.search(
        r'<details class="menu narrow">.*?</nav>', as_anna.get("/cases/").content.decode(), re.DOTALL
    ).group()
    assert re.findall(r'href="([^"]+)"', phone) == re.findall(r'href="([^"]+)"', shown)
    assert phone.count('<details class="menu group" open>') == len(menus)
    home = as_anna.get("/").content.decode()
    assert re.findall(r"<h3>([^<]+)</h3>", home) == [title for _, title in menus]


def test_every_entry_and_page_that_apps_register_leads_somewhere(db):
    from django.urls import get_resolver, reverse

    for module in registry.said("navigation"):
        for entry in getattr(module, "NAVIGATION", []):
            assert reverse(entry.url_name)
    import uuid

    for name in registry.kinds().values():
        assert reverse(name, args=[uuid.uuid4()])
    keys = [e.key for m in registry.said("navigation") for e in getattr(m, "NAVIGATION", []) if e.key]
    assert len(keys) == len(set(keys))
    assert get_resolver()


def test_home_puts_what_ends_first_at_the_top(as_anna, anna, monkeypatch):
    now = datetime(2021, 9, 26, tzinfo=UTC)
    things = [
        Attention(sentence="waits since yesterday", url="/a/", since=now - timedelta(days=1)),
        Attention(sentence="ends tomorrow", url="/b/", since=now, until=now + timedelta(days=1)),
        Attention(sentence="waits for a year", url="/c/", since=now - timedelta(days=365)),
    ]
    monkeypatch.setattr(registry, "said", lambda name: (SimpleNamespace(attention=lambda seat: things, NAVIGATION=[]),))
    page = as_anna.get("/")
    assert heading(page) == "3 things need you now"
    assert re.findall(r"<li><div><p>([^<]+)</p>", page.content.decode()) == [
        "ends tomorrow",
        "waits for a year",
        "waits since yesterday",
    ]
    assert page.content.decode().count('class="button first"') == 1


def test_what_a_signed_in_person_saw_is_kept_by_no_browser(as_anna):
    answer = as_anna.get("/")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("address", ["/", "/about/", "/keyboard/"])
def test_a_visitor_gets_pages_for_visitors_only(db, address):
    answer = Client().get(address)
    assert answer.status_code == 200
    assert "TLP:CLEAR" in answer.content.decode()
    assert 'id="search"' not in answer.content.decode()


def test_the_living_page_of_components_is_drawn_and_its_form_shows_every_error_at_once(as_anna):
    page = as_anna.get("/styles/", {"wrong": ""}).content.decode()
    assert "4 things are to be mended" in page
    for name in ("title", "level", "reason", "sure"):
        assert f'href="#id_{name}"' in page
        assert f'id="id_{name}_error"' in page
    assert as_anna.get("/styles/", {"csv": "t"})["Content-Type"].startswith("text/csv")


def test_a_marking_is_read_as_people_write_it():
    label = Label(
        tlp="red", level=2, compartments=["GULL"], releasable_to=["DE", "XV"], need="named", originator_consent=True
    )
    assert of_label(label).words == "SECRET//GULL · TLP:RED · REL DE XV · ORCON · named readers"
    assert of_label(Label(tlp="clear", need="none")).words == "TLP:CLEAR"
    both = Label(tlp="green", need="none", also=[{"tlp": "amber+strict"}])
    assert of_label(both).words == "TLP:AMBER+STRICT · several owners"


def test_a_page_of_several_items_is_marked_as_its_strictest():
    items = [
        Item(label=Label(tlp=tlp, need="none", level=level)) for tlp, level in (("green", 0), ("amber", 2), ("red", 0))
    ]
    assert strictest(items).words == "SECRET · TLP:AMBER"
    assert strictest([]) is None


def test_static_files_are_named_by_their_content_and_compressed(tmp_path):
    storage = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(
        STATIC_ROOT=tmp_path, STORAGES=storage | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    names = [file.name for file in (tmp_path / "console").iterdir()]
    assert any(re.fullmatch(r"console\.[0-9a-f]{12}\.css\.gz", name) for name in names)
    assert any(re.fullmatch(r"tokens\.[0-9a-f]{12}\.css", name) for name in names)
    # Every start collects and packs all of them, so what no page of ours loads stays out.
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < 2_000_000
