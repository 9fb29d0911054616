"""Lists of elections: what is wrong with rows is told, and one election of two lists is one."""

from datetime import date

import pytest

from hustings.connectors.elections import LAYOUTS, read_list
from hustings.connectors.elections.matching import Became, Held, match
from hustings.connectors.elections.row import Chamber, FaultCode, chamber_of
from hustings.errors import BadInput
from hustings.policy.election import Kind, Level, Status

IFES = "election_date,iso3,country,election,kind,level,status"
PARLGOV = "election_date,iso3,country,kind,seats_total,parlgov_election_id"
NAMED = "iso3,country,election_date,kind,round"
OURS = "country,on,kind,name,place,level,body,status,key,source,source_url,authority,said_on"


def read(layout, header, *lines, as_of=None):
    return read_list("\n".join([header, *lines]).encode(), f"{layout}.csv", layout, as_of)


def codes(found):
    return [(fault.row, fault.code) for fault in found.faults]


def laid(rows, held=(), listed="a list", **named):
    return match(rows, held, listed, **named)


def held(key, on, *, country="CZ", body="", chamber=Chamber.LOWER, kind=Kind.LEGISLATIVE, level=Level.NATIONAL, **more):
    return Held(id=key, country=country, place="", level=level, kind=kind, body=body, chamber=chamber, days=frozenset({date.fromisoformat(on)}), **more)  # fmt: skip


def test_a_row_without_a_day_is_told_and_set_aside():
    found = read("ifes", IFES, ",ITA,Italian Republic,Election for President,presidential,national,Date not confirmed")
    assert codes(found) == [(1, FaultCode.NO_DATE)]
    assert (found.lines, len(found.rows), found.set_aside) == (1, 0, 1)


def test_a_legislature_that_another_country_has_is_told_without_a_flag():
    dail = "Election for Dáil Éireann (Irish House of Representatives),legislative,national,Held"
    irish = [f"20{year:02}-05-1{year % 9},IRL,Ireland,{dail}" for year in (2, 7, 11)]
    found = read("ifes", IFES, *irish, f"2003-11-09,JPN,Japan,{dail}")
    assert codes(found) == [(4, FaultCode.OTHER_COUNTRY)]
    assert found.faults[0].expected == "IRL"
    assert {row.country for row in found.rows} == {"IE"}


def test_a_name_that_many_countries_use_is_no_fault():
    house = "Election for House of Representatives,legislative,national,Held"
    found = read(
        "ifes",
        IFES,
        *[f"20{year:02}-05-10,AUS,Australia,{house}" for year in (1, 4, 7)],
        f"2003-11-09,JPN,Japan,{house}",
    )
    assert not found.faults


def test_a_status_is_stale_where_the_month_was_over_on_the_lists_day():
    lines = [f"{on},CHL,Chile,Election for President,presidential,national,{said}" for on, said in (
        ("2021-02-28", "Confirmed"), ("2021-03-01", "Confirmed"), ("2021-01-10", "Held"), ("2020-04-26", "Postponed"))]  # fmt: skip
    assert codes(read("ifes", IFES, *lines, as_of=date(2021, 3, 19))) == [(1, FaultCode.STALE)]
    assert not read("ifes", IFES, *lines).faults
    flagged = read("ifes", f"{IFES},flags", f"{lines[1]},status_not_updated_after_date")
    assert codes(flagged) == [(1, FaultCode.STALE)]
    assert flagged.rows[0].status is Status.CALLED


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2021-02-30,CHL,Chile,Election for President,presidential,national,Held", FaultCode.BAD_DATE),
        ("2021-02-28,ZZZ,Nowhere,Election for President,presidential,national,Held", FaultCode.NO_COUNTRY),
        ("2021-02-28,CHL,Chile,Election for President,presidential,national,Perhaps", FaultCode.UNKNOWN_WORD),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_read(line, code):
    found = read("ifes", IFES, line, "2017-11-19,CHL,Chile,Election for President,presidential,national,Held")
    assert codes(found) == [(1, code)]
    assert [row.number for row in found.rows] == [2]


