"""What the pages on signals are made by, and posts tables written as text."""

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from hustings.detection.posts.tables import LISTS, SCHEMA, TIMES
from hustings.detection.signals import SignalSettings

DOCS = Path(__file__).parents[1] / "docs"
DAY = datetime(2026, 9, 1, tzinfo=UTC)


def pages():
    """docs/signals.py as a module."""
    spec = importlib.util.spec_from_file_location("signal_pages_made", DOCS / "signals.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def moment(text):
    """`12:00:10` is on the day of the examples."""
    return datetime.fromisoformat(text if "-" in text else f"{DAY:%Y-%m-%d} {text}").replace(tzinfo=UTC)


def posts_of(rows):
    """A posts table of rows of text; an empty cell is a null."""

    def value(name, cell):
        if not cell:
            return None
        return moment(cell) if name in TIMES else cell.split() if name in LISTS else cell

    return pa.Table.from_pylist([{name: value(name, cell) for name, cell in row.items()} for row in rows], SCHEMA)


def settings_of(told):
    """Settings of text."""
    kinds = {name: type(value) for name, value in vars(SignalSettings()).items()}
    return SignalSettings(**{
        name: timedelta(seconds=float(value)) if kinds[name] is timedelta else kinds[name](value) for name, value in told.items()
    })  # fmt: skip
