"""Indicators of others: kept, looked for in ads and tables as they arrive, decided by people, told when a person decides so."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from made_desk import Desk
from made_season import season

from hustings.apps.ads.models import Ad, Creative, Page
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.indicators import actions, find
from hustings.apps.indicators.keeping import Given, keep_indicator, read_list, record_list
from hustings.apps.indicators.matching import look
from hustings.apps.indicators.models import Indicator, Match
from hustings.apps.items.actions import make_item
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.tables import register_table
from hustings.errors import BadInput
from hustings.policy.marking import Marking, Tlp

OURS = "Meridian"


class Room:
    def __init__(self):
        self.desk = Desk()
        self.world = self.desk.world
        self.company = self.world.appointments["anna"][0].position.organisation
        self.agency = self.world.organisations["Directorate for Election Security"]
        self.number = 0

    def marking(self, tlp=Tlp.GREEN, **more):
        return Marking(tlp=tlp, owner=str(self.company.pk), **more)

    def ad(self, *, landing="", text="", page="17", media=()):
        self.number += 1
        shown, _ = Page.objects.get_or_create(
            held_by=self.company, platform="meridian", number=page, defaults={"name": f"Page {page}"}
        )
        creative = Creative.objects.create(
            held_by=self.company, digest=f"{self.number:0>64}", text=text, landing_url=landing, media=list(media)
        )
        return Ad.objects.create(
            held_by=self.company,
            archive="made",
            number=str(self.number),
            page=shown,
            creative=creative,
            changed_at=moment(),
        )

    def watch(self, pattern, who="anna", **more):
        with self.desk.as_(who) as seat:
            given = Given(pattern=pattern, title="Look-alike of the register", **more)
            return record_list([given], marking=self.marking(), by=seat)[0]

    def secret(self, pattern):
        """An indicator of the agency that farah alone is named for."""
        with self.desk.as_("farah") as farah:
            item = make_item(
                kind="indicator", title="Their domain", text=pattern, marking=self.desk.marking(), by=farah
            )
        return keep_indicator(
            Given(pattern=pattern, title="Their domain", stix_id="indicator--1"),
            item,
            held_by=self.company,
            given_by=self.agency,
        )

    def matches(self, who="anna"):
        with self.desk.as_(who) as seat:
            return list(find.matches(seat).order_by("found_at", "pk"))


@pytest.fixture
def room(db, settings, tmp_path):
    settings.TABLES = tmp_path / "tables"
    return Room()


@pytest.mark.parametrize(
    ("pattern", "ad"),
    [
        ("[domain-name:value = 'valdoria-votes.example']", {"landing": "https://www.valdoria-votes.example/register?utm_source=x"}),
        ("[domain-name:value = 'VALDORIA-VOTES.example.']", {"landing": "https://a.b.valdoria-votes.example/"}),
        ("[domain-name:value = 'valdoria-votes.example']", {"text": "Read more at http://valdoria-votes.example/now, today"}),
        ("[url:value = 'http://valdoria-votes.example/register']", {"landing": "https://valdoria-votes.example/register/?utm_campaign=1"}),
        ("[user-account:user_id = '17']", {}),
        ("[user-account:account_login = '17' AND user-account:account_type = 'Meridian']", {}),
        ("[user-account:display_name LIKE 'page _7']", {}),
        ("[file:hashes.'SHA-256' = 'AB']", {"media": [{"sha256": "ab", "kind": "image"}]}),
    ],
)  # fmt: skip
def test_what_is_looked_for_is_seen_in_an_ad_however_it_is_written(room, pattern, ad):
    indicator = room.watch(pattern)
    seen = room.ad(**ad)
    room.ad(landing="https://other.example/", page="18")
    assert look(room.company.pk).matches == 1
    assert [(each.indicator_id, each.ad_id) for each in room.matches()] == [(indicator.pk, seen.pk)]


def test_new_indicators_are_looked_for_in_old_ads_and_old_ones_in_new_ads_once(room):
    old = room.ad(landing="https://one.example/")
    first, second = room.watch("[domain-name:value = 'one.example']"), room.watch("[domain-name:value = 'two.example']")
    assert look(room.company.pk).matches == 1
    new = room.ad(landing="https://two.example/")
    third = room.watch("[domain-name:value LIKE '%.example']")
    assert look(room.company.pk).matches == 3
    assert look(room.company.pk).matches == 0
    assert {(each.indicator_id, each.ad_id) for each in room.matches()} == {
        (first.pk, old.pk), (second.pk, new.pk), (third.pk, old.pk), (third.pk, new.pk),
    }  # fmt: skip


def test_an_ad_that_changes_later_is_looked_at_again(room):
    ad = room.ad(landing="https://one.example/")
    room.watch("[domain-name:value = 'two.example']")
    look(room.company.pk)
    Ad.objects.filter(pk=ad.pk).update(changed_at=moment(), creative=room.ad(landing="https://two.example/").creative)
    assert look(room.company.pk).matches == 2


def test_tables_are_looked_at_when_they_come_and_when_indicators_come(room, tmp_path):
    with room.desk.as_("anna") as anna:
        table = register_table(
            season(tmp_path / "season.parquet", strangers=5), title="Posts", by=anna, collected="public posts with election hashtags", marking=room.marking()
        )  # fmt: skip
    room.watch("[user-account:account_login = 'planted 3' AND user-account:account_type = 'twitter']")
    assert (look(room.company.pk).matches, look(room.company.pk).matches) == (1, 0)
    [match] = room.matches()
    assert (match.table_id, match.rows, match.seen["user_id"]) == (table.pk, 28, "planted 3")
    room.watch("[user-account:account_login = 'planted 4']")
    assert look(room.company.pk).matches == 1


def test_what_counts_no_longer_or_not_yet_or_was_taken_back_matches_nothing(room):
    now = moment()
    room.watch("[domain-name:value = 'one.example']", until=now - timedelta(days=1))
    room.watch("[domain-name:value = 'one.example'] START t'2099-01-01T00:00:00Z' STOP t'2099-02-01T00:00:00Z'")
    room.watch("[domain-name:value = 'one.example']", revoked=True)
    unmatched = room.watch("[domain-name:value MATCHES '.*']")
    room.ad(landing="https://one.example/")
    assert look(room.company.pk).matches == 0
    assert "MATCHES" in unmatched.not_matched


def test_a_newer_version_takes_the_place_of_the_older_one(room):
    def came(version, domain):
        with room.desk.as_("anna") as anna:
            item = make_item(kind="indicator", title="x", text="", marking=room.marking(), by=anna)
        given = Given(pattern=f"[domain-name:value = '{domain}']", title="x", stix_id="indicator--1", version=version)
        return keep_indicator(given, item, held_by=room.company, given_by=room.agency)

    now = moment()
    new, old = came(now, "new.example"), came(now - timedelta(days=1), "old.example")
    assert came(now, "new.example").pk == new.pk
    room.ad(landing="https://new.example/")
    room.ad(landing="https://old.example/")
    look(room.company.pk)
    assert [each.indicator_id for each in room.matches()] == [new.pk]
    assert Indicator.objects.get(pk=old.pk).replaced_by_id == new.pk


def test_a_match_is_known_to_who_may_know_the_indicator_and_to_nobody_else(room):
    room.secret("[domain-name:value = 'one.example']")
    room.ad(landing="https://one.example/")
    assert look(room.company.pk).matches == 1
    assert {who for who in ("anna", "ben", "dora", "farah", "george", "kira") if room.matches(who)} == {"farah"}
    with room.desk.as_("anna") as anna:
        assert not Match.objects.exists()  # row-level security, whatever the query
        with pytest.raises(NotKnown):
            actions.by_chance(Match.objects.model(pk=room.matches("farah")[0].pk).pk, by=anna, reason="not ours at all")


def test_another_organisation_knows_nothing_of_what_its_indicator_matched(room):
    """Ours and theirs may both read the indicator; the match is ours."""
    room.watch("[domain-name:value = 'one.example']")
    room.ad(landing="https://one.example/")
    look(room.company.pk)
    assert room.matches("kira") == []
    with room.desk.as_("kira"):
        assert not Match.objects.exists()


def test_a_person_decides_a_match_once_with_a_reason(room):
    room.watch("[domain-name:value = 'one.example']")
    for _ in range(2):
        room.ad(landing="https://one.example/")
    look(room.company.pk)
    one, two = room.matches()
    with room.desk.as_("anna") as anna:
        with pytest.raises(BadInput):
            actions.relevant(one.pk, by=anna, reason="yes")
        lead = actions.relevant(one.pk, by=anna, reason="The page is a month old.").lead
        actions.by_chance(two.pk, by=anna, reason="Their shop uses the same host.")
        with pytest.raises(BadInput):
            actions.by_chance(one.pk, by=anna, reason="or is it not")
        assert lead.title.startswith("Look-alike of the register")
    with room.desk.as_("george") as george, pytest.raises(Refused):
        actions.by_chance(two.pk, by=george, reason="an auditor changes nothing")


def test_the_giver_is_told_only_what_a_person_found_relevant_and_only_how_often(room):
    indicator = room.secret("[domain-name:value = 'one.example']")
    for _ in range(3):
        room.ad(landing="https://one.example/")
    look(room.company.pk)
    with room.desk.as_("farah") as farah:
        found = find.find_indicator(farah, indicator.pk)
        with pytest.raises(BadInput, match="Nobody was told"):
            actions.tell(found, by=farah, words="", marking=room.desk.marking())
        for match in room.matches("farah")[:2]:
            actions.relevant(match.pk, by=farah, reason="The same buyer as in May.")
        told = actions.tell(found, by=farah, words="Seen twice.", marking=room.marking())
        assert told.count == 2
        assert told.item.label.tlp == "red"  # as strict as the indicator, whatever was asked
    assert "anna" not in {who for who in ("anna", "ben") if room.matches(who)}


def test_nobody_writes_a_match_or_decides_in_anothers_name(room):
    indicator = room.watch("[domain-name:value = 'one.example']")
    ad = room.ad(landing="https://one.example/")
    look(room.company.pk)
    with room.desk.as_("anna") as anna:
        with pytest.raises(DatabaseError), transaction.atomic():
            Match.objects.create(indicator=indicator, held_by=room.company, ad=ad, seen={})
        with pytest.raises(DatabaseError), transaction.atomic():
            Match.objects.update(state="relevant", decided_by=room.world.appointments["ben"][0])
        assert anna


def test_a_list_tells_all_that_is_wrong_with_it(room):
    content = b"kind,value,since\ndomain,one.example,2027-01-01\nphone,12,\nurl,,\ndomain,two.example,soon\n"
    with pytest.raises(BadInput) as told:
        read_list(content, "list.csv")
    assert [problem.where for problem in told.value.problems] == [
        "list.csv, line 3, kind", "list.csv, line 4, value", "list.csv, line 5, since",
    ]  # fmt: skip
    for wrong in (b"a,b\n1,2\n", b"", b"\xff\xfe"):
        with pytest.raises(BadInput):
            read_list(wrong, "list.csv")
    [good] = read_list(b"kind,value\ndomain,it's.example\n", "list.csv")
    with room.desk.as_("anna") as anna:
        assert record_list([good], marking=room.marking(), by=anna)[0].tree[-1] == "it's.example"
        with pytest.raises(BadInput):
            record_list([Given(pattern="nonsense", title="x")], marking=room.marking(), by=anna)
        assert Indicator.objects.count() == 1


def test_a_round_that_is_broken_off_is_made_again(room, monkeypatch):
    room.watch("[domain-name:value = 'one.example']")
    for _ in range(5):
        room.ad(landing="https://one.example/")
    from hustings.apps.indicators import matching

    monkeypatch.setattr(matching, "PORTION", 2)
    whole, calls = matching.written, []

    def broken(rows):
        calls.append(len(rows))
        if len(calls) == 2:
            raise OSError("the power goes")
        return whole(rows)

    with monkeypatch.context() as patch:
        patch.setattr(matching, "written", broken)
        with pytest.raises(OSError, match="power"), transaction.atomic():
            look(room.company.pk)
    look(room.company.pk)
    assert len(room.matches()) == 5
    with in_role(WORKER):
        assert Indicator.objects.filter(looked_at=None).count() == 0


def test_a_visitor_reads_nothing(room):
    room.watch("[domain-name:value = 'one.example']")
    with in_role(WEB):
        assert not Indicator.objects.exists()
