"""Lists, feeds, signals and mail carry what they can say, name what they cannot, and free nothing."""

import email
import json
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymisp import MISPEvent
from pymisp.tools import feed_meta_generator
from threatexchange.exchanges.impl.file_api import FileCollaborationConfig, LocalFileSignalExchangeAPI
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.signal_type.url import URLSignal

from hustings.errors import BadInput
from hustings.exchange.doors.digest import digest
from hustings.exchange.doors.lists import read_list, write_domains, write_list
from hustings.exchange.doors.lookable import KINDS, Lookable, as_indicators, carried
from hustings.exchange.doors.misp_feed import event, feed, read_event
from hustings.exchange.doors.older import newer
from hustings.exchange.doors.signals import read_signals, write_signals
from hustings.exchange.stix.limits import LIMITS
from hustings.exchange.stix.marking import Definitions, Names, Reads, Untranslatable, read_marking, write_marking
from hustings.exchange.stix.tlp import TLP
from hustings.policy.marking import Marking, Tlp

NAMES = Names(here="here", sender="sender")
AT = "2026-11-01T00:00:00.000Z"
MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
MAKER = "7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f10"
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


def indicator(pattern, tlp=Tlp.CLEAR, **more):
    return {"type": "indicator", "id": f"indicator--{abs(hash(pattern))}", "pattern": pattern, "pattern_type": "stix", "name": "seen",
            "object_marking_refs": [TLP[tlp]]} | more  # fmt: skip


def things(*objects):
    return carried(objects, Definitions(), names=NAMES)


VALUES = {
    "domain": st.from_regex(r"[a-z]{3,10}\.(example|org)", fullmatch=True),
    "md5": st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    "sha1": st.from_regex(r"[0-9a-f]{40}", fullmatch=True),
    "sha256": st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    "pdq": st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    "ip": st.ip_addresses().map(str),
    "url": st.from_regex(r"https://[a-z]{3}\.org/[a-z'=]{1,9}", fullmatch=True),
    "email": st.from_regex(r"[a-z]{3}@[a-z]{3}\.org", fullmatch=True),
    "account": st.from_regex(r"[=+@a-z0-9'\\,\"]{1,9}", fullmatch=True),
}


def lookables():
    return st.sampled_from(sorted(KINDS)).flatmap(
        lambda kind: st.builds(
            Lookable, kind=st.just(kind), value=VALUES[kind], tlp=st.sampled_from(Tlp),
            platform=st.sampled_from(["facebook", "it's"]) if kind == "account" else st.just(""),
            note=st.sampled_from(["", "=1+1", "seen, twice"]), since=st.sampled_from(["", AT]),
        )
    )  # fmt: skip


def bare(found, *, without=("about",)):
    return sorted((one.kind, one.value, one.platform, one.tlp) for one in found)


@settings(max_examples=60, deadline=None)
@given(st.lists(lookables(), max_size=5, unique_by=lambda one: (one.kind, one.value, one.platform)))
def test_things_go_into_stix_and_tables_and_come_back_under_their_lights(some):
    told = as_indicators(some, made_at=AT)
    # Amber of a sender without a group of both is amber+strict to its receiver.
    strict = [Lookable(kind=one.kind, value=one.value, platform=one.platform, tlp=Tlp.AMBER_STRICT if one.tlp is Tlp.AMBER else one.tlp) for one in some]  # fmt: skip
    assert bare(carried(told, Definitions(), names=NAMES).things) == bare(strict)
    again = read_list(write_list(some), tlp=Tlp.CLEAR)
    assert bare(again.things) == bare(some)
    assert [one.note for one in again.things] == [one.note for one in some]
    assert again.losses == []


