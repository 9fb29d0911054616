"""The US register of foreign agents (FARA): registrants, and the principals they act for."""

__all__ = ["looks_like_fara", "read_fara"]

from datetime import date, datetime
from pathlib import Path

from hustings.connectors.registers.text import bad_rows, csv_rows, read_text
from hustings.errors import Problem
from hustings.screening.countries import country_code
from hustings.screening.register.edition import Contact, Edition, Entry, digest_of
from hustings.screening.register.foreign import AGENT, PRINCIPAL

AGENTS, PRINCIPALS = "FARA_All_Registrants.csv", "FARA_All_ForeignPrincipals.csv"
AGENT_COLUMNS = ("Registration_Number", "Registration_Date", "Termination_Date", "Name")
PRINCIPAL_COLUMNS = (
    "Foreign_Principal", "Foreign_Principal_Registration_Date", "Foreign_Principal_Termination_Date",
    "Country/Location_Represented", "Registration_Number",
)  # fmt: skip


def looks_like_fara(line: str) -> bool:
    """Either file of the bulk data."""
    return "Registration_Number" in line and ("Registrant_Name" in line or "Business_Name" in line)


def read_fara(path: Path, published: date) -> Edition:
    """Read the folder of the bulk files, or one of them (then the other beside it, if it is there).

    Gives    agents and principals as entries under the agent's registration number. Terminated ones keep
             their end: they are history.
    Edges    a principal whose country is no country we know (a region, "INTERNATIONAL") has none.
    """
    folder = path if path.is_dir() else path.parent
    named = [] if path.is_dir() else [path]
    places = [*named, *(folder / name for name in (AGENTS, PRINCIPALS) if folder / name not in named)]
    entries: list[Entry] = []
    problems: list[Problem] = []
    digests = []
    unread: set[str] = set()
    torn: list[str] = []

    def joined(header: list[str], cells: list[str]) -> list[str] | None:
        whole = _joined(header, cells)
        if whole is not None:
            torn.append(whole[header.index("Registration_Number")])
        return whole

    for place in places:
        if not place.is_file():
            continue
        text, raw = read_text(place)
        digests.append(raw)
        principal = "Foreign_Principal" in text.split("\n", 1)[0]
        rows = csv_rows(place, text, PRINCIPAL_COLUMNS if principal else AGENT_COLUMNS, joined)
        for number, row in enumerate(rows, 2):
            try:
                entries.append(_principal(row, unread) if principal else _agent(row))
            except ValueError as error:
                problems.append(
                    Problem(
                        where=f"{place}, row {number}",
                        found=str(error),
                        expected="dates as MM/DD/YYYY and a name",
                        do="Mend the row, or get the file again.",
                    )
                )
    if problems:
        raise bad_rows(path, problems)
    notes = []
    if torn:
        notes.append(
            f"{len(torn)} rows in which a quotation mark tore a cell apart were joined again (registrations "
            f"{', '.join(dict.fromkeys(torn))})."
        )
    if unread:
        shown = ", ".join(sorted(unread)[:12]) + (f" and {len(unread) - 12} more" if len(unread) > 12 else "")
        notes.append(f"Principals from places that are no country we know have none: {shown}.")
    return Edition(
        name="FARA registrants and principals", scheme="fara", published=published, digest=digest_of(sorted(digests)),
        entries=tuple(entries), source="https://efile.fara.gov/", notes=tuple(notes),
    )  # fmt: skip


def _joined(header: list[str], cells: list[str]) -> list[str] | None:
    """The publisher writes a quotation mark inside a cell so that commas after it cut: put such a cell together."""
    more = len(cells) - len(header)
    dates = [place for place, name in enumerate(header) if name.endswith("_Date")]
    number = header.index("Registration_Number")
    for place in range(len(header) if more > 0 else 0):
        whole = [*cells[:place], ",".join(cells[place : place + more + 1]), *cells[place + more + 1 :]]
        if '"' in cells[place] and whole[number].strip().isdigit() and all(_is_day(whole[day]) for day in dates):
            whole[place] = whole[place].replace('"', "")
            return whole
    return None


def _is_day(text: str) -> bool:
    try:
        _day(text.strip())
    except ValueError:
        return False
    return True


def _agent(row: dict[str, str]) -> Entry:
    return Entry(
        number=row["Registration_Number"], name=_named(row["Name"]), kind=AGENT, country="US",
        also=(row["Business_Name"],) if row.get("Business_Name") else (), contacts=_contact(row),
        since=_day(row["Registration_Date"]), until=_day(row["Termination_Date"]),
    )  # fmt: skip


def _principal(row: dict[str, str], unread: set[str]) -> Entry:
    place = row["Country/Location_Represented"]
    country = country_code(place) or ""
    if place and not country:
        unread.add(place.title())
    agent = row.get("Registrant_Name", "")
    return Entry(
        number=row["Registration_Number"], name=_named(row["Foreign_Principal"]), kind=PRINCIPAL, country=country,
        contacts=_contact(row), related=(agent,) if agent else (),
        since=_day(row["Foreign_Principal_Registration_Date"]), until=_day(row["Foreign_Principal_Termination_Date"]),
    )  # fmt: skip


def _named(name: str) -> str:
    if not name.strip("' "):
        raise ValueError("no name")
    return name.strip("' ")


def _contact(row: dict[str, str]) -> tuple[Contact, ...]:
    street = " ".join(filter(None, (row.get("Address_1"), row.get("Address_2"))))
    contact = Contact(
        street=street, city=row.get("City", ""), state=row.get("State", ""), postal_code=row.get("Zip", "")
    )
    return () if contact.empty else (contact,)


def _day(text: str) -> date | None:
    return datetime.strptime(text, "%m/%d/%Y").date() if text else None  # noqa: DTZ007 - a day, no moment
