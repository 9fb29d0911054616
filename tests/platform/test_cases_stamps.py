"""Stamps of time by a real authority (OpenSSL's), rounds over what is sealed, captures: and what each does when it fails."""

import io
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from made_desk import Desk
from warcio.archiveiterator import ArchiveIterator

import hustings.ledger.verify_evidence as verifier
from hustings.apps.audit.models import Leaf
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.cases import attention, fixity, packing, sealing, stamps, working
from hustings.apps.cases.capture import capture
from hustings.apps.cases.models import Custody, Evidence, Head, Stamp
from hustings.apps.cases.stamps import NoStamp, stamp_all
from hustings.apps.cases.store import store
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput, EnvironmentLacks

OPENSSL = shutil.which("openssl")
CONFIG = """
[tsa]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
ess_cert_id_chain = no
"""


class Authority:
    """A time authority on loopback that answers by `openssl ts`; `bend` changes a reply, `down` refuses to give one."""

    def __init__(self, folder):
        self.folder, self.bend, self.asked, self.down = folder, None, [], False
        root_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
        root = made("Root of tests", "Root of tests", root_key.public_key(), root_key, authority=True)
        signer = made("Stamps of tests", "Root of tests", key.public_key(), root_key, authority=False)
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        place = self

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self):
                request = self.rfile.read(int(self.headers["Content-Length"]))
                place.asked.append((self.path, request))
                if place.down or self.path == "/down":
                    self.send_error(503)
                    return
                reply = place.stamp(request)
                self.send_response(200)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def do_GET(self):
                if self.path == "/moved":
                    self.send_response(302)
                    self.send_header("Location", "/page?of=1")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if self.path == "/inside":
                    self.send_response(302)
                    self.send_header("Location", "http://127.0.0.2/secret")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                body = b"<h1>Three pages</h1>"
                self.send_response(404 if self.path == "/gone" else 200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"

    def stamp(self, request):
        query, reply = self.folder / "query", self.folder / "reply"
        query.write_bytes(request)
        subprocess.run(
            [OPENSSL, "ts", "-reply", "-config", str(self.folder / "tsa.cnf"), "-section", "tsa", "-queryfile", str(query), "-out", str(reply)],
            check=True, capture_output=True,
        )  # fmt: skip
        return self.bend(reply.read_bytes()) if self.bend else reply.read_bytes()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def made(name, issuer, public, key, *, authority):
    """A certificate that holds on every day a test may run."""
    named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)]
    builder = (
        x509.CertificateBuilder().subject_name(named[0]).issuer_name(named[1]).public_key(public).serial_number(7 if authority else 8)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2199, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )  # fmt: skip
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(key, hashes.SHA256())


@pytest.fixture
def authority(tmp_path, settings):
    folder = tmp_path / "authority"
    folder.mkdir()
    place = Authority(folder)
    settings.TIME_AUTHORITIES, settings.TIME_AUTHORITY_ROOTS = [place.url()], str(place.roots)
    yield place
    place.close()


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Desk()


def case_of(desk):
    with desk.as_("anna") as anna:
        return working.open_case(
            by=anna, title="Three pages", question="Do they act as one?", marking=own_marking(anna)
        )


def sealed(desk, case, *contents):
    with desk.as_("anna") as anna:
        return [
            sealing.seal(
                io.BytesIO(one), by=anna, case=case, name=one.decode(), media_type="text/plain", how="platform export", tool="export 2.1",
                captured_at=anna.now,
            )
            for one in contents
        ]  # fmt: skip


def stamped():
    with in_role(WORKER):
        return stamp_all()


def events(name):
    sequence_all()
    return list(Leaf.objects.filter(event=name).order_by("log", "index"))


