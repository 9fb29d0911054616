import csv
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hustings.cli.main import main as hustings
from hustings.connectors.ads import shared_columns
from hustings.connectors.buyers import find_buyers, read_sponsors, traces_of
from hustings.screening.ad import Ad, AdsTable, Criterion
from hustings.screening.belonging import Trace, belonging
from hustings.screening.bursts import bursts

START = datetime(2018, 9, 3, 9, 0, 7, tzinfo=UTC)


def ad(name, page="a", *, after=0, aim="angling", site=None, text=None, **more):
    values = ("US", "18 - 65", aim, f"{aim} fans")
    return Ad(
        platform="plaza", actor=page, ad=name, created=START + timedelta(seconds=after), spend=Decimal(5),
        text=text or f"A text of its own, long enough to count, number {name}", target_countries=("US",),
        landing_url=f"https://{site or page + '.example'}/", targeting=tuple(Criterion(value=value) for value in values), **more,
    )  # fmt: skip


def held(*rows):
    return [
        Trace(buyer=buyer, kind=kind, trace=trace, ad=f"ad-{number}")
        for number, (buyer, kind, trace) in enumerate(rows)
    ]


def test_one_card_ties_and_one_aim_does_not():
    found = belonging(
        held(("a", "instrument", "x"), ("b", "instrument", "x"), ("c", "targeting", "t"), ("d", "targeting", "t"))
    )
    assert [group.buyers for group in found.groups] == [("a", "b")]
    assert found.groups[0].ads == ("ad-0", "ad-1")


def test_a_site_and_its_pages_are_one_ground_and_an_aim_beside_it_is_two():
    rows = [("a", "domain", "s"), ("b", "domain", "s"), ("a", "link", "s/1"), ("b", "link", "s/1")]
    assert not belonging(held(*rows)).groups
    assert belonging(held(*rows, ("a", "targeting", "t"), ("b", "targeting", "t"))).groups


def test_what_many_share_weighs_less_and_what_all_share_is_left_out_by_name():
    def crowd(count):
        return belonging(held(*[(f"b{n}", "instrument", "x") for n in range(count)]))

    assert crowd(18).groups
    assert not crowd(25).groups
    assert crowd(70).left_out == (("instrument", "x", 70),)


def test_buyers_of_one_declared_owner_are_not_tied_to_each_other():
    rows = held(("a", "instrument", "x"), ("b", "instrument", "x"), ("c", "instrument", "x"))
    ties = belonging(rows, declared={"a": "Agency", "b": "Agency"}).ties
    assert {(tie.a, tie.b) for tie in ties} == {("a", "c"), ("b", "c")}


def test_the_order_of_rows_does_not_matter_and_chance_is_from_the_seed():
    rows = held(*[(f"b{n % 7}", "targeting", f"t{n % 5}") for n in range(60)])
    one, other = (belonging(some, draws=5, seed=3) for some in (rows, rows[::-1]))
    assert one.ties == other.ties
    assert one.by_chance == other.by_chance


def test_bursts_join_ads_of_several_buyers_made_within_two_minutes():
    ads = [ad("1"), ad("2", "b", after=120), ad("3", "c", after=241), ad("4", after=9_000), ad("5", after=9_010)]
    assert bursts(ads) == ["plaza 2018-09-03 09:00:07"] * 2 + [None] * 3
    # On the whole minute a schedule was at work; where everybody is busy, nearness says nothing.
    assert bursts([ad("1", after=53), ad("2", "b", after=53)]) == [None, None]
    busy = [ad(str(n), f"p{n}", after=37 * n) for n in range(400)]
    assert set(bursts(busy)) == {None}


def test_what_a_platform_knows_is_traced():
    table = shared_columns(AdsTable(ads=(
        ad("1", currency="RUB", rest=(("administrators", '["x", "y"]'), ("instrument_country", "RU"))),
        ad("2", currency="USD", billing_country="US"),
    ), source="test"))  # fmt: skip
    rows = table.select(["administrators", "paid_in", "paid_from"]).to_pylist()
    assert rows == [
        {"administrators": ["x", "y"], "paid_in": "RUB against US", "paid_from": "RU against US"},
        {"administrators": None, "paid_in": None, "paid_from": None},
    ]


def made():
    """Three pages with one administrator, one site and one burst a day; five that share nothing."""
    ads = []
    for day in range(4):
        ads += [ad(f"{page}{day}", page, after=day * 86_400 + 60 * place, aim=f"aim {day}", site="front.example", rest=(("administrators", "x"),))
                for place, page in enumerate("abc")]  # fmt: skip
        ads += [
            ad(f"{page}{day}", page, after=day * 86_400 + 20_000 + 4_000 * place, aim=f"{page} {day}")
            for place, page in enumerate("vwxyz")
        ]
    return AdsTable(ads=tuple(ads), source="test")


def test_findings_lead_back_to_the_ads():
    found = find_buyers(made())
    assert [group.buyers for group in found.belonging.groups] == [("plaza:a", "plaza:b", "plaza:c")]
    listed = {row.ad for row in found.ads if row.search == "shared"}
    assert listed == {f"{page}{day}" for page in "abc" for day in range(4)}
    kinds = {row.kind for row in found.ads if row.ad == "a0"}
    assert {"administrator", "domain", "targeting", "burst"} <= kinds
    # Detection is not told of bursts: they are made of what it tests.
    assert "burst" in traces_of(made())["kind"].to_pylist()
    assert "burst" not in found.detection.layers["kind"].to_pylist()


def test_the_same_buyers_by_their_site():
    found = find_buyers(made(), by="domain")
    assert found.belonging.buyers == 6
    assert not found.belonging.groups


def test_the_command_lists_the_ads_of_each_finding(tmp_path, capsys):
    import pyarrow.parquet as pq

    table = made()
    columns = table.arrow().append_column("administrators", [[dict(one.rest).get("administrators") for one in table]])
    pq.write_table(columns, tmp_path / "ads.parquet")
    known = tmp_path / "sponsors.csv"
    known.write_text("key,phones\nplaza:v,(202) 555-0143\nplaza:w,+1 202 555 0143;1\n")
    assert len(read_sponsors(known)) == 2
    out = tmp_path / "out"
    assert (
        hustings(["buyers", str(tmp_path / "ads.parquet"), "--sponsors", str(known), "--out", str(out), "--draws", "0"])
        == 0
    )
    assert "5 of 8 buyers are joined in 2 groups" in capsys.readouterr().out
    with (out / "found_ads.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["trace"] for row in rows if row["kind"] == "domain"} == {"front.example"}
    assert json.loads((out / "buyers.json").read_text())["groups"] == 2
