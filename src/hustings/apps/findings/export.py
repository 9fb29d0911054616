"""A finding as files: JSON, CSV and Parquet, each with its marking, all with pseudonyms."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.http import HttpResponse

from hustings.apps.console.marking import of_label
from hustings.apps.console.table import safe
from hustings.apps.findings import find
from hustings.apps.findings.models import Finding
from hustings.apps.findings.told import record_of

__all__ = ["FORMS", "WHAT", "as_file"]

WHAT = ("finding", "members", "links", "evidence")
FORMS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}

SCHEMAS = {
    "members": pa.schema([
        ("number", pa.int64()), ("pseudonym", pa.string()), ("platform", pa.string()), ("score", pa.float64()), ("basis", pa.string()),
        ("links", pa.int64()), ("acts", pa.int64()), ("things", pa.int64()),
    ]),
    "links": pa.schema([
        ("a", pa.int64()), ("actor_a", pa.string()), ("b", pa.int64()), ("actor_b", pa.string()), ("acts", pa.int64()),
        ("traces", pa.int64()), ("kinds", pa.list_(pa.string())), ("basis", pa.string()), ("p_timing", pa.float64()),
        ("q_timing", pa.float64()), ("p_content", pa.float64()), ("q_content", pa.float64()), ("p_office", pa.float64()),
        ("q_office", pa.float64()), ("p_rhythm", pa.float64()), ("q_rhythm", pa.float64()), ("near", pa.int64()), ("expected_acts", pa.float64()),
        ("near_kind", pa.string()),
    ]),
    "evidence": pa.schema([
        ("number", pa.int64()), ("a", pa.int64()), ("actor_a", pa.string()), ("b", pa.int64()), ("actor_b", pa.string()),
        ("kind", pa.string()), ("trace", pa.string()), ("content_a", pa.int64()), ("content_b", pa.int64()),
        ("at_a", pa.timestamp("us", "UTC")), ("at_b", pa.timestamp("us", "UTC")), ("gap_s", pa.float64()),
    ]),
}  # fmt: skip


PARTS: dict[str, Callable[[Finding], Iterable[dict[str, Any]]]] = {
    "members": find.members,
    "links": find.links,
    "evidence": find.evidence,
}


def as_file(finding: Finding, what: str, form: str) -> HttpResponse:
    """One part of a finding in one form. Who calls this has asked for the act `export`.

    Gives    JSON: an object with the marking and the rows; CSV: the marking as the last column of every row; Parquet: the
             marking in the file's metadata. A finding itself is one row.
    """
    marking = of_label(finding.item.label).words
    if what == "finding":
        rows: list[dict[str, Any]] = [{"id": str(finding.pk), "run": str(finding.run_id), **record_of(finding)}]
    else:
        rows = list(PARTS[what](finding))
    content = WRITERS[form](what, rows, marking)
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="finding-{finding.pk}-{what}.{form}"'
    return response


def plain(value: object) -> object:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, datetime) else value


def as_json(what: str, rows: Sequence[dict[str, Any]], marking: str) -> bytes:
    """An object with the marking first."""
    said = [{name: plain(value) for name, value in row.items()} for row in rows]
    body = {"marking": marking, **(said[0] if what == "finding" else {what: said})}
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(what: str, rows: Sequence[dict[str, Any]], marking: str) -> bytes:
    """A table; lists are joined by semicolons, objects are JSON."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = list(rows[0]) if rows else SCHEMAS[what].names
    writer.writerow([*names, "marking"])
    for row in rows:
        writer.writerow([*(safe(flat(value)) for value in row.values()), marking])
    return text.getvalue().encode()


def flat(value: object) -> object:
    """A value that fits a cell."""
    if isinstance(value, list):
        return "; ".join(str(flat(each)) for each in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else plain(value)


def as_parquet(what: str, rows: Sequence[dict[str, Any]], marking: str) -> bytes:
    """A Parquet file, zstd."""
    if what == "finding":
        table = pa.Table.from_pylist([{name: flat(value) for name, value in row.items()} for row in rows])
    else:
        schema = SCHEMAS[what]
        columns = {name: [row[name] for row in rows] for name in schema.names}
        table = pa.table(columns, schema=schema)
    held = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"marking": marking}), held, compression="zstd")
    return held.getvalue()


WRITERS = {"json": as_json, "csv": as_csv, "parquet": as_parquet}
