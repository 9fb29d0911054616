"""Names to guard, from an operator's list, and from the committees of a register."""

__all__ = ["from_committees", "read_known", "sponsors_of"]

from pathlib import Path

from hustings.connectors.registers.text import bad_rows, csv_rows, read_text
from hustings.errors import Problem
from hustings.screening.names import FORBIDDEN, OFFICIAL, SPONSOR, Known
from hustings.screening.register.edition import Edition
from hustings.screening.register.names import FORMS, PLACES, SORTS, words

# What stands before or after a candidate's name in that of the committee.
BEFORE = ("friends of", "supporters of", "citizens for", "people for", "volunteers for", "americans for")
NO_NAMES = PLACES | {"citizens", "people", "women", "winning", "volunteers", "americans", "american", "national", "new"}


def read_known(path: Path) -> tuple[Known, ...]:
    """Read a CSV with the columns `name` and `kind` (official, sponsor, forbidden), and if there are `office`, `number`, `also`.

    Several names in `also` are separated by semicolons.
    """
    text, _ = read_text(path)
    found, problems = [], []
    for number, row in enumerate(csv_rows(path, text, ("name", "kind")), 2):
        if row["kind"] not in {OFFICIAL, SPONSOR, FORBIDDEN} or not row["name"]:
            problems.append(
                Problem(
                    where=f"{path}, row {number}",
                    found=f"name {row['name']!r}, kind {row['kind']!r}",
                    expected=f"a name, and {OFFICIAL}, {SPONSOR} or {FORBIDDEN}",
                    do="Mend the row.",
                )
            )
            continue
        also = tuple(one.strip() for one in row.get("also", "").split(";") if one.strip())
        found.append(
            Known(
                name=row["name"],
                kind=row["kind"],
                office=row.get("office", ""),
                number=row.get("number", ""),
                also=also,
            )
        )
    if problems:
        raise bad_rows(path, problems)
    return tuple(found)


def sponsors_of(edition: Edition) -> tuple[Known, ...]:
    """Every entry of a register as a sponsor whose name is taken."""
    return tuple(Known(name=entry.name, kind=SPONSOR, number=entry.number) for entry in edition.entries if entry.name)


def from_committees(edition: Edition, kinds: tuple[str, ...]) -> tuple[Known, ...]:
    """Candidates as far as the names of their committees tell ("Ann Example for Senate", "Friends of Ann Example").

    Limits   a committee that bears only a family name, or a slogan, tells nobody's full name; a list of
             officials that the operator loads is better where there is one.
    """
    found: dict[str, Known] = {}
    for entry in edition.entries:
        if entry.kind not in kinds:
            continue
        said = " ".join(words(entry.name))
        led = next((lead for lead in BEFORE if said.startswith(f"{lead} ")), None)
        if led is None and " for " not in said:
            continue
        told = (said.removeprefix(f"{led} ") if led else said).split(" for ")[0].split()
        told = [word for word in told if word not in SORTS | FORMS]
        if len(told) in {2, 3} and all(word.isalpha() for word in told) and not set(told) & NO_NAMES:
            if len(told[0]) > 2 and len(told[-1]) > 2:
                name = " ".join(told).title()
                found.setdefault(name, Known(name=name, kind=OFFICIAL, office=entry.kind))
    return tuple(found.values())
