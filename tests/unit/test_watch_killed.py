"""A watch that is killed at any moment loses nothing and counts nothing twice; what it finds is what a batch finds."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from agreement.test_detect_agrees import world
from made_traces import as_table

from hustings.apps.findings.run_folder import read_folder
from hustings.detection.detect import detect_traces
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.progress import Silent
from hustings.watch.config import TopicToWatch
from hustings.watch.events import Events
from hustings.watch.log import Log
from hustings.watch.topic import TopicSource

pytestmark = pytest.mark.slow


def start(place, *more):
    return subprocess.Popen(
        [sys.executable, "-m", "hustings", "watch", str(place / "watch.toml"), "--json", *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


def put(folder, number, table):
    pq.write_table(table, folder / f".{number}.parquet")
    (folder / f".{number}.parquet").rename(folder / f"{number}.parquet")


def finished(place, config):
    (place / "watch.toml").write_text(config)
    out, error = start(place, "--once").communicate(timeout=120)
    assert "kept" in out, error


def killed_at_random(place, pieces, config, seed, kills):
    """Feed a folder while a watch is killed and started again; the state is what is left."""
    rng = np.random.default_rng(seed)
    (place / "in").mkdir()
    (place / "watch.toml").write_text(config)
    cuts = np.array_split(np.arange(len(pieces)), kills)
    for cut in cuts:
        process = start(place)
        for number in cut.tolist():
            put(place / "in", number, pieces[number])
            time.sleep(float(rng.uniform(0, 0.2)))
        # Some die while they start, some while they read, some while they look, some in between.
        time.sleep(float(rng.uniform(0.5, 5)))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    finished(place, config)


def as_a_batch(place, table):
    """The last run's files are those of a batch over the same rows, and every event was taken once."""
    batch = detect_traces(encode(table), DetectSettings(), Silent())
    now = place / "out" / "now"
    for name in ("links", "layers", "members", "evidence"):
        assert pq.read_table(now / f"{name}.parquet").equals(getattr(batch, name)), name
    assert json.loads((now / "findings.json").read_text()) == batch.findings
    assert batch.findings
    assert read_folder(now).records == batch.findings, "a run of a watch loads into the platform"
    log = Log(place / "state")
    rows = pa.concat_tables([Events().rows, *map(log.read, log.batches())])
    assert rows.sort_by([(name, "ascending") for name in rows.column_names]).equals(
        table.cast(rows.schema).sort_by([(name, "ascending") for name in rows.column_names])
    )
    log.close()


def some_rows():
    rows = as_table(world(3, actors=40, days=8, posts=600, step=1))
    return rows.group_by(rows.column_names).aggregate([]).select(rows.column_names)


CONFIG = 'state = "state"\nout = "out"\nevery_s = 0.2\n[[folder]]\npath = "in"\nsettle_s = 0.05\n'


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_killed_many_times_it_finds_what_a_batch_finds(tmp_path, seed):
    table = some_rows()
    order = np.random.default_rng(seed).permutation(len(table))
    pieces = [table.take(pa.array(part)) for part in np.array_split(order, 24)]
    killed_at_random(tmp_path, pieces, CONFIG, seed=seed, kills=12)
    as_a_batch(tmp_path, table)


@pytest.fixture
def broker():
    """A Kafka cluster of one, made up by the client library, and a producer for it."""
    kafka = pytest.importorskip("confluent_kafka")
    producer = kafka.Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 3})
    (one,) = producer.list_topics(timeout=10).brokers.values()
    yield f"{one.host}:{one.port}", producer
    producer.flush(10)


def produce(producer, lines, partitions=3):
    for number, line in enumerate(lines):
        producer.produce("traces", line, partition=number % partitions)
    assert producer.flush(10) == 0


def as_lines(table):
    return [json.dumps({**row, "at": row["at"].isoformat()}).encode() for row in table.to_pylist()]


def test_a_topic_and_a_folder_killed_in_between_are_read_once(tmp_path, broker):
    servers, producer = broker
    table = some_rows()
    half = len(table) // 2
    config = CONFIG + f'[[kafka]]\nservers = "{servers}"\ntopic = "traces"\n'
    lines = as_lines(table.slice(0, half))
    produce(producer, [*lines[: half // 2], b"no JSON"])
    rest = len(table) - half
    pieces = [table.slice(half, rest // 2), table.slice(half + rest // 2)]
    killed_at_random(tmp_path, pieces, config, seed=2, kills=2)
    # What comes twice, whoever sends it again, counts once.
    produce(producer, lines[half // 2 :])
    finished(tmp_path, config)
    as_a_batch(tmp_path, table)
    aside = (tmp_path / "out" / "now" / "set_aside.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in aside] == ["no JSON"]


def test_a_topic_goes_on_where_its_place_says_and_takes_arrow_messages(broker):
    servers, producer = broker
    table = some_rows().slice(0, 30)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    produce(producer, [sink.getvalue().to_pybytes(), b"no stream"], partitions=1)
    told = TopicToWatch(servers=servers, topic="traces", format="arrow")
    places = {}
    for wanted in (30, 0):
        source = TopicSource(told)
        found = []
        while source.waiting():
            for events, moved in source.read(places, 2**62):
                found.append((events, moved))
                places.update(moved)
        source.close()
        assert sum(len(events.rows) for events, _ in found) == wanted
        assert sum(len(events.rejects) for events, _ in found) == (1 if wanted else 0)
    assert places == {"0": "2"}


def test_a_broker_that_is_away_is_trouble_and_no_error(monkeypatch):
    monkeypatch.setattr("hustings.watch.topic.ANSWER", 0.3)
    source = TopicSource(TopicToWatch(servers="127.0.0.1:9", topic="traces", options={"log_level": 0}))
    assert list(source.read({}, 2**62)) == []
    assert source.trouble is not None
    assert source.waiting()
    source.close()
