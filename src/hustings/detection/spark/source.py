"""The source: Parquet anywhere that Hadoop reads, as a trace table, rows with a null left out."""

__all__ = ["Source", "read_source"]

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hustings.detection.spark.pieces import Piece, pieces_of
from hustings.detection.tables import COLUMNS, wrong_columns
from hustings.errors import BadInput, Problem

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Source:
    """A trace table, as Spark reads it (names as strings, `at` as microseconds UTC) or in pieces that tasks read.

    read   its rows, those with a null too
    """

    rows: "DataFrame | None"
    pieces: tuple[Piece, ...]
    read: int


def read_source(session: "SparkSession", places: Sequence[str]) -> Source:
    """Open Parquet files or folders of them, by URL, as one table.

    What lies on a disk is read by the tasks, which takes a fraction of what Spark's own way of rows takes.

    Raises   BadInput: no such place, not Parquet, columns missing or of another type.
    """
    from pyspark.errors import AnalysisException, PySparkException  # noqa: PLC0415
    from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415

    where = ", ".join(places)
    pieces = pieces_of(places)
    if pieces is not None:
        return Source(rows=None, pieces=pieces, read=sum(piece.rows for piece in pieces))
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
    return Source(rows=table.where(nulls).selectExpr(*names, at), pieces=(), read=read)


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
