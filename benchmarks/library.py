# ruff: noqa: PLC0415 - what needs the server is imported when it runs
"""How fast a library of a million ads is searched, read by programs for Meta's interface, and handed out whole.

    .venv/bin/python benchmarks/library.py [--ads 1000000] [--data DIR] [--seconds 20] [--datasette]

Starts `hustings up` with two web processes in a folder of its own (or in DIR, which is kept: a second run finds its ads
there), fills it with ads of generated words (frequent and rare ones as in real language, five languages, seeded), and
measures over HTTP, the client on the same cores:

search     words from frequent to rare, two words, phrases, with country, page and day, at /api/library/ads, one at a time
archive    `ads_archive` with 25 ads each and all fields, walked by several clients at once
export     everything in one request, in each form, with the memory of the web processes
datasette  the same rows in SQLite with a full-text table, served by Datasette from PyPI in an environment of its own

`cpu_ms` is processor time of everything on the server's side (web and database) an answer: where other programs share
the machine it says more than the rate, and `processors * 1000 / cpu_ms` is the rate that nothing exceeds. Prints JSON.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

from pages import free_port, spent

PAGE = 25
FIELDS = (
    "id,ad_creation_time,ad_creative_bodies,ad_creative_link_captions,ad_creative_link_titles,ad_delivery_start_time,"
    "ad_delivery_stop_time,ad_snapshot_url,bylines,currency,delivery_by_region,demographic_distribution,"
    "estimated_audience_size,impressions,languages,page_id,page_name,publisher_platforms,spend,target_ages,target_gender"
)
COUNTRIES = ("US", "DE", "FR", "BR", "GB", "CA", "ES", "IN")
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "pt")
WORDS, PAGES_MADE, DISTINCT = 50_000, 20_000, 20_000


def vocabulary() -> list[str]:
    """Words of two to five syllables, the first ones short; seeded."""
    chance = random.Random(7)
    parts = [a + b for a in "bdfgklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "in", "or", "us")]
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(chance.choices(parts, k=2 + chance.randrange(3)))] = None
    return list(found)


def bodies(many: int):
    """Ads as the library shows them; the n-th is the same in every run."""
    words = vocabulary()
    weights = [1 / (rank + 3) for rank in range(len(words))]
    total, cumulated = 0.0, []
    for weight in weights:
        total += weight
        cumulated.append(total)
    chance = random.Random(11)
    first = date(2018, 1, 1)
    for number in range(1, many + 1):
        said = chance.choices(words, cum_weights=cumulated, k=12 + chance.randrange(40))
        page = 1 + int(PAGES_MADE * chance.random() ** 3)
        country, spend = chance.choice(COUNTRIES), f"{chance.paretovariate(0.7) * 10:.2f}"[:10]
        starts = first + timedelta(days=number * 58 // many)
        ends = starts + timedelta(days=chance.randrange(1, 30))
        impressions = int(float(spend) * chance.uniform(20, 200))
        yield {
            "kind": "ad", "number": number, "version": 1, "seq": number, "at": "2026-01-01T00:00:00+00:00", "digest": f"{number:064x}", "hidden": "",
            "content": f"{number:064x}", "archive": "made", "archive_number": str(number), "platform": chance.choice(("meridian", "northstar")),
            "state": "recorded", "category": "election", "declared": True, "language": chance.choice(LANGUAGES),
            "countries": [country], "election": None, "created": f"{starts}T08:00:00+00:00", "starts": str(starts),
            "ends": str(ends), "currency": "USD", "budget": None, "spend": spend, "spend_low": None, "spend_high": None,
            "impressions": impressions, "impressions_low": None, "impressions_high": None, "clicks": impressions // 50,
            "by_day": [[str(starts + timedelta(days=day)), str(impressions // 4), "1", "1.5"] for day in range(4)],
            "by_region": [[f"{country}-{region}", str(1 + impressions // 5), "1", "1.5"] for region in range(5)],
            "by_age_and_gender": [
                [age, gender, str(1 + impressions // 12), "1", "0.5"] for age in ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
                for gender in ("female", "male")
            ],
            "reach": {"people": impressions // 3, "low": impressions // 4, "high": impressions // 2}, "page": page, "advertiser": None, "payer": None,
            "advertiser_class": "A", "money": None, "found_late": None,
            "decisions": [{"at": f"{starts}T07:00:00+00:00", "move": "approve", "state": "approved", "reason": "fits", "policy": "ads", "version": 1}],
            "removed": False, "title": " ".join(said[:4]), "text": " ".join(said), "media": [{"sha256": f"{number:064x}", "kind": "image", "recognised_text": "", "perceptual": ""}],
            "landing_url": f"https://{words[page]}.example/{said[0]}", "landing_domain": f"{words[page]}.example", "synthetic": None,
            "disclaimer": f"Paid for by {words[page]} {words[page // 2]}", "candidate_authorised": None, "page_name": f"{words[page]} {words[page // 3]}",
            "advertiser_name": "", "payer_name": "", "found_how": "", "told": [],
            "targeting": {"all": [{"is": {"dimension": "location", "value": country}}, {"is": {"dimension": "age", "value": "18-65+"}}]},
        }  # fmt: skip


COLUMNS = "seq, number, kind, hidden, salt, body, meta, archive, platform, state, category, language, countries, regions, page, currency, spend, impressions, starts, ends"
INSERT = f"""
INSERT INTO library_shown ({COLUMNS})
SELECT (b ->> 'seq')::bigint, (b ->> 'number')::bigint, 'ad', '', '', b, m, 'made', b ->> 'platform', b ->> 'state', 'election', b ->> 'language',
  ARRAY(SELECT jsonb_array_elements_text(b -> 'countries')), ARRAY(SELECT r ->> 0 FROM jsonb_array_elements(b -> 'by_region') r),
  (b ->> 'page')::bigint, 'USD', (b ->> 'spend')::numeric, (b ->> 'impressions')::bigint, (b ->> 'starts')::date, (b ->> 'ends')::date
