"""Codes leave by SMTP: against a server that speaks RFC 5321 on loopback, under TLS, with sign-in, and with refusals."""

import asyncio
import smtplib
import ssl
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail.backends.smtp import EmailBackend

from hustings.apps.ads.challenges.transport import mail_code

USER, WORD = "hustings", "a word for mail"


class Office:
    """A mail server that keeps what it took. It takes mail under TLS from who signed in, and from nobody else."""

    def __init__(self, folder, *, refuses="", speaks_tls=True):
        self.certificate, key = self_signed(folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self.refuses, self.speaks_tls = refuses, speaks_tls
        self.said, self.taken = [], []
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(asyncio.start_server(self.meet, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = Thread(target=self.loop.run_forever)
        self.thread.start()

    def close(self):
        async def end():
            self.server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def meet(self, reader, writer):
        """One conversation, line by line."""
        secret = signed_in = False
        sender, recipients = None, []

        def tell(*lines):
            writer.writelines(f"{line}\r\n".encode() for line in lines)

        tell("220 office.example ESMTP")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            verb, _, rest = line.partition(" ")
            self.said.append((verb.upper(), secret))
            match verb.upper():
                case "EHLO":
                    more = ["250-STARTTLS"] if self.speaks_tls and not secret else []
                    tell("250-office.example", *more, *(["250-AUTH PLAIN"] if secret else []), "250 8BITMIME")
                case "STARTTLS" if self.speaks_tls and not secret:
                    tell("220 go on")
                    await writer.drain()
                    await writer.start_tls(self.context)
                    secret = True
                case "AUTH" if secret:
                    signed_in = b64decode(rest.partition(" ")[2]).split(b"\0")[1:] == [USER.encode(), WORD.encode()]
                    tell("235 welcome" if signed_in else "535 that is not the word")
                case "MAIL" if signed_in:
                    sender, recipients = rest, []
                    tell("250 from there")
                case "RCPT" if sender is not None:
                    if self.refuses and self.refuses in rest:
                        tell("550 there is nobody of that name")
                    else:
                        recipients.append(rest)
                        tell("250 to there")
                case "DATA" if recipients:
                    tell("354 say it, a dot alone ends it")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    # A line that begins with a dot travels with two (RFC 5321, 4.5.2).
                    body = b"\r\n".join(
                        each[1:] if each.startswith(b".") else each for each in text[:-3].split(b"\r\n")
                    )
                    self.taken.append((sender, recipients, message_from_bytes(body, policy=policy.default)))
                    sender, recipients = None, []
                    tell("250 taken")
                case "QUIT":
                    tell("221 goodbye")
                    break
                case "RSET":
                    sender, recipients = None, []
                    tell("250 forgotten")
                case _:
                    tell("530 not like that")
            await writer.drain()
        writer.close()


def self_signed(folder):
    """A certificate of 127.0.0.1 that nobody signed but itself, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, secret = folder / "office.pem", folder / "office.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


@pytest.fixture
def offices(tmp_path, settings, monkeypatch):
    """Opens a mail server and points the settings at it, as HUSTINGS_SMTP=smtp://... does."""
    opened = []

    def office(*, word=WORD, trusted=True, **more):
        made = Office(tmp_path, **more)
        opened.append(made)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, word
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL, settings.EMAIL_TIMEOUT = True, False, 20
        settings.DEFAULT_FROM_EMAIL = "door@platform.example"
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        return made

    yield office
    for made in opened:
        made.close()


TEXT = "The code: ABCD-EFGH\n.\n.two dots\nÄ line with other letters.\n"


def test_a_code_arrives_whole_under_tls_from_who_signed_in(offices):
    office = offices()
    mail_code("ada@example.org", "Your code for political ads", TEXT)
    ((sender, recipients, message),) = office.taken
    assert (sender, recipients) == ("FROM:<door@platform.example>", ["TO:<ada@example.org>"])
    assert (message["Subject"], message["To"]) == ("Your code for political ads", "ada@example.org")
    assert message.get_content().replace("\r\n", "\n") == TEXT
    assert [verb for verb, secret in office.said if not secret] == ["EHLO", "STARTTLS"]


def test_nothing_is_said_to_an_office_that_speaks_no_tls(offices):
    office = offices(speaks_tls=False)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mail_code("ada@example.org", "Your code", TEXT)
    assert office.taken == []
    assert "AUTH" not in [verb for verb, _ in office.said]


def test_nothing_is_said_to_an_office_whose_certificate_nobody_vouches_for(offices):
    office = offices(trusted=False)
    with pytest.raises(ssl.SSLCertVerificationError):
        mail_code("ada@example.org", "Your code", TEXT)
    assert office.taken == []
    assert "AUTH" not in [verb for verb, _ in office.said]


def test_a_wrong_word_and_an_address_that_nobody_has_are_told(offices):
    offices(word="another word")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        mail_code("ada@example.org", "Your code", TEXT)
    office = offices(refuses="nobody@")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail_code("nobody@example.org", "Your code", TEXT)
    assert office.taken == []


def test_one_address_brings_no_second_one_and_no_line_of_its_own(offices):
    office = offices()
    for subject, to in (
        ("A\r\nBcc: eve@example.org", "ada@example.org"),
        ("A", "ada@example.org\r\nBcc: eve@example.org"),
    ):
        with pytest.raises(ValueError, match=r"newlines|Invalid address"):
            mail_code(to, subject, TEXT)
    assert office.taken == []


def test_what_the_settings_make_of_an_address_is_what_is_called(monkeypatch):
    """HUSTINGS_SMTP in a process of its own: which server, which port, whether TLS comes first or after."""
    import os
    import subprocess
    import sys

    ask = (
        "from django.conf import settings as s; print(s.EMAIL_BACKEND.rpartition('.')[2], s.EMAIL_HOST, s.EMAIL_PORT, "
        "s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    )
    for address, told in (
        ("smtp://door:a%20word@mail.example", f"{EmailBackend.__name__} mail.example 587 door a word True False"),
        ("smtps://mail.example:4650", f"{EmailBackend.__name__} mail.example 4650   False True"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", ask], capture_output=True, text=True, check=True,
            env=os.environ | {"HUSTINGS_SMTP": address, "DJANGO_SETTINGS_MODULE": "hustings.apps.settings", "HUSTINGS_SECRET_KEY": "x" * 50},
        )  # fmt: skip
        assert done.stdout.strip() == told