def test_parts_of_a_country_and_houses_are_told_apart():
    found = read(
        "ifes", IFES, "1999-05-06,GBR,United Kingdom,Election for House of Commons,legislative,national,Held",
        "1999-05-06,GBR,Wales,Election for National Assembly for Wales,legislative,subnational,Held",
        "1999-10-24,CHE,Swiss Confederation,Election for Standerat (Swiss Council of States),other_or_subnational,subnational,Held",
        "1999-10-24,CHE,Swiss Confederation,Election for Nationalrat (Swiss National Council),legislative,national,Held",
    )  # fmt: skip
    assert [(row.place, row.level, row.chamber) for row in found.rows] == [
        ("", Level.NATIONAL, Chamber.LOWER), ("Wales", Level.REGIONAL, Chamber.LOWER), ("", Level.NATIONAL, Chamber.UPPER),
        ("", Level.NATIONAL, Chamber.LOWER),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["US Senate", "Senado (Argentinian Senate)", "Senát (Czech Senate)", "Sangi-in (House of Councillors)"]
)
def test_upper_houses_are_known_by_their_names(name):
    assert chamber_of(Kind.LEGISLATIVE, name) is Chamber.UPPER
    assert chamber_of(Kind.PRESIDENTIAL, name) is Chamber.NONE


def test_one_row_may_name_several_elections_and_a_run_off():
    found = read("named", NAMED, "CHL,Chile,2017-11-19,presidential+legislative,1", "CHL,Chile,2017-12-17,presidential,2",
                 "JPN,Japan,2019-07-21,legislative (House of Councillors),1", "USA,United States,2018-11-06,legislative (midterms),1")  # fmt: skip
    assert [(row.name, row.body, row.chamber) for row in found.rows] == [
        ("Presidential election, Chile", "", Chamber.NONE), ("Legislative election, Chile", "", Chamber.LOWER),
        ("Run-off of the presidential election, Chile", "", Chamber.NONE),
        ("Legislative election, Japan", "House of Councillors", Chamber.UPPER), ("Legislative election, United States", "", Chamber.LOWER),
    ]  # fmt: skip