def test_metas_kill_chain_is_read_and_its_sentences_are_told_as_lost():
    found = read_list(
        "Tactic ,Technique,Procedure,Indicator,Comments\n"
        "0. Acquiring assets,0.6,0.6.2 Acquiring domains,fox-news[.]in,\"Registration date: 10-18-2023\"\n"
        "0. Acquiring assets,0.6,0.6.2 Acquiring domains,jiraboom[.]pro (Hosted a spoof),seen\n"
        "0. Acquiring assets,0.9,0.9.4 X accounts,https://twitter[.]com/BoycottVoice3,\n"
        "0. Acquiring assets,0.9,0.9.1 Facebook,17 accounts,\n,,,,\n",
        tlp=Tlp.GREEN,
    )  # fmt: skip
    assert [(one.kind, one.value, one.tlp) for one in found.things] == [
        ("domain", "fox-news.in", Tlp.GREEN),
        ("domain", "jiraboom.pro", Tlp.GREEN),
        ("url", "https://twitter.com/BoycottVoice3", Tlp.GREEN),
    ]
    assert found.things[1].note == "seen Hosted a spoof"
    assert found.losses == ["row 5: '17 accounts' is a sentence, no thing to look for"]


def test_metas_typed_table_and_plain_lists_are_read():
    typed = read_list(
        "indicator_type,indicator_value,comment,ds\ndomain_name,signalpro.org,APT,2022-08-04\nip,94.140.114.22,APT,2022-08-04\n"
        "md5,a3d18021cd444e8fe23fffc1a6140071,APT,2022-08-04\nmutex,abc,x,\n",
        tlp=Tlp.CLEAR,
    )  # fmt: skip
    assert [one.kind for one in typed.things] == ["domain", "ip", "md5"]
    assert typed.things[0].since == "2022-08-04T00:00:00.000Z"
    assert len(typed.losses) == 1
    for text in ("Domaine\nvote.example\nmünchen.example\n", "vote.example\r\nmünchen.example\r\n", "\ufeff# seen\nvote[.]example\nMünchen.example.\n"):  # fmt: skip
        assert [one.value for one in read_list(text, tlp=Tlp.CLEAR).things] == [
            "vote.example",
            "xn--mnchen-3ya.example",
        ]


def test_a_rows_own_light_never_frees_it_and_an_unknown_one_is_refused():
    text = "indicator_type,indicator_value,tlp\ndomain_name,a.example,clear\ndomain_name,b.example,TLP:RED\n"
    assert [one.tlp for one in read_list(text, tlp=Tlp.AMBER).things] == [Tlp.AMBER, Tlp.RED]
    with pytest.raises(BadInput) as error:
        read_list(text + "domain_name,c.example,purple\ndomain_name,d.example,none\n", tlp=Tlp.CLEAR)
    assert [problem.where for problem in error.value.problems] == ["row 4, tlp", "row 5, tlp"]


def test_no_cell_is_a_formula():
    text = write_list([Lookable(kind="account", value="=cmd()", note="+1", platform="@x")])
    assert text.splitlines()[1].startswith("account,'=cmd(),'+1,,'@x,clear")


def test_what_bears_a_limit_that_no_light_says_refuses_the_whole_export():
    limits = write_marking(
        Marking(tlp=Tlp.GREEN, owner="sender", compartments=frozenset({"A"})),
        names=Names(here="sender", identities={"sender": "identity--s"}, reads=Reads.HUSTINGS),
    )
    free = indicator("[domain-name:value = 'a.example']")
    bound = indicator("[domain-name:value = 'b.example']", object_marking_refs=limits.object_marking_refs)
    hidden = indicator("[domain-name:value = 'c.example']", object_marking_refs=["marking-definition--x"])
    known = Names(here="here", sender="sender", identities={"sender": "identity--s"})
    for bad, where in ((bound, "compartments"), (hidden, "marking")):
        with pytest.raises(Untranslatable) as error:
            carried([free, bad], Definitions(limits.definitions), names=known)
        assert [problem.where for problem in error.value.problems] == [f"{bad['id']}, {where}"]
    assert LIMITS in limits.definitions[1]["extensions"]


