"""The source: Parquet anywhere that Hadoop reads, as rows of a trace table, rows with a null left out."""

__all__ = ["Source", "read_source"]

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hustings.detection.tables import COLUMNS, wrong_columns
from hustings.errors import BadInput, Problem

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Source:
    """The rows (names as strings, `at` as microseconds UTC), how many there were, and where."""

    rows: "DataFrame"
    read: int
    places: tuple[str, ...]


def read_source(session: "SparkSession", places: Sequence[str]) -> Source:
    """Open Parquet files or folders of them, by URL, as one table.

    Raises   BadInput: no such place, not Parquet, columns missing or of another type.
    """
    from pyspark.errors import AnalysisException, PySparkException  # noqa: PLC0415
    from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415

    where = ", ".join(places)
    try:
        table = session.read.parquet(*places)
        read = table.count()
    except AnalysisException as error:
        raise _unreadable(where, error) from error
    except PySparkException as error:
        raise _unreadable(where, error) from error
    problems = wrong_columns(where, to_arrow_schema(table.schema, timezone="UTC"))
    if problems:
        raise BadInput(f"Cannot use {where} as a trace table.", problems)
    names = [f"CAST({name} AS STRING) AS {name}" for name in COLUMNS if name != "at"]
    nulls = " AND ".join(f"{name} IS NOT NULL" for name in COLUMNS)
    # A time without a zone is UTC, as everywhere; the session's own zone is set to that.
    at = "unix_micros(CAST(at AS TIMESTAMP)) AS at"
    return Source(rows=table.where(nulls).selectExpr(*names, at), read=read, places=tuple(places))


def _unreadable(where: str, error: Any) -> BadInput:
    return BadInput(
        f"Cannot use {where} as a trace table.",
        [
            Problem(
                where=where,
                found=str(error).splitlines()[0][:300],
                expected="Parquet files, or folders of them, that Spark can read",
                do="Check the address and the rights; make other formats Parquet first (`hustings traces`).",
            )
        ],
    )
