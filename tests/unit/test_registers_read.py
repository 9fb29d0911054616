from datetime import date

import pytest
from publicsuffixlist import PublicSuffixList

from hustings.cli.main import main as hustings
from hustings.connectors.registers import read_register
from hustings.connectors.registers.domains import suffixes
from hustings.connectors.registers.fec import read_fec
from hustings.connectors.registers.officials import from_committees, read_known
from hustings.errors import BadInput
from hustings.screening.register.check import Claim, Result, check
from hustings.screening.register.edition import Contact

DAY = date(2020, 1, 1)
ROW = "C00000001|ANN EXAMPLE FOR SENATE|SMITH, JO|1 MAIN ST||SPRINGFIELD|OH|43004|P|S||Q||NONE|S0OH00001\n"


def written(tmp_path, name, text, encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


def test_a_committee_master_file_is_known_by_its_columns(tmp_path):
    held = read_register(written(tmp_path, "cm.txt", ROW + "\n"), published=DAY)
    (entry,) = held.entries
    assert (held.scheme, held.published, held.notes) == ("fec", DAY, ())
    assert (entry.number, entry.kind, entry.also, entry.people) == ("C00000001", "senate candidate", (), ("SMITH, JO",))
    assert entry.contacts[0].postal_code == "43004"
    assert [known.name for known in from_committees(held, ("senate candidate",))] == ["Ann Example"]


def test_without_a_day_the_files_own_stands_and_is_said(tmp_path):
    held = read_register(written(tmp_path, "cm.txt", ROW))
    assert "Nobody named the day" in held.notes[0]


def test_names_of_older_files_stand_beside(tmp_path):
    older = written(tmp_path, "cm14.txt", ROW.replace("ANN EXAMPLE FOR SENATE", "PROGRESS NOW PAC"))
    held = read_fec(written(tmp_path, "cm.txt", ROW), DAY, older=(older,))
    assert check(Claim(scheme="fec", number="C00000001", name="Progress Now PAC"), held).result is Result.FITS
    assert held.digest != read_fec(written(tmp_path, "cm.txt", ROW), DAY).digest


def test_every_bad_row_of_a_cut_file_is_named(tmp_path):
    with pytest.raises(BadInput) as said:
        read_register(written(tmp_path, "cm.txt", ROW + "C00000002|CUT\nX|Y\n"), published=DAY)
    assert [problem.where.rsplit(" ", 1)[-1] for problem in said.value.problems] == ["2", "3"]


AGENTS = '"Registration_Number","Registration_Date","Termination_Date","Name","Business_Name"\n"7","01/02/2010","","Lobby LLP",""\n'
PRINCIPALS = (
    '"Foreign_Principal_Termination_Date","Foreign_Principal","Foreign_Principal_Registration_Date",'
    '"Country/Location_Represented","Registration_Number","Registrant_Name"\n'
    '"","\'Bank of X","03/04/2011","FRANCE","7","Lobby LLP"\n'
    '"","Ministry (MX"") through A"," B (""C"")""","05/06/2012","NEVERLAND","7","Lobby LLP"\n'
)


def test_both_files_of_foreign_agents_are_one_edition_and_torn_rows_are_joined(tmp_path):
    written(tmp_path, "FARA_All_ForeignPrincipals.csv", PRINCIPALS)
    held = read_register(written(tmp_path, "FARA_All_Registrants.csv", AGENTS), published=DAY)
    assert held.digest == read_register(tmp_path, published=DAY).digest
    assert [(entry.kind, entry.name, entry.country) for entry in held.entries] == [
        ("agent", "Lobby LLP", "US"), ("principal", "Bank of X", "FR"), ("principal", "Ministry (MX) through A, B (C)", ""),
    ]  # fmt: skip
    assert "1 rows" in held.notes[0]
    assert "Neverland" in held.notes[1]


def test_a_list_of_domains_stands_before_the_suffix_rules(tmp_path):
    place = written(
        tmp_path,
        "gov.csv",
        "Domain name,Domain type,Organization name,City,State\nohio.gov,State,State of Ohio,Columbus,OH\n",
    )
    held = read_register(place, published=DAY)
    given = Contact(mail="a@vote.ohio.gov")
    assert (
        check(Claim(scheme="domain", number="vote.ohio.gov", name="State of Ohio", contact=given), held).needs_people
        == 0
    )
    assert check(Claim(scheme="domain", number="vote.ohio.gov", name="Elsewhere"), held).needs_people == 1
    assert "names nobody" in check(Claim(scheme="domain", number="army.mil", name="Army"), held).sentences[0]


def test_each_suffix_rule_is_a_public_suffix():
    known = PublicSuffixList()
    rules, _ = suffixes()
    assert [rule.number for rule in rules if known.publicsuffix("x" + rule.number) != rule.number[1:]] == []


MAPPING = """
name = "Parties of Somewhere"
scheme = "de-company"
published = 2024-05-31
[columns]
number = "Reg"
name = "Partei"
also = "Kurz"
street = ["Str", "Nr"]
until = "Ende"
[constants]
country = "Germany"
"""
TABLE = "Reg,Partei,Kurz,Str,Nr,Ende\nAachen HRA 11223,Bund der Mitte,BdM;Mitte,Hauptstr.,5,2023-01-01\n"


def test_any_table_is_a_register_by_its_mapping(tmp_path):
    held = read_register(written(tmp_path, "r.csv", TABLE), mapping=written(tmp_path, "m.toml", MAPPING))
    (entry,) = held.entries
    assert (held.published, entry.also, entry.contacts[0].street, entry.country) == (
        date(2024, 5, 31), ("BdM", "Mitte"), "Hauptstr. 5", "DE",
    )  # fmt: skip
    assert entry.until == date(2023, 1, 1)


def test_faults_of_a_mapping_and_of_rows_are_said_at_once(tmp_path):
    wrong = (
        MAPPING.replace("Partei", "Name").replace('scheme = "de-company"', 'scheme = "X Y"').replace("street", "road")
    )
    with pytest.raises(BadInput) as said:
        read_register(written(tmp_path, "r.csv", TABLE), mapping=written(tmp_path, "m.toml", wrong))
    assert {problem.where.rsplit(", ", 1)[-1] for problem in said.value.problems} == {"scheme", "columns.road"}
    rows = TABLE + "1,,,,,\nAachen HRA 11223,X,,,,31.1.2023\n"
    with pytest.raises(BadInput) as said:
        read_register(written(tmp_path, "r.csv", rows), mapping=written(tmp_path, "m.toml", MAPPING))
    assert len(said.value.problems) == 2


def test_a_file_of_no_register_we_know_says_so(tmp_path):
    with pytest.raises(BadInput, match="columns of no register"):
        read_register(written(tmp_path, "x.csv", "a,b\n1,2\n"))
    with pytest.raises(BadInput, match="empty"):
        read_register(written(tmp_path, "x.csv", ""))


def test_officials_are_read_with_their_kind(tmp_path):
    known = read_known(
        written(tmp_path, "k.csv", "name,kind,office,also\nAnn Example,official,Mayor,Annie E.;A. Example\n")
    )
    assert (known[0].office, known[0].also) == ("Mayor", ("Annie E.", "A. Example"))
    with pytest.raises(BadInput, match="official, sponsor or forbidden"):
        read_known(written(tmp_path, "k.csv", "name,kind\nAnn,senator\n"))


def test_the_command_says_what_an_edition_holds_and_checks_a_claim(tmp_path, capsys):
    place = str(written(tmp_path, "cm.txt", ROW))
    assert hustings(["register", place, "--published", "2020-01-01"]) == 0
    assert "1 entries under 1 numbers" in capsys.readouterr().out
    assert hustings(["register", "check", place, "--number", "C00000001", "--name", "Ann Example", "--class", "A"]) == 0
    assert capsys.readouterr().out.startswith("fits:")
    assert hustings(["register", "check", place, "--number", "C00000001", "--name", "Acme", "--class", "A"]) == 0
    assert "Two people decide." in capsys.readouterr().out
    assert hustings(["register", "check", "--scheme", "ein", "--number", "1", "--name", "x"]) == 0
    assert capsys.readouterr().out.startswith("malformed:")
    assert hustings(["register", "check", "--number", "1", "--name", "x"]) == 2
    assert hustings(["register", str(tmp_path / "none.txt")]) == 2
