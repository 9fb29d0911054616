"""A watch: what it is told, what it reads, what it keeps, and that nothing is lost or counted twice."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from hustings.errors import BadInput
from hustings.watch.config import FolderToWatch, read_config
from hustings.watch.events import Events, Reject, from_json
from hustings.watch.folder import FolderSource
from hustings.watch.log import Log
from hustings.watch.watch import Watch

START = 1_630_368_000_000_000
LATEST = START * 2


def rows(count, first=0, day=0):
    """Five actors of which three act together, over three days."""
    at = [START + (day + n % 3) * 86_400_000_000 + n * 7_000_000 for n in range(first, first + count)]
    return pa.table({
        "platform": ["x"] * count, "actor": [f"a{n % 5}" for n in range(first, first + count)], "kind": ["link"] * count,
        "trace": [f"t{n // 5}" for n in range(first, first + count)], "content": [f"p{n}" for n in range(first, first + count)],
        "at": pa.array(at, pa.timestamp("us", "UTC")),
    })  # fmt: skip


def told(place, more="", folder="settle_s = 0"):
    (place / "in").mkdir(exist_ok=True)
    config = place / "watch.toml"
    config.write_text(f'state = "state"\nout = "out"\nevery_s = 0\n{more}\n[[folder]]\npath = "in"\n{folder}\n')
    return read_config(config)


def events_of(log):
    return pa.concat_tables([Events().rows, *map(log.read, log.batches())])


def test_a_configuration_tells_all_of_its_faults_at_once(tmp_path):
    config = tmp_path / "w.toml"
    config.write_text(
        'out = 3\nkeep_days = 0\nkeeep = 1\n[detect]\nfdr = 2\nhorizon_s = 60\ndeclared = "none.csv"\nsame_actor = "no.csv"\n'
        '[[folder]]\npath = "none"\n[[folder]]\npath = "none"\n'
        '[[kafka]]\nservers = "h:1"\ntopic = "t"\noptions = {"group.id" = "g"}\n'
    )
    with pytest.raises(BadInput) as raised:
        read_config(config)
    where = [problem.where.partition(", ")[2] for problem in raised.value.problems]
    assert sorted(where) == sorted([
        "state", "out", "keep_days", "keeep", "detect.fdr", "detect.horizon_s", "detect.declared", "detect.same_actor", "folder.1.path",
        "folder.2.path", "folder", "kafka.1.options",
    ])  # fmt: skip


def test_bad_events_are_set_aside_with_a_reason_and_never_stop_the_rest():
    good = {"platform": "x", "actor": 7, "kind": "link", "trace": "t", "content": "c", "at": 1_630_368_000}
    lines = [
        json.dumps(good), "no", "[]", json.dumps({**good, "at": "soon"}), json.dumps({**good, "trace": {}}),
        json.dumps({**good, "trace": None}), json.dumps({**good, "at": 9e9}), '{"platform": "\\ud800"}',
        json.dumps({**good, "at": "2021-08-31T00:00:00.5+02:00"}),
    ]  # fmt: skip
    found = from_json([line.encode() for line in lines], [str(n) for n in range(len(lines))], LATEST)
    assert found.rows["at"].cast(pa.int64()).to_pylist() == [START, START - 7_199_500_000]
    assert found.rows["actor"].to_pylist() == ["7", "7"]
    assert (found.read, found.skipped) == (len(lines), 1)
    assert sorted(one.where for one in found.rejects) == ["1", "2", "3", "4", "6", "7"]


@pytest.mark.parametrize("ending", ["parquet", "arrow", "csv", "jsonl"])
def test_a_file_is_read_once_it_is_whole_and_not_before(tmp_path, ending):
    whole = tmp_path / "whole"
    table = rows(40)
    if ending == "parquet":
        pq.write_table(table, whole, row_group_size=10)
    elif ending == "arrow":
        with pa.ipc.new_file(whole, table.schema) as writer:
            writer.write_table(table, max_chunksize=10)
    elif ending == "csv":
        pyarrow.csv.write_csv(table, whole)
    else:
        lines = [json.dumps({**row, "at": row["at"].isoformat()}) for row in table.to_pylist()]
        whole.write_text("\n".join(lines))
    data = whole.read_bytes()
    folder = tmp_path / "in"
    folder.mkdir()
    source = FolderSource(FolderToWatch(path=folder, settle_s=0.2))
    (folder / f"t.{ending}").write_bytes(data[: len(data) // 2])
    (folder / f".t.{ending}").write_bytes(data)
    (folder / f"t.{ending}.part").write_bytes(data)
    assert list(source.read({}, LATEST)) == []
    assert source.waiting()
    (folder / f"t.{ending}").write_bytes(data)
    assert list(source.read({}, LATEST)) == []
    time.sleep(0.25)
    found = list(source.read({}, LATEST))
    assert pa.concat_tables([events.rows for events, _ in found]).equals(table.cast(found[0][0].rows.schema))
    places = {part: value for _, moved in found for part, value in moved.items()}
    assert list(source.read(places, LATEST)) == []
    assert not source.waiting()


def test_what_came_during_a_run_belongs_to_the_next_one_also_where_it_must_settle(tmp_path):
    config = told(tmp_path, folder="settle_s = 0.4")
    pq.write_table(rows(40), tmp_path / "in" / "first.parquet")
    at_work = Watch(config)
    assert at_work.take() == 0
    time.sleep(0.5)
    # At its first look the first file is read, and this one is seen for the first time.
    pq.write_table(rows(30, first=40), tmp_path / "in" / "second.parquet")
    came = []

    def once(one):
        came.append(one.came)
        raise KeyboardInterrupt

    try:
        at_work.run(once)
    except KeyboardInterrupt:
        pass
    finally:
        at_work.close()
    assert came == [70]


def test_a_damaged_file_waits_and_then_is_set_aside(tmp_path):
    pq.write_table(rows(40), tmp_path / "t.parquet")
    data = (tmp_path / "t.parquet").read_bytes()
    (tmp_path / "t.parquet").write_bytes(data[:-9])
    source = FolderSource(FolderToWatch(path=tmp_path, settle_s=0, patience_s=0.2))
    assert list(source.read({}, LATEST)) == []
    time.sleep(0.25)
    ((events, moved),) = source.read({}, LATEST)
    assert "damaged" in events.rejects[0].reason
    assert list(source.read(dict(moved), LATEST)) == []


def test_a_file_goes_on_where_it_was_read_up_to(tmp_path, monkeypatch):
    monkeypatch.setattr("hustings.watch.folder.PIECE", 15)
    pq.write_table(rows(40), tmp_path / "t.parquet")
    source = FolderSource(FolderToWatch(path=tmp_path, settle_s=0))
    first, moved = next(source.read({}, LATEST))
    rest = [events.rows for events, _ in source.read(dict(moved), LATEST)]
    assert pa.concat_tables([first.rows, *rest])["content"].to_pylist() == rows(40)["content"].to_pylist()


def test_events_and_places_are_committed_together_or_not_at_all(tmp_path):
    log = Log(tmp_path / "state")
    log.append("s", Events(rows=rows(5).cast(Events().rows.schema), read=5), {"p": "5"})
    with pytest.raises(RuntimeError), log._transaction():
        log._base.execute("UPDATE place SET value = '9'")
        raise RuntimeError
    # A process that died after writing the file and before committing it leaves this.
    (log.events / "000000002-came-0.arrow").write_bytes(b"half")
    (log.events / "rejects-000000002.jsonl").write_bytes(b"half")
    log.close()
    log = Log(tmp_path / "state")
    assert log.places("s") == {"p": "5"}
    assert len(events_of(log)) == 5
    assert len(list(log.events.iterdir())) == 1
    with pytest.raises(BadInput, match="another watch"):
        Log(tmp_path / "state")
    log.batches()[0].file.write_bytes(b"changed")
    with pytest.raises(BadInput, match="damaged"):
        log.read(log.batches()[0])


def test_a_log_put_together_holds_the_same_events_and_bad_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("hustings.watch.log.MANY", 4)
    log = Log(tmp_path / "state")
    for n in range(9):
        bad = (Reject(where=str(n), reason="r", text=""),)
        log.append(
            "s", Events(rows=rows(5, 5 * n, day=n).cast(Events().rows.schema), read=6, rejects=bad), {"p": str(n)}
        )
    before = events_of(log)
    log.tidy(0)
    assert events_of(log).equals(before)
    assert len(log.batches()) == 1
    log.close()
    log = Log(tmp_path / "state")
    assert len(list(log.rejects())) == 9
    cut = START + 6 * 86_400_000_000
    log.tidy(cut)
    assert min(events_of(log)["at"].cast(pa.int64()).to_pylist()) >= cut
    assert log.counts().left + len(events_of(log)) == log.counts().taken == 45


@pytest.mark.slow
def test_days_too_old_leave_and_stay_away(tmp_path):
    config = told(tmp_path, "keep_days = 2")
    pq.write_table(rows(30), tmp_path / "in" / "a.parquet")
    pq.write_table(rows(30, 30, day=3), tmp_path / "in" / "b.parquet")
    watch = Watch(config)
    seen = []
    watch.run(seen.append, once=True)
    cut = START + 3 * 86_400_000_000
    assert (seen[-1].kept, int(watch.log.kept("cut"))) == (30, cut)
    pq.write_table(rows(30), tmp_path / "in" / "late.parquet")
    watch.run(seen.append, once=True)
    watch.close()
    assert seen[-1].kept == 30
    watch = Watch(config)
    watch.run(seen.append, once=True)
    watch.close()
    assert seen[-1].kept == 30


def test_of_too_many_events_the_oldest_hours_leave(tmp_path):
    config = told(tmp_path, "most_rows = 1000")
    pq.write_table(rows(1_200), tmp_path / "in" / "a.parquet")
    watch = Watch(config)
    seen = []
    watch.run(seen.append, once=True)
    watch.close()
    assert 600 <= seen[-1].kept <= 1_000


def start(place):
    return subprocess.Popen(
        [sys.executable, "-m", "hustings", "watch", str(place / "watch.toml"), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


@pytest.mark.slow
def test_it_stops_cleanly_and_says_that_it_can_go_on(tmp_path):
    told(tmp_path)
    pq.write_table(rows(300), tmp_path / "in" / "a.parquet")
    process = start(tmp_path)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130, error
    assert first["kept"] == 300
    assert Path(tmp_path / "out" / "now" / "run.json").exists()
