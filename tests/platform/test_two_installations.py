"""Two installations, one with a tip and all that came of it: to who is not named they are the same, page for page.

Both grow from one beginning within one transaction, so keys and times are equal; what differs is what the tip left.
"""

import re
import secrets
from collections import Counter
from difflib import unified_diff
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver
from made_desk import ASK, Desk
from made_season import season

from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.people.signin.session import APPOINTMENT, STRONG
from hustings.apps.sweeps import actions
from hustings.apps.sweeps.jobs import work
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Tlp

pytestmark = pytest.mark.slow  # every page of two installations

OUTSIDE = ("ben", "george", "hanna", "ines", "jonas", "luis")  # nobody of them is named
VISITOR = "a visitor"
PAGES = 45  # of each person
LINK = re.compile(r'(?:href|src|hx-get)="([^"#]+)')
# Drawn anew for each answer, whatever is in it.
CHANGING = re.compile(rb'(csrfmiddlewaretoken" value="|"X-CSRFToken": "|"request":\s?")[^"<]+')


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.TABLES = tmp_path / "tables"
    desk = Desk()
    with desk.as_("anna") as anna:
        from hustings.apps.sweeps.tables import register_table

        desk.table = register_table(
            season(tmp_path / "season.parquet"), title="Posts", by=anna, marking=actions.own_marking(anna),
            collected="public posts with election hashtags since January",
        )  # fmt: skip
    return desk


def signed_in(desk: Desk, key: str) -> Client:
    """A browser of this person with a strong session, made without a sign-in: both installations share it."""
    appointment = desk.world.appointments[key][0]
    client = Client()
    client.force_login(appointment.person)
    session = client.session
    session[APPOINTMENT], session[STRONG] = str(appointment.pk), True
    session.save()
    return client


def live(desk: Desk, tmp_path) -> None:
    """A tip comes in, is searched, proposed to be told, and answered; a second is a classified pointer."""
    tip = desk.tip(starts=[("actor", "twitter", "planted 0"), ("actor", "twitter", "planted 1")])
    for key in ("anna", "dora", "kira"):
        desk.name(tip, key)
    with desk.as_("anna") as anna:
        sweep = actions.ask_for_sweep(by=anna, tip=tip, table=desk.table, **ASK)
    with desk.as_("dora") as dora:
        actions.second_sweep(sweep, by=dora)
    work(sweep.pk)
    sweep.refresh_from_db()
    assert (sweep.state, sweep.reason) == ("done", "")
    with desk.as_("anna") as anna:
        actions.propose_tear_line(
            tip.item,
            by=anna,
            text="Words that are not told yet",
            target=Marking(tlp=Tlp.GREEN, owner=desk.marking().owner),
        )
    with desk.as_("farah") as farah:
        actions.answer_tip(tip, by=farah, opinion="positive", text="It held.")
        actions.receive_tip(
            by=farah, title="Pointer", text="", reference="D-99", where_to_read="room 4",
            marking=desk.marking(level=Level.SECRET, kept_here=False, compartments=frozenset({"LANTERN"})),
            source=desk.world.organisations["Directorate for Election Security"],
        )  # fmt: skip


def addresses() -> list[str]:
    """Every address without a key in it."""

    def of(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from of(pattern, route)
            elif "<" not in route and "(" not in route and "^" not in route:
                yield "/" + route

    return sorted(set(of(get_resolver())))


def walk(client: Client) -> dict[str, tuple[int, bytes]]:
    """What one person sees: every plain address, then what those pages lead to."""
    seen: dict[str, tuple[int, bytes]] = {}
    waiting = [path for path in addresses() if not path.startswith(("/account/", "/health/", "/metrics"))]
    waiting += ["/search/?q=tip", "/search/?q=planted", "/suggest/?q=D-", "/search/?q=LANTERN"]
    while waiting and len(seen) < PAGES:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = client.get(path)
        body = answer.getvalue() if answer.streaming else answer.content
        seen[path] = (answer.status_code, CHANGING.sub(rb"\1", body))
        if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
            for link in LINK.findall(body.decode()):
                target = urljoin(path, link.replace("&amp;", "&"))
                if (
                    target.startswith("/")
                    and not target.startswith(("/static/", "/account/"))
                    and not urlsplit(target).netloc
                ):
                    waiting.append(target)
    return seen


def difference(one: tuple[int, bytes], other: tuple[int, bytes]) -> list[str]:
    """The lines in which two answers differ."""
    lines = [(f"status {status}\n" + body.decode(errors="replace")).splitlines() for status, body in (one, other)]
    return [line for line in unified_diff(*lines, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]


def installation(desk: Desk, people: dict[str, Client]) -> dict[str, dict[str, tuple[int, bytes]]]:
    """What everybody outside sees of the installation as it stands, and the size of the log they can ask for."""
    sequence_all()
    sign_all(b"k" * 32)
    return {name: walk(client) for name, client in people.items()}


def test_who_is_not_named_sees_the_same_installation_with_the_tip_and_without(desk, tmp_path, monkeypatch):
    people = {key: signed_in(desk, key) for key in OUTSIDE} | {VISITOR: Client()}
    without = []
    # The same chance in both: what is drawn for a page is no part of the comparison.
    monkeypatch.setattr(secrets, "token_urlsafe", lambda *_: "drawn")
    with transaction.atomic():
        without.append(installation(desk, people))
        transaction.set_rollback(True)
    live(desk, tmp_path)
    with_tip = installation(desk, people)
    for name, pages in without[0].items():
        assert set(pages) == set(with_tip[name]), name
        for path, page in pages.items():
            assert not difference(page, with_tip[name][path]), f"{name} at {path}"
    assert sum(len(pages) for pages in with_tip.values()) > 100


def test_the_comparison_can_tell_two_installations_apart(desk, tmp_path):
    people = {"ben": signed_in(desk, "ben")}
    with transaction.atomic():
        before = installation(desk, people)
        transaction.set_rollback(True)
    with desk.as_("anna") as anna:
        actions.ask_for_sweep(by=anna, tip=None, table=desk.table, **ASK)  # nothing is restricted about it
    after = installation(desk, people)
    assert before != after


def test_the_open_log_is_no_longer_for_a_tip(desk, tmp_path):
    def entries():
        sequence_all()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT log.name, log_leaf.event, log_leaf.facts ->> 'table', log_leaf.facts #>> '{with,act}', count(*) "
                "FROM log_leaf JOIN log ON log.id = log_leaf.log_id GROUP BY 1, 2, 3, 4"
            )
            return Counter({tuple(row[:4]): row[4] for row in cursor.fetchall()})

    before = entries()
    live(desk, tmp_path)
    added = entries() - before
    assert added
    assert {key: many for key, many in added.items() if key[0] == "open"} == {}
