"""What a watch is told: a TOML file, all of its faults said at once."""

__all__ = ["FolderToWatch", "TopicToWatch", "WatchConfig", "read_config"]

import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from hustings.detection.settings import DetectSettings
from hustings.errors import BadInput, Problem

Seconds = Annotated[float, Field(gt=0, le=86_400)]
# What a watch answers for itself: where it stands in a topic is in its own log, never with the broker.
OURS = ("enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "bootstrap.servers", "group.id")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FolderToWatch(_Part):
    """A folder in which trace tables appear; a file counts as whole once it has not changed for `settle_s`."""

    path: Path
    settle_s: Annotated[float, Field(ge=0, le=3_600)] = 2.0
    patience_s: Seconds = 60.0

    @property
    def name(self) -> str:
        """How the log calls it."""
        return f"folder {self.path}"


class TopicToWatch(_Part):
    """A Kafka topic of trace events; `options` go to the client as they are."""

    servers: Annotated[str, Field(min_length=1)]
    topic: Annotated[str, Field(min_length=1)]
    format: Literal["json", "arrow"] = "json"
    options: dict[str, str | int | float | bool] = {}

    @field_validator("options")
    @classmethod
    def _not_ours(cls, options: dict[str, Any]) -> dict[str, Any]:
        taken = [name for name in options if name in OURS]
        if taken:
            raise ValueError(f"{', '.join(taken)} cannot be set: the watch keeps its own place in a topic")
        return options

    @property
    def name(self) -> str:
        """How the log calls it."""
        return f"kafka {self.servers} {self.topic}"


class _Detect(_Part):
    window_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    horizon_s: Annotated[float, Field(gt=0, le=7 * 86_400)] | None = None
    fdr: Annotated[float, Field(gt=0, le=1)] = 0.05
    seed: Annotated[int, Field(ge=0)] = 0
    declared: Path | None = None
    same_actor: Path | None = None
    most_pairs: Annotated[int, Field(gt=0)] = 25_000_000


class WatchConfig(_Part):
    """One watch.

    state       folder of the log: what was read, and where in each source
    out         folder of results; `now` in it leads to those of the last run
    keep_days   events older than this, counted in whole days before the newest, leave
    most_rows   more events than this are not kept: the oldest hours leave first
    every_s     two runs begin at least so far apart
    ahead_s     an event further ahead of the clock than this is set aside
    silence_days   a member with no tying post for so long has gone silent
    """

    state: Path
    out: Path
    keep_days: Annotated[int, Field(ge=1, le=3_650)] = 28
    most_rows: Annotated[int, Field(ge=1_000)] = 20_000_000
    every_s: Annotated[float, Field(ge=0, le=86_400)] = 15.0
    ahead_s: Annotated[float, Field(ge=0)] = 86_400.0
    silence_days: Annotated[float, Field(gt=0)] = 7.0
    detect: _Detect = _Detect()
    folder: tuple[FolderToWatch, ...] = ()
    kafka: tuple[TopicToWatch, ...] = ()

    def settings(self) -> DetectSettings:
        """What each run of detect is told."""
        told = self.detect
        return DetectSettings(
            window=timedelta(seconds=told.window_s),
            horizon=None if told.horizon_s is None else timedelta(seconds=told.horizon_s),
            rate=told.fdr, seed=told.seed, most_pairs=told.most_pairs,
        )  # fmt: skip


def read_config(place: Path) -> WatchConfig:
    """Read a watch's configuration; paths in it are relative to its own folder.

    Raises   BadInput with all problems: what is unknown, missing, of another type, out of range, or not there
    """
    try:
        told = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem(where=str(place), found=str(error), expected="a readable TOML file", do="Mend the file.")
        raise BadInput("The watch cannot begin.", [problem]) from error
    problems: list[Problem] = []
    config = None
    try:
        config = WatchConfig.model_validate(told)
    except ValidationError as error:
        problems += [_problem(place, one) for one in error.errors()]
    problems += [*_not_there(place, told), *_do_not_fit(place, told)]
    if problems or config is None:
        raise BadInput("The watch cannot begin.", problems)
    return _beside(config, place.parent)


def _problem(place: Path, error: Any) -> Problem:
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    given = error["input"]
    found = "nothing" if error["type"] == "missing" else repr(given) if isinstance(given, str | int | float) else "this"
    if error["type"] == "extra_forbidden":
        return Problem(
            where=f"{place}, {where}", found="a setting of that name", expected="a setting that there is",
            do="Look for a slip in its name.",
        )  # fmt: skip
    expected = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if error["type"] in {"missing", "path_type"}:
        expected = "a value" if error["type"] == "missing" else "a path as text"
    return Problem(where=f"{place}, {where or 'the whole'}", found=found, expected=expected, do="Mend it.")


def _not_there(place: Path, told: dict[str, Any]) -> list[Problem]:
    """Folders and files that are named and are not there."""
    problems = []
    folders = told.get("folder", [])
    for number, one in enumerate(folders if isinstance(folders, list) else [], 1):
        path = one.get("path") if isinstance(one, dict) else None
        if isinstance(path, str) and not (place.parent / path).is_dir():
            problems.append(
                Problem(where=f"{place}, folder.{number}.path", found=path, expected="a folder that is there", do="Make it, or name another.")
            )  # fmt: skip
    detect = told.get("detect", {})
    for name, what in (("declared", "allow list"), ("same_actor", "list of accounts of one person")):
        named = detect.get(name) if isinstance(detect, dict) else None
        if isinstance(named, str) and not (place.parent / named).is_file():
            problems.append(
                Problem(where=f"{place}, detect.{name}", found=named, expected="a file that is there", do=f"Name the {what}.")
            )  # fmt: skip
    return problems


def _do_not_fit(place: Path, told: dict[str, Any]) -> list[Problem]:
    """What is wrong between settings that are right one by one; said beside what is wrong with single ones."""
    problems = []
    detect = told.get("detect", {})
    if isinstance(detect, dict):
        window, horizon = detect.get("window_s", 60.0), detect.get("horizon_s")
        if isinstance(window, int | float) and isinstance(horizon, int | float) and horizon < 2 * window:
            problems.append(
                Problem(
                    where=f"{place}, detect.horizon_s", found=f"{horizon:g}, under two windows", expected=f"{2 * window:g} or more",
                    do="Name a longer one: else everything would be close.",
                )
            )  # fmt: skip
    sources = [(kind, one) for kind in ("folder", "kafka") for one in told.get(kind, []) if isinstance(one, dict)]
    if not sources:
        problems.append(
            Problem(where=str(place), found="nothing to watch", expected="a [[folder]] or a [[kafka]]", do="Name one.")
        )
    keys = Counter((kind, str(one.get("path", one.get("servers"))), str(one.get("topic"))) for kind, one in sources)
    problems += [
        Problem(
            where=f"{place}, {kind}", found=f"{name} {count} times", expected="each source once", do="Take one away."
        )
        for (kind, name, _), count in keys.items()
        if count > 1
    ]
    return problems


def _beside(config: WatchConfig, base: Path) -> WatchConfig:
    lists = {"declared": config.detect.declared, "same_actor": config.detect.same_actor}
    return config.model_copy(
        update={
            "state": base / config.state, "out": base / config.out,
            "folder": tuple(one.model_copy(update={"path": base / one.path}) for one in config.folder),
            "detect": config.detect.model_copy(update={name: None if place is None else base / place for name, place in lists.items()}),
        }
    )  # fmt: skip
