"""The package of a question: three cuts of the same rows, the same bytes twice, and honest when touched."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet
import pytest

import hustings.ledger
from hustings.cli.main import main
from hustings.connectors.ads import read_ads
from hustings.errors import BadInput
from hustings.exchange.package.cut import EXPUNGED, REMOVED, WITHHELD, Cut, cut_tables
from hustings.exchange.package.from_ads import held_of
from hustings.exchange.package.held import pseudonyms
from hustings.exchange.package.question import question_of
from hustings.exchange.package.stix import bundle
from hustings.exchange.package.tables import FIELDS, row_for
from hustings.report.package.make import FILES, make_package
from hustings.screening.ad import Ad, AdsTable, Criterion

RANK = {cut: place for place, cut in enumerate(Cut)}


def ad(number, page, **more):
    values = {
        "text": "Vote with us, said the old map", "landing_url": f"https://{page}.example/x", "created": datetime(2016, 5, number, tzinfo=UTC),
        "spend": Decimal("10.50"), "currency": "RUB", "impressions": 100 * number, "clicks": number, "target_countries": ("US",),
        "targeting": (Criterion(value="Old Maps", dimension="interest"), Criterion(value="18-34", dimension="age"),
                      Criterion(value="Elders", dimension="interest", excluded=True)),
        "payer": "A fund", "sponsor": "A league", "account": f"account-{page}", "instrument": "card-x", "address": "192.0.2.1",
        "billing_country": "RU", "rest": (("administrators", '["admin-1"]'), ("note", "secret note")), "defects": ("odd",),
    }  # fmt: skip
    return Ad(platform="facebook", actor=page, ad=str(number), page_name=f"Page {page}", **(values | more))


ADS = AdsTable(source="bought-ads", ads=(
    ad(1, "a"), ad(2, "b"), ad(3, "c", instrument="card-y", text="Roads, not \"walls\",\nfor =SUM(A1)"), ad(4, "c", spend=None, currency=None, impressions=0)))  # fmt: skip


def held(ads=ADS, query=(), moment=None):
    return held_of(ads, question_of(list(query)), moment, {})


def made(place, cut=Cut.LAW_ENFORCEMENT, of=None, **more):
    return make_package(of or held(), cut, place, command="hustings handover", **more)


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """One package that nobody changes, and its digest."""
    return made(tmp_path_factory.mktemp("packed") / "package")


@pytest.fixture
def package(tmp_path, packed):
    """A copy to touch."""
    shutil.copytree(packed.place, tmp_path / "package")
    return tmp_path / "package"


def verify(place, *arguments, script=None):
    """Run the package's own script as a stranger would: no environment, no path, no packages."""
    done = subprocess.run([sys.executable, "-I", "-S", str(script or Path(place) / "verify.py"), *arguments],
                          capture_output=True, text=True, check=False, cwd="/")  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def rows(place, name):
    text = (place / name).read_text(encoding="utf-8")
    if name.endswith(".csv"):
        return list(csv.DictReader(text.splitlines(keepends=True)))
    return [json.loads(line) for line in text.splitlines()]


def test_the_package_holds_what_the_brief_lists(packed):
    names = {path.name for path in packed.place.iterdir()}
    assert names == set(FILES) - {"proofs.jsonl", "verify_log.py", "creatives"}
    manifest = json.loads((packed.place / "manifest.json").read_text())
    assert {"files", "question", "as_of", "log", "seed", "made_by", "totals", "seal", "cut"} <= set(manifest)
    assert set(manifest["files"]) == names - {"manifest.json"}


def full(table):
    """A row in which every field says something of its own."""
    return {field.name: f"{table}.{field.name}" for field in FIELDS[table]}


