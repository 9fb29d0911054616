"""ParlGov's list of elections to parliaments in democracies of the EU and the OECD: exact days of elections that were held."""

from __future__ import annotations

from datetime import date

from hustings.connectors.elections.reading import code_of, day_of, lines_of
from hustings.connectors.elections.row import Chamber, Fault, FaultCode, List, Row
from hustings.policy.election import Authority, Kind, Level, Status
from hustings.screening.countries import country_name

__all__ = ["read_parlgov"]

COLUMNS = ("election_date", "iso3", "country", "kind", "parlgov_election_id")
LICENCE = "CC0 1.0 by the ParlGov site's word on its Dataverse data. Cite: Döring, Quaas, Hesse and Manow, ParlGov."
KINDS = {"legislative": "Parliamentary election", "european_parliament": "Election to the European Parliament"}


def read_parlgov(body: bytes, name: str, as_of: date | None = None) -> List:
    """Read it. Every row is an election that was held, of the lower house, or of a country's part in the European Parliament.

    as_of    the day for which the list speaks; a row after it is told, since nobody can know its result
    """
    faults: list[Fault] = []
    rows = []
    lines = lines_of(body, name, COLUMNS)
    for number, cells in lines:
        country = code_of(number, cells["iso3"], cells["country"], faults)
        on = day_of(number, cells, "election_date", faults)
        title = KINDS.get(cells["kind"])
        if title is None:
            faults.append(Fault(row=number, code=FaultCode.UNKNOWN_WORD, column="kind", found=repr(cells["kind"][:60]),
                                expected=" or ".join(KINDS), do="Mend the word."))  # fmt: skip
        if country is None or on is None or title is None:
            continue
        if as_of is not None and on > as_of:
            faults.append(Fault(row=number, code=FaultCode.STALE, column="election_date", found=f"{on}, after the list's own day",
                                expected=f"not after {as_of}", do="Look whether --as-of is right."))  # fmt: skip
        union = cells["kind"] == "european_parliament"
        rows.append(Row(
            number=number, country=country, name=f"{title}, {country_name(country)}", level=Level.SUPRANATIONAL if union else Level.NATIONAL,
            kind=Kind.LEGISLATIVE, on=on, status=Status.HELD, key=cells["parlgov_election_id"],
            chamber=Chamber.NONE if union else Chamber.LOWER,
        ))  # fmt: skip
    return List(
        rows=tuple(rows),
        faults=tuple(faults),
        lines=len(lines),
        authority=Authority.RESEARCH,
        licence=LICENCE,
        source="ParlGov",
    )