def test_of_two_objects_about_a_thing_the_stricter_light_counts_and_patterns_of_several_are_told():
    found = things(
        indicator("[domain-name:value = 'a.example']", Tlp.CLEAR), indicator("[ domain-name:value='a.example' ]", Tlp.RED),
        indicator("[domain-name:value = 'a.example' OR domain-name:value = 'b.example']"),
        {"type": "report", "id": "report--1", "object_marking_refs": [TLP[Tlp.CLEAR]]},
    )  # fmt: skip
    assert [(one.value, one.tlp) for one in found.things] == [("a.example", Tlp.RED)]
    assert len(found.losses) == 2


def test_lists_and_signals_without_markings_leave_out_what_is_not_for_everybody():
    some = [
        Lookable(kind="domain", value="a.example"),
        Lookable(kind="domain", value="b.example", tlp=Tlp.GREEN),
        Lookable(kind="ip", value="1.2.3.4"),
    ]
    text, losses = write_domains(some)
    assert text == "a.example\n"
    assert len(losses) == 2
    text, losses = write_signals(some)
    assert text == "url https://a.example/\n"
    assert len(losses) == 2
    assert "b.example" in write_signals(some, agreed=Tlp.GREEN)[0]


def test_the_signals_are_read_by_the_package_itself(tmp_path):
    text, losses = write_signals(
        [Lookable(kind="url", value="https://vote.example/x"), Lookable(kind="pdq", value=PDQ), Lookable(kind="md5", value="a" * 32)]
    )  # fmt: skip
    assert losses == []
    (tmp_path / "signals.txt").write_text(text)
    config = FileCollaborationConfig(name="ours", filename=str(tmp_path / "signals.txt"))
    api = LocalFileSignalExchangeAPI.for_collab(config)
    (delta,) = api.fetch_iter([URLSignal, PdqSignal], None)
    by_type = api.naive_convert_to_signal_type([URLSignal, PdqSignal], config, delta.updates)
    assert set(by_type[URLSignal]) == {"https://vote.example/x"}
    assert set(by_type[PdqSignal]) == {PDQ}
    assert PdqSignal.validate_signal_str(PDQ) == PDQ
    assert [one.kind for one in read_signals(text, tlp=Tlp.CLEAR).things] == ["pdq", "url", "md5"]
    assert read_signals("raw_text hello\n", tlp=Tlp.CLEAR).losses


def test_the_feed_is_read_by_pymisp_which_makes_the_same_manifest_and_hashes(tmp_path):
    some = [
        Lookable(kind=kind, value=value, tlp=tlp, platform="facebook" if kind == "account" else "")
        for kind, value, tlp in (
            ("domain", "a.example", Tlp.CLEAR), ("ip", "1.2.3.4", Tlp.AMBER_STRICT), ("account", "17", Tlp.GREEN),
            ("sha256", "b" * 64, Tlp.CLEAR), ("url", "https://a.example/", Tlp.CLEAR), ("pdq", PDQ, Tlp.CLEAR), ("email", "a@b.example", Tlp.CLEAR),
        )
    ]  # fmt: skip
    made, losses = event(some, title="Doppelgänger", maker="Meridian", maker_id=MAKER, at=MOMENT)
    assert len(losses) == 2
    files = feed([made])
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    read = MISPEvent()
    read.load_file(str(next(tmp_path.glob(f"{made['Event']['uuid']}.json"))))
    assert [one.value for one in read.attributes][:2] == ["a.example", "1.2.3.4"]
    assert {one.name for one in read.tags} == {"tlp:amber+strict"}
    ours = {name: (tmp_path / name).read_text() for name in ("manifest.json", "hashes.csv")}
    feed_meta_generator(tmp_path)
    theirs = json.loads((tmp_path / "manifest.json").read_text())[made["Event"]["uuid"]]
    mine = json.loads(ours["manifest.json"])[made["Event"]["uuid"]]
    assert {key: mine[key] for key in ("info", "date")} == {key: theirs[key] for key in ("info", "date")}
    assert mine["Orgc"]["uuid"] == theirs["Orgc"]["uuid"]
    assert str(mine["timestamp"]) == str(theirs["timestamp"])
    assert ours["hashes.csv"] == (tmp_path / "hashes.csv").read_text()
    back = read_event(made, tlp=Tlp.CLEAR)
    # The event's own light binds its parts, as in MISP: nothing comes back freer.
    assert {one.tlp for one in back.things} == {Tlp.AMBER_STRICT}
    assert {(one.kind, one.platform, one.value) for one in back.things} == {
        (one.kind, one.platform, one.value) for one in some if one.kind != "pdq"
    }