@pytest.mark.parametrize("cut", list(Cut))
def test_every_field_of_every_table_goes_to_whom_its_line_says_and_to_nobody_else(cut):
    tables = {name: [full(name)] for name in FIELDS}
    tables["ads"][0] |= {"ad": "1", "hidden": ""}
    tables["custody"][0]["cut"] = Cut.PUBLIC.value
    out = cut_tables(tables, FIELDS, cut)
    told = {(one["table"], one["field"]): one for one in out.redactions}
    for name, fields in FIELDS.items():
        for field in fields:
            goes = field.first is not None and RANK[cut] >= RANK[field.first]
            assert (field.name in out.rows[name][0]) is goes, (name, field.name)
            if field.first is not Cut.PUBLIC:
                one = told[name, field.name]
                assert (one["left_out"], one["rows"], bool(one["ground"])) == (not goes, 0 if goes else 1, True)
                wider = (
                    [] if field.first is None else [other.value for other in Cut if RANK[other] >= RANK[field.first]]
                )
                assert one["left_out_in"] == [other.value for other in Cut if other.value not in wider]


# What the library shows of an ad, and nothing beside it: a field that becomes public has to be added here as well.
PUBLIC = {
    "ads": "ad version seq published_at digest hidden archive archive_number platform page page_name advertiser advertiser_name advertiser_class "
    "payer payer_name state category declared language countries election created starts ends currency budget spend spend_low spend_high "
    "impressions impressions_low impressions_high clicks reach title text media landing_url landing_domain synthetic disclaimer "
    "candidate_authorised money found_late found_how told",
    "targeting": "ad sentence tree criteria",
    "delivery": "ad by day region age gender impressions clicks spend currency share people",
    "payments": "ad platform page created amount amount_low amount_high currency payer payer_name payer_country target_countries flagged paid_from",
    "accounts": "platform page page_number name names created advertisers payers ads first last impressions clicks paid findings",
    "decisions": "ad at move state reason policy version",
    "custody": "at what sentence log index sha256",
}
COMMITTEE = {
    "ads": "defects account", "targeting": "lost", "payments": "instrument_pseudonym account", "accounts": "accounts administrator_countries",
    "custody": "file cut ads same_question",
}  # fmt: skip


def test_the_public_and_the_committee_hold_these_fields_alone():
    for name, fields in FIELDS.items():
        assert {field.name for field in fields if field.first is Cut.PUBLIC} == set(PUBLIC[name].split()), name
        assert {field.name for field in fields if field.first is Cut.COMMITTEE} == set(
            COMMITTEE.get(name, "").split()
        ), name


SECRETS = {"card-x": Cut.LAW_ENFORCEMENT, "192.0.2.1": Cut.LAW_ENFORCEMENT, "admin-1": Cut.LAW_ENFORCEMENT, "secret note": Cut.LAW_ENFORCEMENT,
           "account-a": Cut.COMMITTEE, "instrument 1": Cut.COMMITTEE, "Old Maps": Cut.PUBLIC, "Page a": Cut.PUBLIC}  # fmt: skip


@pytest.mark.parametrize("cut", list(Cut))
def test_no_file_of_a_narrower_cut_holds_what_a_wider_one_does(tmp_path, cut):
    place = made(tmp_path / "package", cut).place
    everything = b"".join(path.read_bytes() for path in sorted(place.iterdir()))
    assert {word for word in SECRETS if word.encode() in everything} == {
        word for word, first in SECRETS.items() if RANK[cut] >= RANK[first]
    }
    assert verify(place)[0] == 0


def hiding(tables, how):
    ads = [row | {"hidden": how if row["ad"] == "1" else ""} for row in tables["ads"]]
    return {**tables, "ads": ads}


def test_what_was_removed_says_nothing_in_public_and_what_was_expunged_nowhere():
    tables = held().tables
    for cut in Cut:
        removed = cut_tables(hiding(tables, "removed"), FIELDS, cut)
        assert (removed.rows["ads"][0]["text"] is None) is (cut is Cut.PUBLIC)
        assert removed.rows["ads"][0]["spend"] == "10.50"
        assert (REMOVED in {one["ground"] for one in removed.redactions}) is (cut is Cut.PUBLIC)
        gone = cut_tables(hiding(tables, "expunged"), FIELDS, cut)
        said = json.dumps([gone.rows[name][0] for name in ("ads", "targeting", "payments")])
        assert not [
            word
            for word in ("Vote", "a.example", "Old Maps", "A fund", "A league", "card-x", "192.0.2.1", 'RU"', "secret")
            if word in said.replace("RUB", "")
        ]
        assert {one["rows"] for one in gone.redactions if one["ground"] == EXPUNGED} == {1}