def test_an_authority_learns_one_digest_and_its_stamp_covers_all_that_was_new(desk, authority, tmp_path):
    assert stamped() == 0
    assert authority.asked == []
    case = case_of(desk)
    sealed(desk, case, b"one", b"two", b"three")
    assert stamped() == 1
    assert stamped() == 0
    sealed(desk, case, b"four")
    assert stamped() == 1
    assert [head.size for head in Head.objects.all()] == [3, 1]
    (_, request), _ = authority.asked
    assert len(request) < 100
    with desk.as_("anna") as anna:
        made = packing.pack(case, by=anna, why="asked for", to="a court")
    with made.file as file, tarfile.open(fileobj=file) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    folder = tmp_path / "out" / made.name
    wrong, told = verifier.check_package(folder)
    assert wrong == []
    assert [one.split(":")[0] for one in told if "stamped" in one] == ["Objects 1-3", "Objects 4"]
    commands = [one.partition(": openssl ")[2] for one in told if ": openssl " in one]
    for command in commands:
        done = subprocess.run(
            [OPENSSL, *command.replace("AUTHORITY.pem", str(authority.roots)).split(), "-untrusted", str(authority.folder / "signer.pem")],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verification: OK" in done.stdout, done.stderr
    assert len(commands) == 2
    # A stamp of another head is no stamp of this one, and an object is in the head it stands in alone.
    first, second = sorted((folder / "stamps").iterdir())
    held = first.read_bytes()
    first.write_bytes(second.read_bytes())
    assert any("is a stamp of something else" in one for one in verifier.check_package(folder)[0])
    first.write_bytes(held)
    leaves = folder / "leaves.jsonl"
    leaves.write_text(leaves.read_text().replace('"place": 0', '"place": 1', 1))
    assert any("does not stand in the head" in one for one in verifier.check_package(folder)[0])


def bent(reply):
    """The reply with one bit of its signature, its last bytes, changed."""
    return reply[:-1] + bytes([reply[-1] ^ 1])


def test_a_tampered_reply_is_refused_loudly_and_asked_for_again(desk, authority):
    case = case_of(desk)
    sealed(desk, case, b"one")
    authority.bend = bent
    with in_role(WORKER), pytest.raises(NoStamp, match="1 heads over sealed evidence have no stamp"):
        stamp_all()
    head = Head.objects.get()
    assert head.tries == 1
    assert authority.url() in head.problem
    assert [(one.facts["outcome"], one.facts["with"]["stamped"]) for one in events("evidence stamp")] == [
        ("failed", False)
    ]
    with desk.as_("anna") as anna:
        assert [one.sentence for one in attention.attention(anna)] == [
            "No time authority stamped 1 sealed object. Tell the administrator."
        ]
    authority.bend = None
    assert stamped() == 1
    head.refresh_from_db()
    assert (head.problem, head.tries) == ("", 2)
    with desk.as_("anna") as anna:
        assert attention.attention(anna) == []


def test_an_answer_to_another_question_is_refused(desk, authority):
    case = case_of(desk)
    sealed(desk, case, b"one")
    stamped()
    old = bytes(Stamp.objects.get().reply)
    sealed(desk, case, b"two")
    authority.bend = lambda _: old
    with in_role(WORKER):
        stamps.make_head()
        head = Head.objects.get(stamps=None)
        assert stamps.stamp_head(head, stamps.certificates(), stamps.ask_authority) == 0
    assert head.problem


def test_one_of_two_authorities_is_enough_and_the_other_is_told_of_and_asked_again(desk, authority, settings):
    settings.TIME_AUTHORITIES = [authority.url("/down"), authority.url()]
    sealed(desk, case_of(desk), b"one")
    assert stamped() == 1
    assert [one.facts["with"]["stamped"] for one in events("evidence stamp")] == [True]
    assert stamped() == 0
    assert [path for path, _ in authority.asked] == ["/down", "/", "/down"]


def test_nobody_is_asked_unless_the_operator_names_them_and_what_they_are_trusted_by(
    desk, authority, settings, tmp_path
):
    sealed(desk, case_of(desk), b"one")
    settings.TIME_AUTHORITY_ROOTS = str(tmp_path / "none.pem")
    with pytest.raises(EnvironmentLacks, match="HUSTINGS_TSA_ROOTS"):
        stamp_all()
    settings.TIME_AUTHORITIES = []
    assert stamp_all() == 0
    assert authority.asked == []


def test_everything_is_read_again_within_thirty_days_a_part_each_night(desk):
    case = case_of(desk)
    sealed(desk, case, *(f"object {number}".encode() for number in range(60)))
    first = moment()
    with in_role(WORKER):
        for night in range(1, 70):
            now = first + timedelta(days=night)
            found = fixity.check_round(now=now)
            assert found.checked <= 4
            assert not fixity.overdue(now).exists()
    assert not Evidence.objects.filter(checked_at=None).exists()
    with in_role(WORKER):  # after a worker that stood still for three months
        later = first + timedelta(days=160)
        assert fixity.overdue(later).count() == 60
        assert fixity.check_round(now=later).checked == 60
        assert not fixity.overdue(later).exists()


def test_what_is_missing_or_changed_is_told_once_in_custody_log_and_to_people_until_it_is_whole(desk):
    case = case_of(desk)
    one, two = sealed(desk, case, b"one", b"two")
    place, lost = store().place(one.sha256), store().place(two.sha256)
    place.chmod(0o600)
    place.write_bytes(b"0ne")
    lost.unlink()
    for _ in range(3):
        with in_role(WORKER):
            fixity.check_round(now=moment() + timedelta(days=28))
    custody = Custody.objects.filter(act="check").order_by("evidence__sealed_at")
    assert list(custody.values_list("why", "by")) == [("changed", None), ("missing", None)]
    rounds = events("evidence round")
    assert [one.log.name for one in rounds] == ["open"] * 3
    assert rounds[-1].facts["outcome"] == "failed"
    assert rounds[-1].facts["with"] == {"checked": 2, "missing": 1, "changed": 1}
    with desk.as_("anna") as anna:
        assert {told.sentence for told in attention.attention(anna)} == {
            "Sealed evidence is missing or changed: one", "Sealed evidence is missing or changed: two",
        }  # fmt: skip
    place.write_bytes(b"one")
    lost.write_bytes(b"two")
    with in_role(WORKER):
        assert fixity.check_round(now=moment() + timedelta(days=29)).changed == 0
    assert not fixity.damaged().exists()


def captured(desk, case, url):
    with desk.as_("anna") as anna:
        return capture(url, case, by=anna, why="named in the tip")


def test_an_address_is_captured_with_its_redirects_and_sealed_only_where_the_operator_lets_it(
    desk, authority, settings
):
    case = case_of(desk)
    settings.LANDING_HOSTS = ["127.0.0.1"]
    with pytest.raises(BadInput, match="capturing is off"):
        captured(desk, case, authority.url("/moved"))
    settings.CAPTURE = "on"
    kept = captured(desk, case, authority.url("/moved"))
    assert (kept.how, kept.media_type, kept.source_url) == ("capture", "application/warc", authority.url("/moved"))
    assert "warcio" in kept.tool
    with store().open(kept.sha256) as file:
        records = [
            (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"), one.http_headers.get_statuscode() if one.rec_type == "response" else "",
             one.content_stream().read())
            for one in ArchiveIterator(file, check_digests="raise")
        ]  # fmt: skip
    assert [row[:3] for row in records[1:]] == [
        ("response", authority.url("/moved"), "302"), ("request", authority.url("/moved"), ""),
        ("response", authority.url("/page?of=1"), "200"), ("request", authority.url("/page?of=1"), ""),
    ]  # fmt: skip
    assert records[3][3] == b"<h1>Three pages</h1>"
    assert captured(desk, case, authority.url("/gone")).how == "capture"
    assert [one.facts["with"]["status"] for one in events("address asked")] == [200, 404]


@pytest.mark.parametrize("path", ["http://127.0.0.2/", "http://localhost:1/", "file:///etc/passwd", "http://[::1]/"])
def test_no_door_of_ours_is_knocked_at(desk, settings, path):
    settings.CAPTURE, settings.LANDING_HOSTS = "on", []
    with pytest.raises(BadInput, match="Nothing was captured"):
        captured(desk, case_of(desk), path)
    assert not Evidence.objects.exists()


def test_a_page_cannot_send_us_to_a_door_of_ours(desk, authority, settings):
    settings.CAPTURE, settings.LANDING_HOSTS = "on", ["127.0.0.1"]
    with pytest.raises(BadInput, match="private network"):
        captured(desk, case_of(desk), authority.url("/inside"))