FROM made
"""
# The same again under other numbers and on later days; what is searched for is copied with it, and what is made ready.
AGAIN = f"""
INSERT INTO library_shown ({COLUMNS}, search)
SELECT seq + %(on)s, number + %(on)s, kind, hidden, salt, body || jsonb_build_object('seq', seq + %(on)s, 'number', number + %(on)s,
    'archive_number', (number + %(on)s)::text, 'starts', starts + %(days)s, 'ends', ends + %(days)s, 'state', %(state)s::text),
  array_to_string(m[:4] || ARRAY[to_json(starts + %(days)s)::text, to_json(ends + %(days)s)::text] || m[7:], E'\\n'),
  archive, platform, %(state)s, category, language, countries, regions, page, currency, spend, impressions, starts + %(days)s, ends + %(days)s, search
FROM library_shown, string_to_array(meta, E'\\n') m WHERE number <= %(distinct)s
"""


def fill(url: str, many: int, folder: Path) -> float:
    """Put so many ads where the library shows them, indexed as it does; gives the seconds that took. Goes on where it stopped."""
    import psycopg

    from hustings.apps.library.bulk.sql import FILL
    from hustings.exchange.ads.prepared import prepared

    began = time.perf_counter()
    distinct = min(many, DISTINCT)
    kept = folder / "indexes.json"  # those that have to come back
    with psycopg.connect(url, autocommit=True) as db:
        there = db.execute("SELECT count(*) FROM library_shown").fetchone()[0]
        if there >= many and not kept.exists():
            return 0.0
        db.execute("SET maintenance_work_mem = '512MB'")
        db.execute("SET synchronous_commit = off")
        db.execute("ALTER TABLE library_shown DISABLE TRIGGER USER")
        if not kept.exists():
            found = db.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'library_shown' AND indexname NOT LIKE '%_pkey'").fetchall()  # fmt: skip
            kept.write_text(json.dumps(found))
        indexes = json.loads(kept.read_text())
        for name, _ in indexes:
            db.execute(f'DROP INDEX IF EXISTS "{name}"')
        if there < distinct:
            db.execute("TRUNCATE library_shown, library_line")
            db.execute("CREATE TEMP TABLE made (b jsonb, m text)")
            with db.cursor() as cursor, cursor.copy("COPY made FROM STDIN") as copy:
                for body in bodies(distinct):
                    copy.write_row([json.dumps(body), prepared(body)])
            db.execute(INSERT)
            db.execute("UPDATE library_shown SET search = library_words(body, language)")
            there = distinct
        print(f"{distinct:,} distinct ads after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        times = many // distinct
        for time_ in range(there // distinct, times):
            state = "delivering" if time_ == times - 1 else "recorded"
            db.execute(AGAIN, {"on": time_ * distinct, "days": time_ * 58, "state": state, "distinct": distinct})
        print(f"{many:,} ads after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        for _, definition in indexes:
            db.execute(definition)
        print(f"indexed after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        for seq in range(1, many + 1, distinct):
            db.execute(FILL, [seq, seq + distinct - 1])
        print(f"lines of files after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        db.execute("INSERT INTO library_subject (kind, source) VALUES ('ad', gen_random_uuid())")
        db.execute(
            "INSERT INTO library_version (seq, subject_id, version, at, record, sealed, digest) "
            "SELECT %s, max(number), 1, now(), '{}', '', '' FROM library_subject",
            [many],
        )
        db.execute("ALTER TABLE library_shown ENABLE TRIGGER USER")
        db.execute("VACUUM ANALYZE library_shown, library_line")
        kept.unlink()
    return time.perf_counter() - began


def questions() -> list[dict[str, str]]:
    """What people search for: each kind twelve times, with other words."""
    words, chance = vocabulary(), random.Random(3)
    asked = []
    for band in ((0, 10), (10, 100), (100, 1_000), (1_000, 10_000), (10_000, 50_000)):
        for _ in range(12):
            one, two = (words[chance.randrange(*band)] for _ in range(2))
            asked += [
                {"q": one}, {"q": f"{one} {two}"}, {"q": f'"{one} {two}"'}, {"q": one, "country": chance.choice(COUNTRIES)},
                {"q": one, "from": "2019-01-01", "to": "2019-03-01"}, {"q": one, "page": str(chance.randrange(1, 2_000))},
            ]  # fmt: skip
    for _ in range(12):
        asked += [
            {}, {"country": chance.choice(COUNTRIES)}, {"page": str(chance.randrange(1, PAGES_MADE))},
            {"from": "2019-01-01", "to": "2019-02-01"}, {"q": words[chance.randrange(1_000)], "as_of": "2100-01-01T00:00:00Z"},
        ]  # fmt: skip
    chance.shuffle(asked)
    return asked


def timed(port: int, addresses: list[str]) -> list[tuple[float, int]]:
    """Each address once, one after another; seconds and status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    told = []
    for address in addresses:
        began = time.perf_counter()
        connection.request("GET", address, headers={"Host": "localhost"})
        got = connection.getresponse()
        got.read()
        told.append((time.perf_counter() - began, got.status))
    return told