def test_a_field_that_nobody_described_goes_nowhere():
    tables = held().tables
    with pytest.raises(KeyError):
        cut_tables({**tables, "ads": [row | {"new": 1} for row in tables["ads"]]}, FIELDS, Cut.LAW_ENFORCEMENT)
    with pytest.raises(KeyError):
        row_for("ads", new=1)


def test_what_was_withheld_from_the_maker_is_counted():
    tables = held().tables
    tables = {**tables, "payments": [row | {"instrument": WITHHELD} for row in tables["payments"]]}
    out = cut_tables(tables, FIELDS, Cut.PUBLIC)
    assert next(one["rows"] for one in out.redactions if one["field"] == "instrument") == 4


def test_who_gets_less_is_not_told_that_others_got_more():
    given = [row_for("custody", at="2031", what="library handed over", cut=cut.value, sentence="x") for cut in Cut]
    tables = {**held().tables, "custody": given}
    assert [len(cut_tables(tables, FIELDS, cut).rows["custody"]) for cut in Cut] == [1, 2, 3]


def test_pseudonyms_hold_nothing_of_the_instrument():
    assert pseudonyms(["card-y", None, "card-x", "card-y"]) == {"card-y": "instrument 1", "card-x": "instrument 2"}


def test_amounts_are_added_up_by_instrument(tmp_path):
    totals = made(tmp_path / "p", Cut.COMMITTEE).figures.as_json()
    assert totals["paid"] == {"RUB": "31.50"}
    assert totals["paid_by_instrument"] == {"instrument 1": {"RUB": "21.00"}, "instrument 2": {"RUB": "10.50"}}
    assert made(tmp_path / "q", Cut.PUBLIC).figures.as_json()["paid_by_instrument"] == {}


def test_pages_that_one_card_pays_for_are_tied_where_the_card_is_known(tmp_path, packed):
    ties = json.loads((packed.place / "network.json").read_text())["ties"]
    assert {(tie["a"], tie["b"]) for tie in ties if "instrument" in tie["kinds"]} >= {("facebook:a", "facebook:b")}
    one = next(
        shared
        for tie in ties
        for shared in tie["shared"]
        if shared["kind"] == "instrument" and tie["b"] == "facebook:b"
    )
    assert (one["ads_a"], one["ads_b"]) == (["1"], ["2"])
    public = made(tmp_path / "public", Cut.PUBLIC).place
    assert "instrument" not in {
        kind for tie in json.loads((public / "network.json").read_text())["ties"] for kind in tie["kinds"]
    }


def test_equal_input_gives_equal_bytes_as_a_folder_and_as_a_zip(tmp_path, packed):
    again = made(tmp_path / "again")
    assert again.manifest_sha256 == packed.manifest_sha256
    for path in packed.place.iterdir():
        assert path.read_bytes() == (again.place / path.name).read_bytes(), path.name
    one, two = made(tmp_path / "one.zip"), made(tmp_path / "two.zip")
    assert one.place.read_bytes() == two.place.read_bytes()
    with zipfile.ZipFile(one.place) as file:
        file.extractall(tmp_path / "out")
    assert verify(tmp_path / "out" / "package", "--manifest", packed.manifest_sha256)[0] == 0


def test_an_older_package_is_replaced_whole_and_other_files_are_not_touched(tmp_path, package):
    (package / "creatives").mkdir()
    (package / "creatives" / "old.png").write_text("x")
    made(package, Cut.PUBLIC)
    assert verify(package)[0] == 0
    assert not (package / "creatives").exists()
    (package / "thesis.docx").write_text("x")
    with pytest.raises(BadInput, match=r"thesis\.docx"):
        made(package)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["package"]


