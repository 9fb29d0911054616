"""An archive written as tables: whole or not at all, once, going on where a run was killed."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hustings.connectors.ads import read_ads
from hustings.connectors.archive import ArchiveReader, read_archive
from hustings.connectors.archive_folder import write_archive
from hustings.errors import BadInput

HEAD = "ADID,Currency Code,Spend,Impressions,StartDate,OrganizationName,BillingAddress,PayingAdvertiserName,CountryCode,Regions (Included),New Column"


def snap(place: Path, first: int, ads: int) -> None:
    rows = (
        f"a{number},EUR,{number},5,2018/10/27 14:00:00Z,Org,FR,Payer,france,Jura,n{number}"
        for number in range(first, first + ads)
    )
    place.write_text("\n".join([HEAD, *rows, ""]))


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(4):
        snap(folder / f"{number}.csv", number * 9, 10)  # the last ad of each file stands in the next one, too
    (folder / "stats.csv").write_text(
        "Advertiser_ID,Advertiser_Name,Public_IDs_List,Total_Creatives,Spend_USD\nAR1,A,EIN ID 12-3456789,2,10\n"
    )
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file() and file.name != ".lock"
    }


def test_all_rows_are_there_and_a_second_run_does_nothing(archive, tmp_path):
    first = write_archive(ArchiveReader([archive]), tmp_path / "out")
    rows = {name: pq.read_metadata(tmp_path / "out" / name).num_rows for name in first.rows}
    assert rows == first.rows
    assert (rows["ads.parquet"], rows["advertisers.parquet"], rows["set_aside.parquet"]) == (37, 1, 3)
    times = {file: file.stat().st_mtime_ns for file in (tmp_path / "out").glob("*.*") if file.name != ".lock"}
    reader = ArchiveReader([archive])
    second = write_archive(reader, tmp_path / "out")
    assert (first.before, second.before, second.rows) == (False, True, first.rows)
    assert sum(file.rows_in for file in reader.files) == 38
    assert {file: file.stat().st_mtime_ns for file in times} == times
    assert not (tmp_path / "out" / ".parts").exists()


def test_the_written_ads_are_the_read_ones(archive, tmp_path):
    write_archive(ArchiveReader([archive]), tmp_path / "out")
    read = read_archive(archive).ads.ads
    assert tuple(sorted(read_archive(tmp_path / "out" / "ads.parquet").ads.ads, key=lambda ad: ad.ad)) == tuple(
        sorted(read, key=lambda ad: ad.ad)
    )
    assert tuple(sorted(read_ads(tmp_path / "out" / "ads.parquet").ads, key=lambda ad: ad.ad)) == tuple(
        sorted(read, key=lambda ad: ad.ad)
    )


def test_a_changed_input_is_written_anew(archive, tmp_path):
    write_archive(ArchiveReader([archive]), tmp_path / "out")
    (archive / "stats.csv").unlink()
    changed = write_archive(ArchiveReader([archive]), tmp_path / "out")
    assert (changed.before, changed.rows["advertisers.parquet"]) == (False, 0)


def test_a_damaged_table_is_written_anew(archive, tmp_path):
    write_archive(ArchiveReader([archive]), tmp_path / "out")
    before = bytes_of(tmp_path / "out")
    (tmp_path / "out" / "ads.parquet").write_bytes(b"PAR1")
    assert write_archive(ArchiveReader([archive]), tmp_path / "out").before is False
    assert bytes_of(tmp_path / "out") == before


def test_a_file_that_cannot_be_read_leaves_the_folder_as_it_was_and_the_others_need_no_second_reading(
    archive, tmp_path, monkeypatch
):
    write_archive(ArchiveReader([archive]), tmp_path / "out")
    before = bytes_of(tmp_path / "out")
    snap(archive / "6.csv", 1_000, 5)
    (archive / "7.csv").write_text("colour\nred\n")
    with pytest.raises(BadInput, match="nothing was written"):
        write_archive(ArchiveReader([archive]), tmp_path / "out")
    for name, body in before.items():
        assert (tmp_path / "out" / name).read_bytes() == body
    (archive / "7.csv").unlink()
    reader = ArchiveReader([archive])
    read = []
    whole = ArchiveReader.read
    monkeypatch.setattr(
        ArchiveReader, "read", lambda self, source, digest: read.append(source.file_name) or whole(self, source, digest)
    )
    assert write_archive(reader, tmp_path / "out").rows["ads.parquet"] == 42
    assert read == ["stats.csv"]  # the only one after the file that could not be read


def test_two_runs_do_not_write_the_same_folder(archive, tmp_path):
    import fcntl

    (tmp_path / "out").mkdir()
    with (tmp_path / "out" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BadInput, match="another run that writes there"):
            write_archive(ArchiveReader([archive]), tmp_path / "out")


# Runs of a process that has everything imported, so that many take seconds. The steps at which one is killed are
# counted in its own calls that touch the disk: no clock decides.
RUNNER = """
import os, signal, sys
from pathlib import Path
import pyarrow.parquet as pq
from hustings.connectors.archive import ArchiveReader
from hustings.connectors.archive_folder import write_archive

left = 0

def counted(call):
    def counting(*a, **k):
        global left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*a, **k)
    return counting

Path.replace, Path.write_text = counted(Path.replace), counted(Path.write_text)
pq.ParquetWriter.write_table, pq.ParquetWriter.write_batch = counted(pq.ParquetWriter.write_table), counted(pq.ParquetWriter.write_batch)
for line in sys.stdin:
    archive, out, left = line.rstrip().split("|")
    left = int(left)
    child = os.fork()
    if not child:
        write_archive(ArchiveReader([Path(archive)]), Path(out))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def killing():
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as runner:

        def kill(archive, out, steps):
            runner.stdin.write(f"{archive}|{out}|{steps}\n")
            runner.stdin.flush()
            return int(runner.stdout.readline())

        yield kill
        runner.stdin.close()


@pytest.mark.slow
@pytest.mark.parametrize("kills", [12, pytest.param(60, marks=pytest.mark.long)])
def test_a_run_killed_at_any_moment_leaves_nothing_half_written(archive, tmp_path, killing, kills):
    """Killed while it reads, writes parts, or moves the tables; then the manifest is absent or true, and the next run ends the same."""
    write_archive(ArchiveReader([archive]), tmp_path / "whole")
    expected = bytes_of(tmp_path / "whole")
    out = tmp_path / "out"
    chance = random.Random(4)
    killed = 0
    for _ in range(kills):
        ended = killing(archive, out, chance.randint(1, 36))
        assert ended in {0, -signal.SIGKILL}
        killed += ended != 0
        if (out / "manifest.json").exists():
            manifest = json.loads((out / "manifest.json").read_text())
            assert all((out / name).read_bytes() == expected[name] for name in manifest["tables"])
        for table in out.glob("*.parquet"):
            pq.read_table(table)
        if ended == 0:
            assert bytes_of(out) == expected
            (out / "manifest.json").unlink()
    assert killed >= kills // 3
    write_archive(ArchiveReader([archive]), out)
    assert bytes_of(out) == expected
    assert not list(tmp_path.glob(".out.*"))