@pytest.mark.parametrize(
    "limit", [{"distribution": "0"}, {"distribution": 4}, {"sharing_group_id": "7"}, {"Tag": [{"name": "tlp:purple"}]}]
)
def test_what_a_misp_limits_by_itself_is_left_out_and_told(limit):
    part = {"type": "domain", "value": "a.example"}
    for said in ({"Attribute": [part | limit]}, limit | {"Attribute": [part]}, {"Object": [limit | {"name": "x", "Attribute": [part]}]} if "Tag" not in limit else {"Attribute": [part | limit]}):  # fmt: skip
        found = read_event({"Event": said}, tlp=Tlp.CLEAR)
        assert found.things == []
        assert found.losses


def test_the_mail_tells_by_marking_and_counts_what_is_too_strict_for_mail():
    objects = [
        indicator("[domain-name:value = 'a.example']", name="<b>x</b>"),
        indicator("[domain-name:value = 'b.example']", Tlp.GREEN),
        indicator("[domain-name:value = 'c.example']", Tlp.RED, name="secret"),
        {"type": "report", "id": "report--h", "name": "hidden", "object_marking_refs": ["marking-definition--x"]},
    ]
    made = digest(objects, Definitions(), names=NAMES, sender="desk@a.example", to="you@b.example", at=MOMENT)
    read = email.message_from_bytes(made.mail.as_bytes(), policy=policy.default)
    assert read["Subject"] == "[TLP:GREEN] What is new: 2 objects"
    plain, rich = (read.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert plain.index("TLP:CLEAR") < plain.index("TLP:GREEN") < plain.index("Not in this mail")
    assert "a[.]example" in plain
    assert "&lt;b&gt;" in rich
    for word in ("secret", "hidden", "c[.]example"):
        assert word not in plain + rich
    assert made.losses == ("1 objects above TLP:GREEN: they do not go by mail",)
    assert (made.told, made.held_back) == (2, 1)


def test_stix_of_the_version_before_is_read_and_a_dangling_marking_still_hides():
    old = [
        {"type": "indicator", "id": "indicator--1", "labels": ["malicious-activity"], "pattern": "[url:value = 'http://a.example/']",
         "object_marking_refs": ["marking-definition--gone"]},
        {"type": "observed-data", "id": "observed-data--1", "granular_markings": [{"selectors": ["objects"], "marking_ref": TLP[Tlp.RED]}],
         "objects": {"0": {"type": "domain-name", "value": "a.example", "resolves_to_refs": ["1"]}, "1": {"type": "ipv4-addr", "value": "1.2.3.4"}}},
        {"type": "malware", "id": "malware--1", "labels": ["house-word"]},
        {"type": "note", "spec_version": "2.1", "id": "note--1"},
    ]  # fmt: skip
    made, told = newer(old)
    by_type = {one["type"]: one for one in made}
    assert {one["spec_version"] for one in made} == {"2.1"}
    assert by_type["indicator"]["indicator_types"] == ["malicious-activity"]
    assert by_type["domain-name"]["resolves_to_refs"] == [by_type["ipv4-addr"]["id"]]
    assert by_type["observed-data"]["object_refs"] == [by_type["domain-name"]["id"], by_type["ipv4-addr"]["id"]]
    assert read_marking(by_type["domain-name"], {}, names=NAMES).tlp is Tlp.RED
    assert read_marking(by_type["indicator"], {}, names=NAMES).unknown
    assert by_type["malware"]["labels"] == ["house-word"]
    assert "malware_types" not in by_type["malware"]
    assert len(told) == 2
    with pytest.raises(Untranslatable):
        carried(made, Definitions(), names=NAMES)