def test_pictures_go_along_by_their_digest_alone(tmp_path):
    media = tmp_path / "media"
    media.mkdir()
    (media / "mine.PNG").write_bytes(b"picture")
    (media / "other.png").write_bytes(b"another")
    sha256 = hashlib.sha256(b"picture").hexdigest()
    whole = held()
    ads = [row | {"media": [{"sha256": sha256, "kind": "image"}]} for row in whole.tables["ads"]]
    place = made(tmp_path / "p", of=replace(whole, tables={**whole.tables, "ads": ads}), media=media).place
    assert [path.name for path in (place / "creatives").iterdir()] == [f"{sha256}.png"]
    assert verify(place)[0] == 0
    (place / "creatives" / "more.png").write_bytes(b"x")
    assert "creatives/more.png: does not belong to the package" in verify(place)[1]
    hidden = hiding({**whole.tables, "ads": ads}, "removed")
    hidden["ads"] = [row | {"hidden": "removed"} for row in hidden["ads"]]
    assert not (made(tmp_path / "q", of=replace(whole, tables=hidden), media=media).place / "creatives").exists()


def test_nothing_is_there_where_the_log_cannot_be_written(tmp_path):
    def refuse(manifest, figures):
        raise RuntimeError("no log")

    for name in ("p", "p.zip"):
        with pytest.raises(RuntimeError):
            made(tmp_path / name, before_it_is_there=refuse)
    assert list(tmp_path.iterdir()) == []


def edit(place, name, old, new, count=1):
    text = (place / name).read_text(encoding="utf-8")
    assert old in text, (name, old)
    (place / name).write_text(text.replace(old, new, count), encoding="utf-8", newline="")


def forge(place):
    """What a careful forger does: every digest, every row's digest and the seal are made anew."""
    manifest = json.loads((place / "manifest.json").read_text())
    texts = [
        path
        for path in sorted(place.iterdir())
        if path.suffix in {".csv", ".jsonl", ".json", ".md", ".html"}
        and path.name not in {"manifest.json", "rows.json"}
    ]
    rowed = {
        path.name: "".join(hashlib.sha256(line).hexdigest()[:8] for line in path.read_bytes().splitlines(keepends=True))
        for path in texts
    }
    (place / "rows.json").write_text(json.dumps(rowed, indent=0, sort_keys=True) + "\n")
    manifest["files"] = {
        path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in sorted(place.iterdir()) if path.name != "manifest.json"
    }  # fmt: skip
    manifest.pop("seal")
    manifest["seal"] = hashlib.sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    (place / "manifest.json").write_text(json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1) + "\n")


def swap(place, name, a, b):
    lines = (place / name).read_bytes().splitlines(keepends=True)
    lines[a], lines[b] = lines[b], lines[a]
    (place / name).write_bytes(b"".join(lines))


def drop(place, name, at):
    lines = (place / name).read_bytes().splitlines(keepends=True)
    (place / name).write_bytes(b"".join(lines[:at] + lines[at + 1 :]))


