"""A Spark session for commands that run on a cluster."""

__all__ = ["SPARK_OPTIONS", "address", "spark_options", "spark_session"]

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from hustings.errors import BadInput, EnvironmentLacks

Command = TypeVar("Command", bound=Callable[..., Any])
# What our tasks need; anything can be said otherwise with --conf.
SPARK_OPTIONS = {
    # Bytes are dealt by us into as many parts as there are to be.
    "spark.sql.adaptive.enabled": "false",
    # All that Spark deals by itself is a count of links by kind: by default into 200 tasks with a row or none each.
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "250000",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(1 << 26),
    "spark.driver.maxResultSize": "0",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


def spark_options(command: Command) -> Command:
    """The options of a command that can run on a cluster."""
    master = click.option(
        "--master",
        metavar="URL",
        help="With --engine spark: the cluster (spark://host:7077, yarn, k8s://..., local[2]).",
    )
    conf = click.option(
        "--conf", multiple=True, metavar="KEY=VALUE", help="With --engine spark: a setting of Spark. May be repeated."
    )
    return master(conf(command))


def address(place: str) -> str:
    """A place as Spark takes it: an address as it is, a file's name as a whole path."""
    return place if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", place) else f"file://{Path(place).absolute()}"


@contextmanager
def spark_session(master: str | None, conf: Sequence[str]) -> Iterator[tuple[Any, Path]]:
    """A session of Spark, and a folder for what it brings to the workers; both are gone at the end.

    Raises   EnvironmentLacks: no PySpark, no Java, no cluster, or a cluster that gave up.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise EnvironmentLacks("The Spark engine needs PySpark: install `hustings[spark]` here and on the workers.")
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if os.environ.get("JAVA_HOME") else shutil.which("java")
    if java is None or not Path(java).exists():
        raise EnvironmentLacks("The Spark engine needs Java 17 or later (JAVA_HOME, or `java` on the path).")
    from pyspark.core.context import Py4JError  # type: ignore[attr-defined]
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    given = {"spark.pyspark.python": os.environ.get("PYSPARK_PYTHON", sys.executable), **SPARK_OPTIONS}
    for line in conf:
        key, sign, value = line.partition("=")
        if not sign:
            raise click.BadParameter(f"{line!r} is not KEY=VALUE.", param_hint="--conf")
        given[key] = value
    builder = SparkSession.builder.appName("hustings")
    if master is not None:
        builder = builder.master(master)
    for key, value in given.items():
        builder = builder.config(key, value)
    session = None
    with tempfile.TemporaryDirectory(prefix="hustings-") as folder:
        try:
            session = builder.getOrCreate()
            yield session, Path(folder)
        except (PySparkException, Py4JError) as error:
            raise _said(error) from error
        finally:
            if session is not None:
                session.stop()


def _said(error: Exception) -> Exception:
    """What a cluster's error means to a person."""
    text = str(error)
    found = re.search(r"hustings\.errors\.BadInput: (.*?)(?:\n\n|\n\tat |\Z)", text, re.DOTALL)
    if found:
        return BadInput(found[1].strip())
    lines = [line for line in text.splitlines() if line.strip()]
    return EnvironmentLacks(
        f"The cluster could not do it: {' '.join(lines[:2])[:400]}. Its own log says more; start again when it is mended."
    )
