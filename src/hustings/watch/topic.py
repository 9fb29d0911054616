"""A Kafka topic of trace events; the place in it is kept in the watch's own log, never with the broker."""

__all__ = ["TopicSource"]

import time
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from hustings.errors import EnvironmentLacks
from hustings.watch.config import TopicToWatch
from hustings.watch.events import Events, Reject, from_json, from_table
from hustings.watch.source import Moved

# Messages committed at once, and how long to wait for the first of them.
PIECE, WAIT = 50_000, 0.2
# Seconds between two looks for new partitions, and for a broker's answer.
LOOK, ANSWER = 60.0, 10.0


class TopicSource:
    """Reads every partition from where the log says on; a topic not read before, from its beginning."""

    def __init__(self, told: TopicToWatch) -> None:
        try:
            import confluent_kafka  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise EnvironmentLacks(
                "Kafka topics need the extra `watch`: install hustings[watch], or watch folders only."
            ) from error
        self.told = told
        self.name = told.name
        self.trouble: str | None = None
        self._kafka: Any = confluent_kafka
        self._assigned: set[int] = set()
        self._unread: set[int] = set()  # partitions whose end was never reached
        self._looked = -LOOK
        self._gone: list[Reject] = []
        self._consumer = confluent_kafka.Consumer({
            **told.options, "bootstrap.servers": told.servers, "group.id": "hustings-watch",
            "enable.auto.commit": False, "enable.auto.offset.store": False, "auto.offset.reset": "earliest",
            "enable.partition.eof": True, "error_cb": self._error,
        })  # fmt: skip

    def _error(self, error: object) -> None:
        self.trouble = f"{self.told.topic}: {error}"

    def read(self, places: dict[str, str], latest: int) -> Iterator[tuple[Events, Moved]]:
        """What has come by now."""
        self._assign(places)
        if not self._assigned:
            return
        while True:
            messages = self._consumer.consume(num_messages=PIECE, timeout=WAIT)
            good: list[Any] = []
            for message in messages:
                error = message.error()
                if error is None:
                    good.append(message)
                elif error.code() == self._kafka.KafkaError._PARTITION_EOF:  # noqa: SLF001 - its only name
                    self._unread -= {message.partition()}
                else:
                    self.trouble = f"{self.told.topic}: {error}"
            if not good and not self._gone:
                return
            if good:
                self.trouble = None
            events = self._events(good, latest)
            moved: dict[str, int] = {}
            for message in good:
                part = str(message.partition())
                moved[part] = max(moved.get(part, 0), int(message.offset()) + 1)
            yield events, {part: str(offset) for part, offset in moved.items()}
            if len(messages) < PIECE // 10:
                return

    def _assign(self, places: dict[str, str]) -> None:
        """Take up partitions that are not read yet, each where the log left it."""
        now = time.monotonic()
        if now - self._looked < (LOOK if self._assigned else 1.0):
            return
        self._looked = now
        try:
            topic = self._consumer.list_topics(self.told.topic, timeout=ANSWER).topics[self.told.topic]
            if topic.error is not None:
                self.trouble = f"{self.told.topic}: {topic.error}"
                return
            new = sorted(set(topic.partitions) - self._assigned)
            starts = []
            for number in new:
                here = self._kafka.TopicPartition(self.told.topic, number)
                low, _ = self._consumer.get_watermark_offsets(here, timeout=ANSWER)
                known = places.get(str(number))
                if known is not None and int(known) < low:
                    self._gone.append(
                        Reject(
                            where=f"{self.told.topic}/{number}", text="",
                            reason=f"messages {int(known):,} to {low - 1:,} left the topic before they were read",
                        )
                    )  # fmt: skip
                here.offset = low if known is None else max(int(known), low)
                starts.append(here)
        except self._kafka.KafkaException as error:
            self.trouble = f"{self.told.topic}: {error.args[0]}"
            return
        if starts:
            self._consumer.incremental_assign(starts)
            self._assigned |= set(new)
            self._unread |= set(new)
        self.trouble = None

    def _events(self, messages: list[Any], latest: int) -> Events:
        gone, self._gone = tuple(self._gone), []
        places = [f"{self.told.topic}/{message.partition()} offset {message.offset()}" for message in messages]
        values = [message.value() or b"" for message in messages]
        if self.told.format == "json":
            found = from_json(values, places, latest)
            return Events(rows=found.rows, read=found.read, skipped=found.skipped, rejects=gone + found.rejects)
        parts, bad = [], list(gone)
        for place, value in zip(places, values, strict=True):
            try:
                table = pa.ipc.open_stream(pa.py_buffer(value)).read_all()
                parts.append(from_table(table, place, latest))
            except (pa.ArrowException, OSError) as error:
                bad.append(Reject(where=place, reason=f"no Arrow stream ({str(error)[:160]})", text=repr(value[:80])))
        return Events(
            rows=pa.concat_tables([Events().rows, *(part.rows for part in parts)]), read=sum(part.read for part in parts) + len(bad) - len(gone),
            skipped=sum(part.skipped for part in parts), rejects=tuple(bad) + tuple(one for part in parts for one in part.rejects),
        )  # fmt: skip

    def waiting(self) -> bool:
        """Whether the topic was never reached, or a partition never to its end."""
        return not self._assigned or bool(self._unread)

    def settles_in(self) -> float:
        """A message is whole when it is there."""
        return 0.0

    def close(self) -> None:
        """Leave the cluster."""
        self._consumer.close()