TAMPERED = {
    "changed cell": (lambda place: edit(place, "payments.csv", "10.50", "11.50"),
                     ["payments.csv, line 2: changed", "payments.csv, row 2 (ad 1): 11.50 RUB, but ads.jsonl says 10.50 RUB"]),
    "changed ad": (lambda place: edit(place, "ads.jsonl", '"impressions": 100', '"impressions": 900'), ["ads.jsonl, line 1: changed", "totals: impressions add up to 1400"]),
    "dropped row": (lambda place: drop(place, "ads.jsonl", 1), ["line 2 of those that were written was dropped", "totals: ads add up to 3, the manifest says 4"]),
    "added row": (lambda place: (place / "payments.csv").open("a").write("9,facebook,a\n"), ["payments.csv, line 6: was not written by the maker"]),
    "reordered rows": (lambda place: swap(place, "payments.csv", 1, 2), ["payments.csv, line 2: reordered (the same 5 lines", "its rows are not those of ads.jsonl"]),
    "changed manifest": (lambda place: edit(place, "manifest.json", '"seed": 0', '"seed": 1'), ["manifest.json: was edited after it was made"]),
    "missing file": (lambda place: (place / "reach.json").unlink(), ["reach.json: missing"]),
    "extra file": (lambda place: (place / "more.txt").write_text("x"), ["more.txt: does not belong to the package"]),
    "extra folder": (lambda place: (place / "more").mkdir(), ["more: does not belong to the package"]),
    "changed network": (lambda place: edit(place, "network.json", '"weight":', '"weight": 99, "was":'), ["network.json, line", "network.json: changed"]),
    "changed reach": (lambda place: edit(place, "reach.json", '"people": null', '"people": 11400000'), ["reach.json, line 3: changed", "says a number and that there is none"]),
    "changed page": (lambda place: edit(place, "report.html", "4 ads of 3 pages", "5 ads of 3 pages"), ["report.html: changed", "report.html, line"]),
    "changed targeting": (lambda place: edit(place, "targeting.jsonl", "Old Maps", "New Maps"), ["targeting.jsonl, line 1: changed"]),
    "changed custody": (lambda place: (place / "custody.jsonl").write_text("{}\n"), ["custody.jsonl, line 1: the first that differs"]),
    "changed redactions": (lambda place: edit(place, "redactions.json", '"cut": "law-enforcement"', '"cut": "public"'), ["redactions.json: is of the cut public"]),
    "changed row digests": (lambda place: edit(place, "rows.json", '"ads.jsonl": "', '"ads.jsonl": "00000000'), ["rows.json: changed"]),
    "changed verifier": (lambda place: edit(place, "verify.py", "wrong.append", "wrong.count", 99), ["verify.py: changed"]),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_whatever_is_touched_is_named(package, how):
    touch, said = TAMPERED[how]
    touch(package)
    code, out = verify(package, str(package), script=Path(hustings.ledger.__file__).with_name("verify.py"))
    assert code == 1, out
    assert "Traceback" not in out
    assert [line for line in said if line not in out] == [], out


FORGED = {
    "an amount": (lambda place: edit(place, "payments.csv", "10.50", "11.50"), "payments.csv, row 2 (ad 1): 11.50 RUB"),
    "a payment gone": (lambda place: drop(place, "payments.csv", 1), "payments.csv: its rows are not those of ads.jsonl"),
    "an account's sum": (lambda place: edit(place, "accounts.csv", ",1,2016", ",9,2016"), "accounts.csv, row 2 (a): 9 ads, but ads.jsonl adds up to 1"),
    "an account gone": (lambda place: drop(place, "accounts.csv", 2), "accounts.csv: b is missing, which has ads"),
    "the reach": (lambda place: edit(place, "reach.json", '"derivable": false', '"derivable": true'), "reach.json: says a number and that there is none"),
    "a tie's ads": (lambda place: rests_on(place, '3'), "rests on ad 3, which is none of facebook:a"),
    "a tie gone": (lambda place: shorter(place, "ties"), "network.json: 2 ties, the manifest says 3"),
    "a group more": (lambda place: edit(place, "network.json", '"pages": [\n', '"pages": [\n    "facebook:z",\n'), "facebook:z are tied to nobody"),
    "what was left out": (lambda place: shown_after_all(place, 'instrument'), "payments.instrument: is said to be left out, and stands there"),
}  # fmt: skip


def shorter(place, name):
    network = json.loads((place / "network.json").read_text())
    network[name].pop()
    (place / "network.json").write_text(json.dumps(network, indent=1))


def rests_on(place, ad):
    network = json.loads((place / "network.json").read_text())
    network["ties"][0]["shared"][0]["ads_a"] = [ad]
    (place / "network.json").write_text(json.dumps(network, indent=1))


def shown_after_all(place, field):
    told = json.loads((place / "redactions.json").read_text())
    for one in told["fields"]:
        one["left_out"] |= one["field"] == field
    (place / "redactions.json").write_text(json.dumps(told, indent=1))


@pytest.mark.parametrize("how", FORGED)
def test_what_does_not_fit_is_named_even_where_every_digest_was_made_anew(package, how):
    touch, said = FORGED[how]
    touch(package)
    forge(package)
    code, out = verify(package)
    assert (code, said in out) == (1, True), out


def test_a_package_forged_as_a_whole_shows_by_the_digest_told_by_another_way(package, packed):
    edit(package, "report.html", "4 ads of 3 pages", "5 ads of 3 pages")
    forge(package)
    assert verify(package)[0] == 0
    code, said = verify(package, "--manifest", packed.manifest_sha256)
    assert (code, "not the one you were told" in said) == (1, True)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "creatives/../../x", "a/b"])