def said(times: list[float]) -> dict[str, float]:
    """Milliseconds."""
    ordered = sorted(times)
    at = {
        f"p{share}_ms": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000, 1)
        for share in (50, 95, 99)
    }
    return at | {"worst_ms": round(ordered[-1] * 1000, 1), "answers": len(ordered)}


class Serving:
    """The processes that answer: web and database, without the worker, which has work of its own."""

    def __init__(self, *pids: int) -> None:
        self.pids = pids

    @classmethod
    def below(cls, up: int) -> "Serving":
        """Those of an installation."""
        children = "".join(place.read_text() for place in Path(f"/proc/{up}/task").glob("*/children")).split()
        told = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
        return cls(*(int(child) for child, line in told.items() if b"serving.web" in line or b"bin/postgres" in line))

    @property
    def spent(self) -> float:
        """Seconds of processors so far."""
        return sum(spent(pid) for pid in self.pids)


def searched(port: int, process: Serving, where: str, asked: list[dict[str, str]]) -> dict[str, object]:
    """The searches, once to warm and once for the figures."""
    addresses = [f"{where}{'&' if '?' in where else '?'}{urlencode(one)}" for one in asked]
    timed(port, addresses)
    before = process.spent
    told = timed(port, addresses)
    cpu = (process.spent - before) * 1000 / len(told)
    refused = sum(status != 200 for _, status in told)
    worst = max(zip(told, addresses, strict=True))
    return {**said([took for took, _ in told]), "cpu_ms": round(cpu, 2), "not_200": refused, "slowest": worst[1]}


