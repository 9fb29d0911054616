"""Sealed evidence in a bucket of a real S3-compatible server (SeaweedFS): written, read back, missed, changed, refused."""

import io
import json
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from made_desk import Desk
from pyarrow.fs import S3FileSystem

from hustings.apps.cases import fixity, packing, sealing, working
from hustings.apps.cases.models import Evidence
from hustings.apps.cases.store import Bucket, store
from hustings.apps.sweeps.actions import own_marking

KEY, SECRET = "hustings", "a-secret-of-tests"
WAIT = 180


def free_ports(many):
    """So many ports that are free at this moment."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(many)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server with the bucket `sealed`, whose key opens nothing else, and its owner's way in."""
    folder = tmp_path_factory.mktemp("s3")
    may = [("owner", f"{KEY}-owner", ["Admin"]), ("hustings", KEY, ["Read:sealed", "Write:sealed", "List:sealed"])]
    known = {"identities": [
        {"name": name, "credentials": [{"accessKey": key, "secretKey": SECRET}], "actions": actions} for name, key, actions in may
    ]}  # fmt: skip
    (folder / "s3.json").write_text(json.dumps(known))
    names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc")  # fmt: skip
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    (folder / "data").mkdir()
    command = [
        Path(sys.executable).parent / "weed", "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3",
        f"-s3.config={folder / 's3.json'}", "-master.volumeSizeLimitMB=64", *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, cwd=folder)
    try:
        files = S3FileSystem(
            access_key=f"{KEY}-owner", secret_key=SECRET, endpoint_override=f"http://127.0.0.1:{ports['s3.port']}", region="us-east-1",
            allow_bucket_creation=True,
        )  # fmt: skip
        ends = time.monotonic() + WAIT
        while not made(files, ports["s3.port"]):
            assert running.poll() is None, (folder / "log").read_text()[-3000:]
            assert time.monotonic() < ends, (folder / "log").read_text()[-3000:]
            time.sleep(0.2)
        yield f"http://127.0.0.1:{ports['s3.port']}", files
    finally:
        running.kill()
        running.wait()


def made(files, port):
    """Whether the bucket is there and takes an object; asked until the server is up."""
    try:
        HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")
        files.create_dir("sealed")
        with files.open_output_stream("sealed/first") as file:
            file.write(b"first")
    except OSError:
        return False
    return True


@pytest.fixture
def bucket(server, settings):
    settings.EVIDENCE, settings.EVIDENCE_ENDPOINT = "s3://sealed/evidence", server[0]
    settings.EVIDENCE_REGION, settings.EVIDENCE_KEY_ID, settings.EVIDENCE_SECRET = "us-east-1", KEY, SECRET
    return server[1]


def test_what_is_sealed_is_there_under_its_digest_and_read_back(bucket):
    held = store()
    assert isinstance(held, Bucket)
    said = b"a page" * 400_000  # more than one piece
    sealed = held.seal(io.BytesIO(said))
    assert sealed.size == len(said)
    assert bucket.get_file_info(
        f"sealed/evidence/{sealed.sha256[:2]}/{sealed.sha256[2:4]}/{sealed.sha256}"
    ).size == len(said)
    assert b"".join(held.read(sealed.sha256)) == said
    assert held.intact(sealed.sha256)
    assert held.seal(io.BytesIO(said)) == sealed
    assert held.seal(io.BytesIO(b"")).size == 0


def test_what_is_gone_or_changed_is_found_and_sealing_it_again_mends_it(bucket):
    held = store()
    sealed = held.seal(io.BytesIO(b"an original"))
    place = held.place(sealed.sha256)
    with bucket.open_output_stream(place) as file:
        file.write(b"an originaI")
    assert held.there(sealed.sha256)
    assert not held.intact(sealed.sha256)
    bucket.delete_file(place)
    assert not held.there(sealed.sha256)
    assert not held.intact(sealed.sha256)
    with pytest.raises(FileNotFoundError):
        held.open(sealed.sha256)
    held.seal(io.BytesIO(b"an original"))
    assert held.intact(sealed.sha256)


def test_a_wrong_secret_and_a_bucket_that_is_not_there_seal_nothing(bucket, settings):
    settings.EVIDENCE_SECRET = "another"
    with pytest.raises(OSError, match=r"DENIED|SIGNATURE"):
        store().seal(io.BytesIO(b"x"))
    with pytest.raises(OSError, match=r"DENIED|SIGNATURE"):
        store().there("0" * 64)
    settings.EVIDENCE_SECRET, settings.EVIDENCE = SECRET, "s3://elsewhere"
    with pytest.raises(OSError, match="DENIED"):
        store().seal(io.BytesIO(b"x"))


@pytest.mark.parametrize(("changed", "said"), [
    ({"EVIDENCE": "s3://"}, "names no bucket"),
    ({"EVIDENCE_SECRET": ""}, "one is empty"),
    ({"EVIDENCE_KEY_ID": ""}, "one is empty"),
])  # fmt: skip
def test_half_an_address_is_refused_with_what_to_do(bucket, settings, changed, said):
    for name, value in changed.items():
        setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=said):
        store()


@pytest.mark.django_db
def test_a_case_seals_packs_and_reads_again_what_lies_in_a_bucket(bucket):
    desk = Desk()
    with desk.as_("anna") as anna:
        case = working.open_case(
            by=anna, title="Three pages", question="Do they act as one?", marking=own_marking(anna)
        )
        kept = sealing.seal_rows(
            {"page": 17}, name="17.json", by=anna, case=case, tool="export 2.1", captured_at=anna.now
        )
        packed = packing.pack(case, by=anna, why="asked for", to="the committee")
    with packed.file as file:
        assert file.read(1)
    assert fixity.check_round().checked == 1
    bucket.delete_file(store().place(kept.sha256))
    found = fixity.check_round(now=Evidence.objects.get().sealed_at + timedelta(days=28))
    assert (found.missing, found.changed) == (1, 0)