def test_a_manifest_cannot_lead_out_of_the_package(package, name):
    manifest = json.loads((package / "manifest.json").read_text())
    manifest["files"][name] = {"sha256": "", "bytes": 0}
    (package / "manifest.json").write_text(json.dumps(manifest))
    assert "names files outside the package" in verify(package)[1]


def test_the_page_needs_nothing_else(packed):
    text = (packed.place / "report.html").read_text()
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert "Cut: law-enforcement" in text
    local = set(re.findall(r'href="([^#"]+)"', text))
    assert local <= {path.name for path in packed.place.iterdir()}


def test_the_bundle_names_its_objects_as_stix_says(packed):
    told = json.loads((packed.place / "stix.json").read_text())
    keys = [one["id"] for one in told["objects"]]
    assert len(keys) == len(set(keys))
    for one in told["objects"]:
        for name in ("source_ref", "target_ref", "created_by_ref"):
            assert one.get(name, keys[0]) in keys
        assert set(one.get("object_refs", [])) <= set(keys)
        assert set(one.get("object_marking_refs", [])) <= set(keys)
    cut = cut_tables(held(AdsTable(source="s", ads=(ad(1, "x"),))).tables, FIELDS, Cut.PUBLIC)
    one = bundle(cut, {"ties": [], "groups": [], "limits": ""}, "2031-01-01T00:00:00Z", "1")["objects"][2]
    # The identifier that the reference implementation gives to this account.
    assert one["id"] == "user-account--a67ca047-90aa-5759-9f49-0137d048b128"


@pytest.mark.parametrize(("asked", "fits"), [
    ("", ["1", "2", "3", "4"]), ("q=roads", ["3"]), ("q=\"not walls\"", ["3"]), ("q=-roads", ["1", "2", "4"]), ("q=VOTE old", ["1", "2", "4"]),
    ("page=c", ["3", "4"]), ("page=a&page=b", ["1", "2"]), ("country=us&from=2016-05-02&to=2016-05-03", ["2", "3"]), ("country=DE", []),
    ("currency=-", ["4"]), ("spend_from=10.50", ["1", "2", "3"]), ("spend_to=1", []), ("impressions_to=100", ["1", "4"]), ("year=2016&platform=facebook", ["1", "2", "3", "4"]),
    ("payer=A fund&advertiser=A league", ["1", "2", "3", "4"]), ("language=-", ["1", "2", "3", "4"]), ("language=en", []),
])  # fmt: skip
def test_a_question_finds_in_a_file_what_it_asks_for(asked, fits):
    pairs = [tuple(part.split("=", 1)) for part in asked.split("&") if part]
    assert [row["ad"] for row in held(query=pairs).tables["ads"]] == fits


def test_a_moment_leaves_out_what_was_made_after_it():
    until = datetime(2016, 5, 2, tzinfo=UTC)
    assert [row["ad"] for row in held(moment=until).tables["ads"]] == ["1", "2"]


@pytest.fixture
def table(tmp_path):
    pyarrow.parquet.write_table(ADS.arrow(), tmp_path / "ads.parquet")
    return tmp_path / "ads.parquet"


BAD = {
    "a name no search knows": (["--query", "contry=US", "--cut", "public"], "'contry'"),
    "a name without a value": (["--query", "US", "--cut", "public"], "'US'"),
    "a day that is none": (["--query", "from=2016-13-01", "--cut", "public"], "2016-13-01"),
    "days turned round": (["--query", "from=2016-06-01&to=2016-05-01", "--cut", "public"], "not behind"),
    "what a file does not tell": (["--query", "hidden=removed", "--cut", "public"], "what a file of ads tells"),
    "an amount that is none": (["--query", "spend_from=x", "--cut", "public"], "an amount"),
    "two of one": (["--query", "q=a&q=b", "--cut", "public"], "one value"),
    "words that are none": (["--query", "q=%3F", "--cut", "public"], "words"),
    "nothing fits": (["--query", "country=DE", "--cut", "public"], "No ad fits the question"),
    "no cut": (["--query", ""], "--cut"),
    "a cut that is none": (["--query", "", "--cut", "everybody"], "everybody"),
    "a moment without a zone": (["--query", "", "--cut", "public", "--as-of", "2016-05-02T00:00"], "with its zone"),
    "a moment that is none": (["--query", "", "--cut", "public", "--as-of", "yesterday"], "yesterday"),
    "a platform's word": (["--query", "", "--cut", "public", "--by", "x@example.org"], "--by"),
    "no folder of pictures": (["--query", "", "--cut", "public", "--creatives", "/nowhere"], "/nowhere"),
    "a cut without a question": (["--cut", "public"], "--cut"),
}  # fmt: skip


