"""A report as files: equal bytes for equal rows, nothing fetched, every figure asked again, and each form as its standard says."""

import contextlib
import csv
import io
import json
import re
import shutil
import socket
import tarfile
import zlib
from html.parser import HTMLParser

import bagit
import pytest
from made_report import AT, TABLES, basis

from hustings.cli.main import main
from hustings.errors import BadInput, EnvironmentLacks
from hustings.exchange.dsa.statement import problems_of
from hustings.report.counting import QUERIES
from hustings.report.counting.basis import COLUMNS, UNSEEN, Basis, canonical
from hustings.report.documents import pdf as paper
from hustings.report.documents.document import Corrected, compose, problems_of_text, read_document
from hustings.report.documents.files import bag, files
from hustings.report.documents.kinds import KINDS, Kind
from hustings.report.documents.objects import bundle
from hustings.report.documents.page import page
from hustings.report.documents.rerun import differing, rerun
from hustings.report.documents.sheets import FIGURES

KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
ID = re.compile(r"[a-z-]+--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
FIXED = re.compile(r"marking-definition--[0-9a-f-]{36}")
STATEMENT = {
    "puid": "t", "decision_provision": "DECISION_PROVISION_TOTAL_TERMINATION", "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "Terms", "incompatible_content_explanation": "They hide who runs them.", "incompatible_content_illegal": "No",
    "content_type": ["CONTENT_TYPE_OTHER"], "content_type_other": "page", "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "territorial_scope": ["DE"], "content_date": "2026-11-01", "application_date": "2026-11-23", "decision_facts": "The same texts.",
    "source_type": "SOURCE_VOLUNTARY", "automated_detection": "No", "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
}  # fmt: skip


def made(of=None, *, kind=Kind.TAKEDOWN, texts=None, **changed):
    named = {
        "report": KEY, "version": 1, "kind": kind, "title": "Two pages <removed>", "marking": "TLP:CLEAR", "holder": "Meridian",
        "parameters": {"election_day": "2016-11-08"}, "software": "Hustings",
        "texts": {"assets": "We removed [assets-in-all] of them, [assets: m page] pages.\n\nOn 31 July."} if texts is None else texts,
    }  # fmt: skip
    return compose(of or basis(), **named | changed)


class Seen(HTMLParser):
    """What a page is made of, and whether its elements close in their order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.ids, self.links, self.outside = [], [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append(tag)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if tag == "a" else []
        self.outside += [
            value
            for name, value in attrs
            if name in {"src", "href", "action"} and value and not value.startswith(("#", "data:"))
        ]
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_put_together_and_each_figure_asked_again_gives_the_same(kind):
    document = made(kind=kind, texts={})
    assert [part.key for part in document.parts] == [section.key for section in KINDS[kind]]
    assert differing(rerun(document, basis())) == []
    assert all(one.rows for one in rerun(document, basis()))
    assert read_document(json.loads(document.text), "x") == document
    assert Seen(page(document)).outside == []


def test_a_figure_that_differs_is_told_and_one_over_other_rows_too():
    changed = [row | {"name": "another"} if row["key"] == "a" else row for row in TABLES["assets"] if row["key"] != "d"]
    again = {one.name: one for one in rerun(made(), basis(assets=changed))}
    assert (again["assets-in-all"].old, again["assets-in-all"].new) == ("3", "2")
    assert again["posts"].same
    assert not again["posts"].rows
    gone = made()
    strange = read_document(json.loads(gone.text.replace('"name":"assets-in-all"', '"name":"no-such"')), "x")
    assert [one.new for one in differing(rerun(strange, basis()))] == ["no such query any more"]


def test_what_who_asks_may_not_see_is_no_difference_and_no_value():
    held, blind = basis(), basis(appeals=None)
    blind = Basis(as_of=blind.as_of, scope=blind.scope, tables=blind.tables, lacks={"appeals": f"{UNSEEN} appeals"})
    again = {one.name: one for one in rerun(made(held), blind)}
    assert again["appeals"].unseen
    assert differing(list(again.values())) == []
    assert differing(rerun(made(blind), held.seen_as(blind))) == []
    assert not any(one.unseen for one in rerun(made(blind), held.seen_as(blind)))


def test_the_page_leads_from_each_figure_in_the_text_to_how_it_was_made_and_asks_nobody():
    text = page(made(), published="2026-11-22T12:00:00Z")
    seen = Seen(text)
    assert seen.outside == []
    assert {link.removeprefix("#") for link in seen.links} <= set(seen.ids)
    assert len(seen.ids) == len(set(seen.ids))
    assert "script" not in seen.tags
    assert '<a class="figure" href="#made-assets-in-all">3</a>' in text
    assert "Two pages &lt;removed&gt;" in text
    assert "<removed>" not in text
    assert "default-src 'none'" in text
    assert "published 2026-11-22 12:00 UTC" in text
    assert "not published" in page(made())


def test_words_of_others_cannot_become_elements_of_the_page():
    hostile = "<script>alert(1)</script>"
    assets = [row | {"name": hostile} for row in TABLES["assets"]]
    text = page(made(basis(assets=assets), texts={"assets": f"Words {hostile}."}, holder=hostile))
    assert "script" not in Seen(text).tags


def test_corrections_stand_before_anything_else():
    wrong = Corrected(figure="ads", title="Ads", version=1, old="5", new="4", reason="One was counted twice.", at=AT)
    text = page(made(version=2, corrections=[wrong]))
    assert text.index("One was counted twice.") < text.index('id="section-assets"')


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("290,000 people", "290,000"), ("about 12 % of them", "12 %"), ("for $11,000", "$11,000"), ("11.50 EUR", "11.50 EUR"), ("42 posts", "42"),
        ("[nothing]", "[nothing]"), ("[assets: x page]", "[assets: x page]"), ("[posts: two]", "[posts: two]"), ("1 234 567", "1 234 567"),
    ],
)  # fmt: skip
def test_a_number_that_a_figure_says_is_not_typed(text, found):
    figures = {one.name: one for one in made(texts={}).figures}
    assert [problem.found for problem in problems_of_text("Assets", text, figures)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "On 42 July 2018",
        "page 17 of them",
        "since 2016-11-08",
        "in 2018",
        "[assets: m page] pages",
        "[ads]",
        "COVID-42b",
    ],
)
def test_days_names_and_figures_by_their_name_may_stand(text):
    figures = {one.name: one for one in made(texts={}).figures}
    assert problems_of_text("Assets", text, figures) == []


def test_everything_that_cannot_stand_is_told_at_once():
    with pytest.raises(BadInput) as error:
        made(texts={"assets": "290,000 and [nothing]", "basis": "12 %"})
    assert [problem.where for problem in error.value.problems] == ["Assets", "Assets", "How it was found"]


def test_files_are_equal_byte_for_byte_and_hold_what_they_say():
    one, other = (files(made(), published=AT, basis=basis(), statements=[STATEMENT], paper=False) for _ in range(2))
    assert one == other
    assert {
        "report.json",
        "report.html",
        "figures.csv",
        "dictionary.csv",
        "stix.json",
        "rows.json",
        "indicators.csv",
        "dsa/statements-1.json",
    } <= set(one)
    assert [problems_of(each) for each in json.loads(one["dsa/statements-1.json"])["statements"]] == [[]]
    rows = list(csv.DictReader(io.StringIO(one["figures.csv"].decode())))
    assert list(rows[0]) == list(FIGURES)
    assert {row["figure"] for row in rows} == {figure.name for figure in made().figures}
    told = list(csv.DictReader(io.StringIO(one["dictionary.csv"].decode())))
    for name in TABLES:
        head = next(csv.reader(io.StringIO(one[f"rows/{name}.csv"].decode())))
        assert head == list(COLUMNS[name])
        assert {row["column"] for row in told if row["file"] == f"rows/{name}.csv"} >= set(head)


def test_without_the_rows_no_row_leaves():
    named = [row | {"name": f"secret-{row['key']}"} for row in TABLES["assets"]]
    own = compose(basis(assets=named), report=KEY, version=1, kind=Kind.TRANSPARENCY, title="t", marking="TLP:CLEAR", holder="h", parameters={}, texts={},
                  software="s")  # fmt: skip
    for name, content in files(own, paper=False).items():
        assert b"secret-" not in content, name


def test_a_cell_that_a_spreadsheet_would_run_is_held():
    named = [row | {"name": "=1+1"} for row in TABLES["assets"]]
    assert (
        b",'=1+1,"
        in files(made(basis(assets=named), texts={}), basis=basis(assets=named), paper=False)["rows/assets.csv"]
    )


def test_the_bag_is_valid_the_same_each_time_and_any_changed_byte_is_found(tmp_path, capsys):
    contents = files(made(), published=AT, basis=basis(), paper=False)
    packed, digest = bag(made(), contents, day="2026-11-22")
    assert (packed, digest) == bag(made(), contents, day="2026-11-22")
    place = tmp_path / "report.tar"
    place.write_bytes(packed)
    with tarfile.open(place) as tar:
        tar.extractall(tmp_path, filter="data")
    folder = next(one for one in tmp_path.iterdir() if one.is_dir())
    bagit.Bag(str(folder)).validate()
    for where in (place, folder):
        assert main(["report", "rerun", str(where)]) == 0
        assert "figures as of" in capsys.readouterr().out
    for name in ("figures.csv", "rows.json", "report.html"):
        damaged = tmp_path / f"damaged-{name}"
        shutil.copytree(folder, damaged)
        target = damaged / "data" / name
        target.write_bytes(target.read_bytes().replace(b"one", b"eno"))
        if target.read_bytes() == (folder / "data" / name).read_bytes():
            target.write_bytes(target.read_bytes() + b" ")
        assert main(["report", "rerun", str(damaged)]) == 1
        assert f"data/{name} is another" in capsys.readouterr().out
    (folder / "data" / "stix.json").unlink()
    (folder / "data" / "more.txt").write_text("x")
    assert main(["report", "rerun", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "data/stix.json is missing" in said
    assert "data/more.txt is not listed" in said


def test_a_report_whose_figure_was_changed_is_found_and_the_table_says_how(tmp_path, capsys):
    document = made()
    figures = [one.as_json() | ({"value": 4} if one.name == "assets-in-all" else {}) for one in document.figures]
    (tmp_path / "report.json").write_text(canonical(document.as_json() | {"figures": figures}))
    (tmp_path / "rows.json").write_text(canonical(basis().as_json()))
    assert main(["report", "rerun", str(tmp_path / "report.json")]) == 1
    said = capsys.readouterr().out
    assert "Assets in all (assets-in-all)\n    was  4\n    is   3" in said
    assert main(["report", "rerun", str(tmp_path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["figure"] for one in told["figures"] if not one["same"]] == ["assets-in-all"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"), ("[]", "This is no report"), ('{"form": "hustings-report-1"}', "report.json, kind"), ('{"form": "other"}', "other"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_words(tmp_path, capsys, content, said):
    (tmp_path / "report.json").write_text(content)
    assert main(["report", "rerun", str(tmp_path / "report.json")]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert str(tmp_path / "report.json") in told


def test_a_report_without_its_rows_says_where_to_get_them(tmp_path, capsys):
    (tmp_path / "report.json").write_text(made().text)
    assert main(["report", "rerun", str(tmp_path / "report.json")]) == 2
    assert "--rows" in capsys.readouterr().err
    (tmp_path / "other.json").write_text(canonical(basis(ads=[]).as_json()))
    assert main(["report", "rerun", str(tmp_path / "report.json"), "--rows", str(tmp_path / "other.json")]) == 1
    assert "the report was counted over" in capsys.readouterr().out


@pytest.mark.parametrize("mark", ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER+STRICT by role", "TLP:RED", "SECRET TLP:AMBER"])
def test_the_bundle_is_as_stix_says(mark):
    told = bundle(
        made(marking=mark),
        basis().tables["indicators"] + [{"key": "z", "kind": "domain", "platform": "", "value": "X.example"}],
    )
    assert told == bundle(
        made(marking=mark),
        basis().tables["indicators"] + [{"key": "z", "kind": "domain", "platform": "", "value": "X.example"}],
    )
    assert set(told) == {"type", "id", "objects"}
    known = {one["id"]: one for one in told["objects"]}
    assert len(known) == len(told["objects"])
    for one in told["objects"]:
        assert (FIXED if one["type"] == "marking-definition" else ID).fullmatch(one["id"])
        assert one["id"].startswith(one["type"] + "--")
        assert one["spec_version"] == "2.1"
        refs = [
            *one.get("object_refs", []),
            *one.get("object_marking_refs", []),
            *([one["created_by_ref"]] if "created_by_ref" in one else []),
        ]
        assert set(refs) <= set(known), one["type"]
        if one["type"] in {"identity", "note", "report"}:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["created"])
            assert one["modified"] >= one["created"]
    report = next(one for one in told["objects"] if one["type"] == "report")
    assert {"name", "published", "object_refs"} <= set(report)
    assert {one["value"] for one in told["objects"] if one["type"] == "domain-name"} == {"x.example"}
    assert sum(one["type"] == "note" for one in told["objects"]) == len(made().figures)
    marking = next(one for one in told["objects"] if one["type"] == "marking-definition")
    light = next(iter(marking["extensions"].values()))["tlp_2_0"]
    said = {"TLP:CLEAR": "clear", "TLP:GREEN": "green", "TLP:AMBER+STRICT by role": "amber+strict"}
    assert light == said.get(mark, "red")


def test_the_paper_is_tagged_and_the_same_each_time_and_asks_nobody(monkeypatch):
    def refuse(*given, **named):
        raise AssertionError("something was fetched")

    try:
        one = paper.pdf(made(), published=AT)
    except EnvironmentLacks as error:
        pytest.skip(str(error))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert paper.pdf(made(), published=AT) == one
    assert one.startswith(b"%PDF-1.7")
    inside = one + b"".join(unpacked(stream) for stream in re.findall(rb"stream\n(.*?)\nendstream", one, re.DOTALL))
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid", b"/DisplayDocTitle"):
        assert mark in inside, mark


def unpacked(stream):
    with contextlib.suppress(zlib.error):
        return zlib.decompress(stream)
    return b""


def test_a_machine_that_cannot_draw_says_what_to_install_and_makes_the_rest(monkeypatch):
    def lacks(*given, **named):
        raise EnvironmentLacks(paper.LACKS)

    monkeypatch.setattr("hustings.report.documents.files.pdf", lacks)
    held = files(made(), basis=basis())
    assert "report.pdf" not in held
    assert b"apt-get install libpango" in held["missing.txt"]


def test_the_paper_of_a_machine_without_pango_is_refused_in_words(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *given, **named):
        if name == "weasyprint":
            raise OSError("cannot load library 'pango'")
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EnvironmentLacks, match="libpango"):
        paper.pdf(made())


def test_every_query_can_be_named_in_a_text():
    document = made(kind=Kind.BRIEFING, texts={"short": " ".join(f"[{name}]" for name in QUERIES)})
    assert {one.name for one in document.figures} == set(QUERIES)
