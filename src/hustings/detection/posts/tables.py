"""The posts table: one row per post, with what signals make traces of; read in batches, all of its faults said at once."""

__all__ = ["LISTS", "OPTIONAL", "REQUIRED", "SCHEMA", "STAMP", "TIMES", "PostTables", "posts_in_memory"]

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from hustings.detection.posts.columns import BATCH, LISTS, OPTIONAL, REQUIRED, SCHEMA, STAMP, TIMES
from hustings.detection.posts.files import Whole, opened, wrong_columns
from hustings.detection.tables import damaged
from hustings.errors import BadInput, Problem


class PostTables:
    """One or more posts tables (Parquet, Arrow, CSV, JSON Lines), read as one.

    Reads    required: `platform`, `actor`, `content` (names), `at` (a timestamp, UTC where it has no zone). Optional and
             nullable: see `SCHEMA`. Other columns ride along in the file and are not read. In CSV an empty field is a null,
             a list is a JSON list or its values between spaces; in CSV and JSON Lines a time is ISO 8601, or the seconds,
             milliseconds or microseconds since 1970, one unit throughout a column.
    Gives    `batches()`: record batches of at most 100,000 posts with the columns asked for in the types of `SCHEMA`,
             those that a file lacks as nulls. A post without platform, actor, content or time is left out.
    After    `batches()` has run, `read` and `skipped` count the rows; a table with faults has raised BadInput with all.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(map(Path, paths))
        self.read = 0
        self.skipped = 0
        # What a file of JSON Lines has is known after a walk through all of it, which is made once.
        self._known: dict[Path, list[str]] = {}

    def columns(self) -> frozenset[str]:
        """The columns of `SCHEMA` that at least one of the files has.

        Raises   BadInput: with all that is wrong with the columns of any file.
        """
        problems: list[Problem] = []
        sources = [source for path in self.paths if (source := opened(path, problems, self._known)) is not None]
        if problems:
            raise self._bad(problems)
        return frozenset(name for source in sources for name in source.names if name in SCHEMA.names)

    def batches(self, wanted: Collection[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Give the posts of all files in order; `wanted` names optional columns (all where None)."""
        self.read = self.skipped = 0
        problems: list[Problem] = []
        sources = [source for path in self.paths if (source := opened(path, problems, self._known)) is not None]
        if problems:
            raise self._bad(problems)
        columns = [name for name in SCHEMA.names if name in REQUIRED or wanted is None or name in wanted]
        for source in sources:
            try:
                for rows in source.batches(columns):
                    self.read += len(rows)
                    batch = source.normal(rows, columns, problems)
                    if not problems:
                        self.skipped += len(rows) - len(batch)
                        yield batch
            except (pa.ArrowException, UnicodeDecodeError) as error:
                problems.append(damaged(source.path, error))
            except OSError as error:
                if error.errno is not None:
                    raise
                problems.append(damaged(source.path, error))
            problems += source.problems()
        if problems:
            raise self._bad(problems)

    def _bad(self, problems: Sequence[Problem]) -> BadInput:
        return BadInput(f"Cannot use {', '.join(map(str, self.paths))} as a posts table.", problems)


def posts_in_memory(table: pa.Table) -> pa.Table:
    """A table already in memory with the columns and types of `SCHEMA`, posts without a required value left out.

    Raises   BadInput, with all that is wrong.
    """
    problems = wrong_columns("the table", table.schema)
    if not problems:
        source = Whole(Path("the table"), table.schema.names)
        columns = list(SCHEMA.names)
        parts = [source.normal(rows, columns, problems) for rows in table.to_batches(BATCH)]
    if problems:
        raise BadInput("Cannot use this as a posts table.", problems)
    return pa.Table.from_batches(parts, SCHEMA)
