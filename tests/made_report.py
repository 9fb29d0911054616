"""Rows as a report is counted over, small enough to count by hand."""

import copy

from hustings.report.counting.basis import Basis

AT = "2026-11-22T12:00:00Z"
TARGET = {
    "action": "ban page",
    "kind": "page",
    "platform": "m",
    "countries": ["DE", "AT"],
    "source": "SOURCE_VOLUNTARY",
    "machine": True,
}
TABLES = {
    "assets": [
        {"key": "a", "kind": "page", "platform": "m", "name": "one", "state": "accepted", "followers": 200, "posts": 40, "names": 2},
        {"key": "b", "kind": "page", "platform": "m", "name": "two", "state": "accepted", "followers": 90, "posts": 2, "names": 1},
        {"key": "c", "kind": "account", "platform": "i", "name": "three", "state": "proposed", "followers": 9999},
        {"key": "d", "kind": "domain", "platform": "", "name": "x.example", "state": "accepted"},
    ],
    "ads": [
        {"key": "1", "created": "2016-11-01T10:00:00-08:00", "amount": "100.50", "currency": "RUB", "instrument_currency": "RUB", "impressions": 100, "clicks": 7},
        {"key": "2", "created": "2016-11-08T23:00:00-08:00", "amount": "0.50", "currency": "USD", "instrument_currency": "RUB", "impressions": 300, "clicks": 0},
        {"key": "3", "created": "2017-02-01T10:00:00-08:00", "amount": None, "currency": None, "impressions": 0, "clicks": 0},
        {"key": "4", "created": None, "amount": "2000", "currency": "USD", "impressions": None, "clicks": None},
    ],
    "gatherings": [
        {"key": "g", "day": "2017-05-02", "viewers": 4000, "interested": 4700, "going": None, "ads": 3, "held": "took place"},
        {"key": "h", "day": "2017-06-02", "viewers": None, "interested": 30, "going": None, "ads": 1, "held": None},
    ],
    "opposed": [{"key": "g-h", "sure": True}],
    "leads": [
        {"key": "l", "source": "press", "at": "2026-10-03T00:00:00Z", "state": "taken up", "case_opened": "2026-10-05T00:00:00Z"},
        {"key": "k", "source": "agency", "at": "2026-10-01T00:00:00Z", "state": "taken up", "case_opened": "2026-10-05T00:00:00Z"},
    ],
    "targets": [
        TARGET | {"key": "t", "ordered": AT, "done": "2026-10-11T00:00:00Z", "undone": "2026-10-12T00:00:00Z", "noticed": AT},
        TARGET | {"key": "u", "ordered": AT, "done": "2026-10-20T00:00:00Z", "undone": None, "noticed": None, "machine": False},
        TARGET | {"key": "v", "ordered": AT, "done": None},
    ],
    "appeals": [{"key": "p", "outcome": "upheld"}, {"key": "q", "outcome": ""}],
    "told": [{"key": "w", "whom": "police of the place", "at": AT}, {"key": "x", "whom": "press", "at": None}],
    "origins": [{"key": "o", "claim": "A troll house", "confidence": "low", "dissents": 1, "alternatives": "pranksters"}],
    "says": [{"key": "s", "what": "narrative", "value": "The count is rigged"}],
    "indicators": [{"key": "a", "kind": "page", "platform": "m", "value": "one"}],
    "reach": [{"key": "all", "people": 900, "low": 850, "high": 960, "method": "Counted in sketches.", "modelled": False}],
}  # fmt: skip


def basis(**changed):
    tables = {name: rows for name, rows in (copy.deepcopy(TABLES) | changed).items() if rows is not None}
    return Basis(as_of=AT, scope="a test", tables=tables)