def test_our_own_columns_are_read_with_all_that_is_wrong_at_once():
    good = "XV,2031-05-04,legislative,General election,,national,,called,g-1,Gazette 7,https://gazette.example/7,electoral authority or gazette,2031-01-02"
    assert read("csv", OURS, good).rows[0].authority == "electoral authority or gazette"
    bad = "ZZ,soon,royal,,,galactic,,perhaps,,,javascript:alert(1),a friend,yesterday"
    found = read("csv", OURS, bad, good)
    assert {fault.column for fault in found.faults} == {
        "country",
        "on",
        "kind",
        "name",
        "level",
        "status",
        "source_url",
        "authority",
        "said_on",
    }
    assert [row.number for row in found.rows] == [2]
    assert read("csv", OURS, "XV,,referendum,On the harbour,,,,,,,,,").rows[0].on is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "election_date"), (b"a,b\n1,2\n", "also election_date"), (b"\xff\xfe\x00", "UTF-8"),
        (f"{IFES}\n2021-01-01,CHL\n".encode(), "2 cells"), (f"{IFES}\n\x00".encode(), "NUL"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_list_is_refused_with_the_reason(body, told):
    with pytest.raises(BadInput) as error:
        read_list(body, "x.csv", "ifes")
    assert told in str(error.value)


def test_every_layout_refuses_bytes_that_are_none():
    for layout in LAYOUTS:
        with pytest.raises(BadInput):
            read_list(b"\x89PNG\r\n\x1a\n\x00", "x", layout)


def test_rows_of_two_lists_at_most_three_days_apart_are_one_election_and_the_days_are_a_conflict():
    rows = read(
        "parlgov", PARLGOV, "2017-10-21,CZE,Czechia,legislative,200,7", "2013-10-26,CZE,Czechia,legislative,200,8"
    ).rows
    found = laid(rows, [held("near", "2017-10-20"), held("far", "2013-10-22")])
    assert [(one.became, one.held) for one in found.matches] == [(Became.JOINED, "near"), (Became.NEW, "")]
    assert [(fault.row, fault.code) for fault in found.faults if fault.row] == [(1, FaultCode.CONFLICT)]
    assert "2017-10-20" in found.faults[0].expected


def test_each_election_is_taken_by_its_nearest_row_alone():
    rows = read(
        "parlgov", PARLGOV, "2017-10-22,CZE,Czechia,legislative,200,7", "2017-10-21,CZE,Czechia,legislative,200,8"
    ).rows
    found = laid(rows, [held("one", "2017-10-20")])
    assert [(one.became, one.held) for one in found.matches] == [(Became.NEW, ""), (Became.JOINED, "one")]


def test_the_upper_house_of_the_day_is_not_the_lower_one():
    rows = read("parlgov", PARLGOV, "2017-11-19,CHL,Chile,legislative,155,1").rows
    both = [
        held("senate", "2017-11-19", country="CL", body="Senado", chamber=Chamber.UPPER),
        held("house", "2017-11-19", country="CL", body="Cámara"),
    ]
    assert laid(rows, both).matches[0].held == "house"


def test_a_key_that_the_list_used_before_finds_an_election_that_moved_far():
    rows = read("parlgov", PARLGOV, "2018-06-17,DNK,Denmark,legislative,179,900").rows
    moved = held("dk", "2019-06-05", country="DK", keys=frozenset({("a list", "900")}))
    assert laid(rows, [moved]).matches[0].held == "dk"
    assert laid(rows, [moved], listed="another list").matches[0].became is Became.NEW


def test_what_a_list_said_before_is_known_and_what_it_says_twice_is_held_once():
    rows = read("parlgov", PARLGOV, "2019-06-05,DNK,Denmark,legislative,179,900").rows
    said = held("dk", "2019-06-05", country="DK", said=frozenset({(date(2019, 6, 5), Status.HELD)}))
    assert laid(rows, [said]).matches[0].became is Became.KNOWN
    twice = read("ifes", IFES, *["2015-05-22,IRL,Ireland,Referendum,referendum,national,Held"] * 2).rows
    assert [one.became for one in laid(twice).matches] == [Became.NEW, Became.REPEATED]


def test_a_run_off_that_a_list_lacks_is_told_and_what_it_does_not_cover_is_not():
    rows = read("ifes", IFES, "2017-11-19,CHL,Chile,Election for President,presidential,national,Held",
                "2021-11-21,CHL,Chile,Election for President,presidential,national,Date not confirmed").rows  # fmt: skip
    calendar = [
        held("run-off", "2017-12-17", country="CL", kind=Kind.PRESIDENTIAL, chamber=Chamber.NONE),
        held("elsewhere", "2018-12-17", country="AR", kind=Kind.PRESIDENTIAL, chamber=Chamber.NONE),
        held("before", "2010-01-17", country="CL", kind=Kind.PRESIDENTIAL, chamber=Chamber.NONE),
    ]
    lacks = [fault for fault in laid(rows, calendar).faults if fault.code is FaultCode.LACKING]
    assert [fault.expected for fault in lacks] == ["CL presidential on 2017-12-17"]
    assert len(laid(rows, calendar, since=date(2010, 1, 1)).faults) == 2


def test_the_real_lists_are_read_with_the_faults_that_are_known_of_them(real_data):
    folder = real_data / "elections"
    ifes = (folder / "ifes_electionguide_1998_2021.csv").read_bytes()
    # Without its maker's flags the same faults are found by their rules.
    bare = ifes.replace(b"status_not_updated_after_date", b"").replace(b"legislature_of_other_country", b"")
    for body in (ifes, bare):
        found = read_list(body, "ifes", "ifes", date(2021, 3, 19))
        assert (found.lines, len(found.rows), found.set_aside) == (2410, 2408, 2)
        by_kind = {code: sum(fault.code is code for fault in found.faults) for code in FaultCode}
        assert {code: count for code, count in by_kind.items() if count} == {
            FaultCode.STALE: 94, FaultCode.NO_DATE: 1, FaultCode.OTHER_COUNTRY: 1,
        }  # fmt: skip
    wrong = next(fault for fault in found.faults if fault.code is FaultCode.OTHER_COUNTRY)
    assert "Dáil" in wrong.found
    assert wrong.expected == "IRL"
    parlgov = read_list((folder / "parlgov_elections_1900_2023.csv").read_bytes(), "parlgov", "parlgov")
    assert (parlgov.lines, len(parlgov.rows), parlgov.faults) == (1027, 1027, ())
