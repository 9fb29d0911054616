"""Signed notes, keys and checkpoints: what others published holds, anything else is refused."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.errors import BadInput
from hustings.ledger.checkpoint import Signer, add_signatures, check_with_openssl, checkpoint_text, write_key
from hustings.ledger.verify_log import (
    COSIGNATURE,
    EMPTY_ROOT,
    PLAIN,
    BadFormat,
    Key,
    ProofFails,
    canonical,
    ed25519_holds,
    find_signature,
    parse_checkpoint,
    parse_key,
    parse_note,
    split_notes,
    text_hash,
)

# Key and note of the signed-note reference tests (golang.org/x/mod/sumdb/note).
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SECRET = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
# RFC 8032, section 7.1: secret, public, message, signature.
RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip
ORIGIN = "log.example/open"
LOG = Signer(name=ORIGIN, secret=bytes(range(32)))
WITNESS = Signer(name="witness.example/w1", secret=bytes(range(1, 33)))


@pytest.mark.parametrize("check", [ed25519_holds, check_with_openssl])
@pytest.mark.parametrize("public, message, signature", RFC_8032)
def test_signatures_of_the_standard_hold_and_touched_ones_do_not(check, public, message, signature):
    public, message, signature = (bytes.fromhex(part) for part in (public, message, signature))
    assert check(public, signature, message)
    assert not check(public, signature, message + b"!")
    for place in (0, 31, 32, 63):
        touched = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        assert not check(public, touched, message)
    assert not check(public, signature[:-1], message)
    assert not check(public[:-1], signature, message)


@settings(max_examples=15, deadline=None)
@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), flip=st.integers(0, 64 * 8))
def test_the_plain_check_and_the_fast_one_agree(secret, message, flip):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    signature = bytearray(key.sign(message))
    if flip < 64 * 8:
        signature[flip // 8] ^= 1 << flip % 8
    asked = key.public_key().public_bytes_raw(), bytes(signature), message
    assert ed25519_holds(*asked) == check_with_openssl(*asked) == (flip == 64 * 8)


def test_a_signature_with_a_scalar_beyond_the_order_is_refused():
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[0])
    order = 2**252 + 27742317777372353535851937790883648493
    beyond = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    assert not ed25519_holds(public, signature[:32] + beyond, message)


def test_the_published_note_is_made_and_read():
    peter = Signer(name="PeterNeumann", secret=SECRET)
    assert write_key(peter.key()) == VKEY
    assert add_signatures(TEXT, [peter.sign(TEXT)]).decode() == f"{TEXT}\n{LINE}"
    note = parse_note(f"{TEXT}\n{LINE}".encode())
    assert (note.text, find_signature(note, parse_key(VKEY), ed25519_holds)) == (TEXT, 0)


def test_a_key_with_any_part_missing_or_touched_is_refused():
    mangled = {VKEY[start:end] for start in range(len(VKEY)) for end in range(start + 1, len(VKEY) + 1)} - {VKEY}
    mangled |= {VKEY[:at] + chr(ord(VKEY[at]) + 1) + VKEY[at + 1 :] for at in range(len(VKEY))}
    for text in mangled:
        with pytest.raises(BadFormat):
            parse_key(text)


@pytest.mark.parametrize("public", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, b"\x02" + bytes(31)])
def test_a_key_that_is_no_proper_point_is_refused(public):
    with pytest.raises(BadFormat, match="no point that can sign"):
        parse_key(write_key(Key("weak", PLAIN, public)))


def test_a_key_of_another_type_is_refused():
    with pytest.raises(BadFormat, match="neither"):
        parse_key(write_key(Key("other", 2, LOG.key().public)))


@pytest.mark.parametrize("note, fault", [
    (f"{TEXT}{LINE}", "no empty line"),
    (f"{TEXT}\n{LINE[:-1]}", "no empty line"),
    (f"{TEXT}\n", "no signature line"),
    (f"{TEXT}\n\n", "no signature line"),
    (f"{TEXT}\n{LINE}{LINE}", "signs the note twice"),
    (f"{TEXT}\n{LINE}more\n", "no signature line"),
    (f"{TEXT}\n{LINE.replace('—', '-')}", "no signature line"),
    (f"{TEXT}\n{LINE.replace('AM=', 'AN=')}", "another way"),
    (f"{TEXT}\n{LINE.replace('AM=', 'AM')}", "not base64"),
    (f"{TEXT}\n— PeterNeumann x08g\n", "too short"),
    (f"{TEXT}\n— x08go/ZJkuBS\n", "no signature line"),
    (f"{TEXT}\n— a+b x08go/ZJkuBS\n", "no key name"),
    (f"{TEXT}\n— a\u2003b x08go/ZJkuBS\n", "no key name"),
    (f"{TEXT}\r\n\n{LINE}", "control character"),
    (f"{TEXT}\n{''.join(LINE.replace('Peter', f'P{n}') for n in range(101))}", "more than 100"),
])  # fmt: skip
def test_a_note_that_is_not_written_strictly_is_refused(note, fault):
    with pytest.raises(BadFormat, match=fault):
        parse_note(note.encode())


def test_a_note_that_is_no_utf8_is_refused():
    with pytest.raises(BadFormat, match="not UTF-8"):
        parse_note(b"\xff\n\n")


def test_a_checkpoint_carries_the_logs_signature_its_time_and_a_witness():
    text = checkpoint_text(ORIGIN, 7, hashlib.sha256(b"x").digest())
    note = add_signatures(text, [LOG.sign(text), LOG.cosign(text, 1_790_000_000)])
    note = add_signatures(parse_note(note), [WITNESS.cosign(text, 1_790_000_060)])
    read = parse_checkpoint(note)
    assert (read.origin, read.size, read.root) == (ORIGIN, 7, hashlib.sha256(b"x").digest())
    keys = [LOG.key(), LOG.key(COSIGNATURE), WITNESS.key(COSIGNATURE), WITNESS.key()]
    assert [find_signature(read.note, key, ed25519_holds) for key in keys] == [0, 1_790_000_000, 1_790_000_060, None]


def test_a_signature_from_a_known_key_that_does_not_hold_is_an_error_not_an_absence():
    text = checkpoint_text(ORIGIN, 7, EMPTY_ROOT)
    other = checkpoint_text(ORIGIN, 8, EMPTY_ROOT)
    for key, line in [(LOG.key(), LOG.sign(other)), (LOG.key(COSIGNATURE), LOG.cosign(other, 5))]:
        with pytest.raises(ProofFails, match="does not hold"):
            find_signature(parse_note(add_signatures(text, [line])), key, check_with_openssl)


def test_the_time_of_a_cosignature_cannot_be_moved():
    text = checkpoint_text(ORIGIN, 7, EMPTY_ROOT)
    name, short, blob = parse_note(add_signatures(text, [WITNESS.cosign(text, 50)])).signatures[0]
    moved = base64.b64encode(short + (51).to_bytes(8, "big") + blob[8:]).decode()
    with pytest.raises(ProofFails):
        find_signature(parse_note(f"{text}\n— {name} {moved}\n".encode()), WITNESS.key(COSIGNATURE), ed25519_holds)


@pytest.mark.parametrize("body, fault", [
    ("log\n1\n", "three lines"),
    ("log\n01\n{root}\n", "no tree size"),
    ("log\n-1\n{root}\n", "no tree size"),
    ("log\n１\n{root}\n", "no tree size"),
    ("log\n1\nAAAA\n", "3 bytes long"),
    ("log\n1\n{root}\n\nmore\n", "three lines"),
    ("log\n0\n" + base64.b64encode(bytes(32)).decode() + "\n", "empty tree"),
])  # fmt: skip
def test_a_checkpoint_that_is_not_written_strictly_is_refused(body, fault):
    text = body.format(root=base64.b64encode(EMPTY_ROOT).decode())
    with pytest.raises(BadFormat, match=fault):
        parse_checkpoint(add_signatures(text, [LOG.sign(text)]))


def test_a_log_cannot_have_a_name_that_breaks_the_format():
    for origin in ("", "a b", "a+b", "a\nb"):
        with pytest.raises(BadInput, match="cannot have this name"):
            checkpoint_text(origin, 0, EMPTY_ROOT)


def test_notes_in_one_file_are_taken_apart_again():
    texts = [checkpoint_text(ORIGIN, 0, EMPTY_ROOT), checkpoint_text(ORIGIN, 3, bytes(32))]
    notes = [add_signatures(text, [LOG.sign(text), LOG.cosign(text, 9)]) for text in texts]
    assert split_notes(b"\n".join(notes)) == notes
    assert split_notes(b"") == []


def test_a_secret_is_never_printed():
    assert LOG.secret.hex() not in repr(LOG)
    assert repr(LOG) == f"Signer(name='{ORIGIN}')"


def test_a_value_has_one_way_to_be_written():
    assert canonical({"b": [1, True, None], "a": "ä\n\u2028"}) == '{"a":"ä\\n\u2028","b":[1,true,null]}'.encode()


@pytest.mark.parametrize("value, fault", [
    ({"a": 1.0}, "entry.a: a float"),
    ({"a": [2**53]}, r"entry.a\[0\]: 9007199254740992 is too large"),
    ({"ä": 1}, "not ASCII"),
    ({1: 1}, "not ASCII"),
    ({"a": "\ud800"}, "surrogate"),
    ({"a": b"x"}, "a bytes"),
])  # fmt: skip
def test_what_has_no_one_way_to_be_written_is_refused_by_its_place(value, fault):
    with pytest.raises(BadFormat, match=fault):
        canonical(value)


def test_a_text_is_tied_by_its_salt():
    assert text_hash(bytes(32), "x") == hashlib.sha256(bytes(32) + b"x").hexdigest()
    assert text_hash(bytes(32), "x") != text_hash(b"\x01" + bytes(31), "x")
    with pytest.raises(BadFormat, match="3 bytes long"):
        text_hash(b"abc", "x")