async def walker(port: int, first: str, seconds: float) -> list[float]:
    """Follow `next` until the time is over, from the beginning again where it ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    took: list[float] = []
    address, until = first, time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        body = await reader.readexactly(int(re.search(r"(?im)^content-length: (\d+)", head).group(1)))
        took.append(time.perf_counter() - began)
        assert " 200 " in head.split("\r\n", 1)[0], body[:300]
        # Reading the whole answer as JSON would measure the client; the cursor stands at its end.
        found = re.search(rb'"after":"([\w-]+)"', body[-2_000:])
        address = f"{first}&after={found.group(1).decode()}" if found else first
    writer.close()
    return took


def archive(port: int, process: Serving, seconds: float, clients: int, more: str = "") -> dict[str, object]:
    """`ads_archive` by several clients at once."""
    first = f"/v19.0/ads_archive?ad_active_status=ALL&limit={PAGE}&fields={FIELDS}{more}"

    async def together(length: float) -> list[float]:
        walks = await asyncio.gather(
            *(walker(port, f"{first}&ad_reached_countries={COUNTRIES[n % 8]}", length) for n in range(clients))
        )
        return [one for walked in walks for one in walked]

    asyncio.run(together(3))
    before = process.spent
    took = asyncio.run(together(seconds))
    cpu = (process.spent - before) * 1000 / len(took)
    return {**said(took), "a_second": round(len(took) / seconds, 1), "cpu_ms": round(cpu, 2), "most_a_second": round((os.cpu_count() or 1) * 1000 / cpu)}  # fmt: skip


def memory() -> int:
    """The resident memory of the largest web process, in MB."""
    largest = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, AttributeError):
            command = (status.parent / "cmdline").read_bytes()
            if b"hustings.serving.web" in command or b"granian" in command or b"multiprocessing" in command:
                largest = max(largest, int(re.search(r"VmRSS:\s+(\d+)", status.read_text()).group(1)) // 1000)
    return largest


def exported(port: int, process: Serving, form: str, many: int) -> dict[str, object]:
    """All ads in one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    before, began = process.spent, time.perf_counter()
    connection.request("GET", f"/api/library/export/{form}", headers={"Host": "localhost"})
    got = connection.getresponse()
    assert got.status == 200, got.read()
    size, lines, seen, at = 0, 0, [], time.perf_counter()
    while part := got.read(1 << 20):
        size += len(part)
        lines += part.count(b"\n") if form.endswith("jsonl") else 0
        if time.perf_counter() - at > 1:
            seen.append(memory())
            at = time.perf_counter()
    took = time.perf_counter() - began
    if form.endswith("jsonl"):
        assert lines == many, f"{lines:,} of {many:,}"
    middle = seen[len(seen) // 10] if seen else 0
    return {"seconds": round(took, 1), "ads_a_second": round(many / took), "megabytes": round(size / 1e6), "cpu_s": round(process.spent - before, 1),
            "memory_mb": {"at_a_tenth": middle, "most": max(seen, default=0)}}  # fmt: skip


def in_sqlite(url: str, place: Path) -> None:
    """The same rows as a table that Datasette serves, with a full-text table beside it."""
    import psycopg

    db = sqlite3.connect(place)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute(
        "CREATE TABLE ads (id INTEGER PRIMARY KEY, body TEXT, page INTEGER, text, title, page_name, disclaimer, country, starts, spend, impressions INTEGER)"
    )
    with psycopg.connect(url) as ours, ours.cursor(name="all") as cursor:
        cursor.itersize = 5_000
        cursor.execute(
            "SELECT number, body::text, page, body ->> 'text', body ->> 'title', body ->> 'page_name', body ->> 'disclaimer', countries[1], "
            "starts::text, spend::float, impressions FROM library_shown ORDER BY number"
        )
        db.executemany("INSERT INTO ads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cursor)
    db.execute(
        "CREATE VIRTUAL TABLE ads_fts USING fts5 (text, title, page_name, disclaimer, content='ads', content_rowid='id', tokenize='porter')"
    )
    db.execute(
        "INSERT INTO ads_fts (rowid, text, title, page_name, disclaimer) SELECT id, text, title, page_name, disclaimer FROM ads"
    )
    for column in ("page", "country", "starts"):
        db.execute(f"CREATE INDEX by_{column} ON ads ({column})")
    db.execute("ANALYZE")
    db.commit()
    db.close()


def datasette(folder: Path, seconds: float) -> dict[str, object]:
    """Datasette on the same rows."""
    environment, place = folder / "datasette", folder / "ads.db"
    program = environment / "bin" / "datasette"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin" / "pip"), "install", "-q", "datasette"], check=True)
    version = subprocess.run([str(program), "--version"], check=True, capture_output=True, text=True).stdout.strip()
    port = free_port()
    settings = [
        "--setting",
        "sql_time_limit_ms",
        "5000",
        "--setting",
        "suggest_facets",
        "off",
        "--setting",
        "default_page_size",
        str(PAGE),
    ]
    serving = subprocess.Popen(
        [str(program), "serve", "-i", str(place), "-p", str(port), *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    alone = Serving(serving.pid)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                timed(port, ["/-/versions.json"])
                break
            time.sleep(0.2)
        asked = []
        for one in questions():
            parts = {"_size": str(PAGE), "_sort_desc": "id", "_shape": "objects", "_nocount": "1"}
            if "q" in one:
                parts["_search"] = one["q"]
            if "country" in one:
                parts["country"] = one["country"]
            if "page" in one:
                parts["page"] = one["page"]
            if "from" in one:
                parts |= {"starts__gte": one["from"], "starts__lte": one["to"]}
            asked.append(parts)
        found = searched(port, alone, "/ads/ads.json", asked)
        before = alone.spent
        walks = asyncio.run(plain_walks(port, seconds / 2))
        cpu = (alone.spent - before) * 1000 / len(walks)
        return {"version": version, "search": found, "pages": {**said(walks), "a_second": round(len(walks) / (seconds / 2), 1), "cpu_ms": round(cpu, 2)}}  # fmt: skip
    finally:
        serving.terminate()
        serving.wait()


async def plain_walks(port: int, seconds: float) -> list[float]:
    """Pages of 25 of one country each, as often as they come."""

    async def one(country: str) -> list[float]:
        took, until, below = [], time.perf_counter() + seconds, 10**9
        chance = random.Random(country)
        while time.perf_counter() < until:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
            began = time.perf_counter()
            address = (
                f"/ads/ads.json?_size={PAGE}&_sort_desc=id&country={country}&id__lt={below}&_nocount=1&_shape=objects"
            )
            writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            assert await answer_closed(reader) == 200
            took.append(time.perf_counter() - began)
            writer.close()
            below = chance.randrange(1_000, 1_000_000)
        return took

    return [each for walked in await asyncio.gather(*map(one, COUNTRIES)) for each in walked]


async def answer_closed(reader: asyncio.StreamReader) -> int:
    """The status of an answer after which the server hangs up."""
    return int((await reader.read()).split(b" ", 2)[1])


@contextlib.contextmanager
def installation(folder: Path) -> Iterator[tuple[int, int]]:
    """One in the folder, started and stopped again; gives its port and process."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "hustings",
        "up",
        "--data",
        str(folder / "up"),
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    # One address asks more here than anybody may; it is counted all the same, for that is part of what a call costs.
    unlimited = dict.fromkeys(("HUSTINGS_LIBRARY_CALLS_A_MINUTE", "HUSTINGS_LIBRARY_CALLS_AN_HOUR"), str(10**9))
    up = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | unlimited)
    try:
        assert up.stdout is not None
        for line in up.stdout:
            if "Ready" in line:
                break
        threading.Thread(target=up.stdout.read, daemon=True).start()
        yield port, up.pid
    finally:
        up.terminate()
        up.communicate()


def main() -> None:
    """Start an installation, fill it, measure it, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--datasette", action="store_true", help="install Datasette from PyPI and measure it too")
    parser.add_argument("--only", nargs="+", default=["search", "archive", "export"])
    asked = parser.parse_args()
    folder = asked.data or Path(tempfile.mkdtemp(prefix="hustings-library-"))
    if asked.data is None:
        folder.chmod(0o711)  # under root the database runs as somebody else, who has to pass through
    result: dict[str, object] = {"ads": asked.ads, "processors": os.cpu_count()}
    with installation(folder) as (port, pid):
        from hustings.serving.reach import reached

        with reached(folder / "up") as there:
            url = there.environment("owner")["HUSTINGS_APP_DATABASE_URL"]
        result["filled_s"] = round(fill(url, asked.ads, folder), 1)
        if asked.datasette and not (folder / "ads.db").exists():
            in_sqlite(url, folder / "ads.db")
        serving = Serving.below(pid)
        if "search" in asked.only:
            result["search"] = searched(port, serving, f"/api/library/ads?limit={PAGE}", questions())
        if "archive" in asked.only:
            result["archive"] = archive(port, serving, asked.seconds, asked.clients)
        if "export" in asked.only:
            result["export"] = {
                form: exported(port, serving, form, asked.ads) for form in ("ads.jsonl", "ads.csv.zip", "ads.parquet")
            }
    if asked.datasette:
        result["datasette"] = datasette(folder, asked.seconds)
    if asked.data is None:
        shutil.rmtree(folder, ignore_errors=True)
    result["load_average"] = os.getloadavg()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