@pytest.mark.parametrize("how", BAD)
def test_what_cannot_be_asked_is_one_clear_error_and_leaves_nothing(table, tmp_path, capsys, how):
    arguments, said = BAD[how]
    assert main(["handover", *arguments, "--ads", str(table), "--out", str(tmp_path / "p")]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["ads.parquet"]


@pytest.mark.parametrize("of_file", [True, False])
def test_all_that_is_wrong_is_told_at_once(table, tmp_path, capsys, of_file):
    asked = ["handover", "--query", "contry=US&from=2016-13-01", "--as-of", "yesterday", "--out", str(tmp_path / "p")]
    assert main([*asked, *(["--ads", str(table)] if of_file else [])]) == 2
    said = capsys.readouterr().err
    assert [one for one in ("'contry'", "2016-13-01", "'yesterday'", "--cut") if one not in said] == []
    assert ("--by" in said) is not of_file


def test_the_platform_is_asked_with_who_to_whom_and_why(tmp_path, capsys):
    assert main(["handover", "--query", "", "--cut", "public", "--out", str(tmp_path / "p")]) == 2
    said = capsys.readouterr().err
    assert [name for name in ("--as-of", "--by", "--to", "--ground", "--reference") if name not in said] == []


def test_the_command_makes_it_from_a_file(table, tmp_path, capsys):
    assert (
        main(
            [
                "handover",
                "--query",
                "page=c",
                "--ads",
                str(table),
                "--cut",
                "committee",
                "--out",
                str(tmp_path / "p.zip"),
                "--json",
            ]
        )
        == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert (said["totals"]["ads"], said["totals"]["paid"]) == (2, {"RUB": "10.50"})
    with zipfile.ZipFile(tmp_path / "p.zip") as file:
        file.extractall(tmp_path)
    assert verify(tmp_path / "package", "--manifest", said["manifest_sha256"])[0] == 0


# What the description of the release states.
STATED = {
    "ads": 3498,
    "impressions": 40285461,
    "clicks": 3708749,
    "criteria": 35783,
    "never_shown": 911,
    "without_amount": 960,
}
ABSENT = {"reach", "instrument", "account", "address"}


@pytest.mark.slow
def test_the_release_reprints_its_totals_and_says_what_it_lacks(real_data, tmp_path):
    ads = read_ads(real_data / "ira-ads" / "ads.jsonl")
    done = made(tmp_path / "p", Cut.LAW_ENFORCEMENT, held(ads))
    totals = done.figures.as_json()
    assert {name: totals[name] for name in STATED} == STATED
    assert totals["paid"] == {"RUB": "5822554.92", "USD": "109.33"}
    assert totals["paid_ads"] == {"RUB": 2533, "USD": 5}
    said = "\n".join(done.figures.sentences())
    for figure in (
        "3,498 ads",
        "40,285,461",
        "3,708,749",
        "9.2%",
        "5,822,554.92 RUB (2,533 ads)",
        "109.33 USD (5 ads)",
        "26.0%",
        "93,270 USD",
        "48.4%",
        "99.7%",
    ):
        assert figure in said
        assert figure in (done.place / "report.html").read_text()
    code, out = verify(done.place)
    assert code == 0, out
    manifest = json.loads((done.place / "manifest.json").read_text())
    assert set(manifest["missing"]) >= ABSENT
    missing = (done.place / "missing.md").read_text().split("\n## ")[1]
    assert all(f"`{name}`" in missing for name in ABSENT)
    assert json.loads((done.place / "reach.json").read_text())["people"] is None
    network = json.loads((done.place / "network.json").read_text())
    assert (len(network["ties"]), len(network["groups"]), len(network["findings"])) == (37, 18, 2)
