"""`hustings verify-log` as a stranger runs it: an untouched log holds, whatever was touched is named."""

import base64
import json
import re
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, timedelta

import pytest

from hustings.cli.main import main
from hustings.ledger.checkpoint import Signer, add_signatures, checkpoint_text, write_key
from hustings.ledger.entry import entry_body
from hustings.ledger.export import ExportedText, write_export
from hustings.ledger.verify_log import COSIGNATURE, Edge, canonical, leaf_hash, parse_note, split_notes, text_hash

START = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
LOG = Signer(name="hustings.example/open", secret=bytes(range(32)))
WITNESS = Signer(name="agency.example/witness", secret=bytes(range(40, 72)))
KEY = ["--key", write_key(LOG.key())]
WATCHED = ["--witness", write_key(WITNESS.key(COSIGNATURE))]
SIZES = (0, 5, 5, 12, 20)


def salt(index):
    return bytes([index]) * 32


def body(index, word="read"):
    at = START + timedelta(minutes=index)
    texts = {"reason": text_hash(salt(index), f"reason {index}")} if index % 4 == 0 else None
    return entry_body(at=at, event=word, facts={"item": f"item-{index}", "allowed": True}, texts=texts)


def checkpoint(entries, size, seconds, *, witness=False):
    edge = Edge()
    for entry in entries[:size]:
        edge.add(leaf_hash(canonical(entry)))
    text = checkpoint_text(LOG.name, size, edge.root())
    lines = [LOG.sign(text), LOG.cosign(text, seconds)]
    return add_signatures(text, [*lines, WITNESS.cosign(text, seconds + 5)] if witness else lines)


def notes_of(entries, sizes=SIZES):
    start = int(START.timestamp())
    return [checkpoint(entries, size, start + 60 * size + 30 * place, witness=size == 12) for place, size in
            enumerate(sizes)]  # fmt: skip


def written(folder, entries, sizes=SIZES):
    texts = [ExportedText(index=0, name="reason", salt=salt(0), text="reason 0"),
             ExportedText(index=8, name="reason", salt=salt(8), text="reason 8")]  # fmt: skip
    keys = [LOG.key(), WITNESS.key(COSIGNATURE)]
    write_export(
        folder,
        entries=[(entry, leaf_hash(canonical(entry))) for entry in entries],
        checkpoints=notes_of(entries, sizes),
        keys=keys,
        texts=texts,
    )
    return folder


@pytest.fixture
def export(tmp_path):
    return written(tmp_path / "log", [body(index) for index in range(20)])


def verify(capsys, *arguments):
    capsys.readouterr()
    code = main(["verify-log", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def lines_of(export, name="entries.jsonl"):
    return (export / name).read_bytes().splitlines(keepends=True)


def put(export, lines, name="entries.jsonl"):
    (export / name).write_bytes(b"".join(lines))


def renumbered(lines):
    return [re.sub(rb'"index":\d+\}\n$', b'"index":%d}\n' % place, line) for place, line in enumerate(lines)]


def test_an_untouched_log_holds_and_says_what_was_seen(export, capsys):
    code, told = verify(capsys, export, *KEY, *WATCHED)
    assert (code, told) == (
        0,
        """\
Log hustings.example/open: 5 signed checkpoints, from 2026-11-03 08:00:00 UTC to 2026-11-03 08:22:00 UTC.
The signed roots hold for 20 of 20 entries.
Witness agency.example/witness saw the log up to 12 entries, last at 2026-11-03 08:13:35 UTC.
Personal texts: 5 in the entries, 2 told here and held against their hashes, 3 erased or withheld.
Everything holds.
""",
    )


def test_the_same_as_a_tar_and_by_the_script_inside_it(export, capsys, tmp_path):
    with tarfile.open(tmp_path / "log.tar", "w") as tar:
        tar.add(export, "log")
    assert verify(capsys, tmp_path / "log.tar", *KEY, *WATCHED) == verify(capsys, export, *KEY, *WATCHED)
    alone = [sys.executable, "-I", "-S", str(export / "verify_log.py"), *KEY, *WATCHED]
    ran = subprocess.run(alone, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (ran.returncode, ran.stdout + ran.stderr) == verify(capsys, export, *KEY, *WATCHED)
    put(export, lines_of(export)[:-1])
    ran = subprocess.run(alone, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == verify(capsys, export, *KEY, *WATCHED)
    assert ran.returncode == 1


TOUCHED = {
    "changed": (lambda lines: [*lines[:7], lines[7].replace(b"item-7", b"item-9"), *lines[8:]], ["entry 7: changed"]),
    "changed last": (lambda lines: [*lines[:-1], lines[-1].replace(b"read", b"none")], ["entry 19: changed"]),
    "dropped": (lambda lines: lines[:7] + lines[8:], ["entry 7: dropped"]),
    "dropped first": (lambda lines: renumbered(lines[1:]), ["entry 0: dropped"]),
    "dropped, renumbered": (lambda lines: renumbered(lines[:7] + lines[8:]), ["entry 7: dropped"]),
    "reordered": (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], ["entry 3: reordered"]),
    "reordered, renumbered": (
        lambda lines: renumbered([*lines[:3], lines[4], lines[3], *lines[5:]]), ["entry 3: reordered"]),
    "cut": (lambda lines: lines[:-3], ["entries 17 to 19: cut off at the end"]),
    "cut by one": (lambda lines: lines[:-1], ["entry 19: cut off at the end"]),
    "all gone": (lambda lines: [], ["entries 0 to 19: cut off at the end"]),
    "doubled": (lambda lines: renumbered([*lines[:5], lines[4], *lines[5:]]), ["entry 5: stands there once more"]),
    "added": (lambda lines: [*lines, b'{"entry":%s,"index":20}\n' % canonical(body(20))],
              ["line 21 (says entry 20): the log has no such entry"]),
    "index only": (lambda lines: [*lines[:2], lines[2].replace(b'"index":2}', b'"index":9}'), *lines[3:]],
                   ["entry 2: its line 3 says index 9"]),
    "no json": (lambda lines: [*lines[:2], b"{\n", *lines[3:]], ["line 3 (entry 2): is no JSON", "entry 2: changed"]),
    "spaces": (lambda lines: [*lines[:2], lines[2].replace(b":", b": ", 1), *lines[3:]], ["line 3 (entry 2): is not"]),
    "two keys": (lambda lines: [*lines[:2], lines[2].replace(b'"v":1', b'"v":1,"v":1'), *lines[3:]],
                 ["line 3 (entry 2): is not written in the canonical way"]),
    "no newline": (lambda lines: [*lines[:-1], lines[-1][:-1]], ["line 20 (entry 19): is not written"]),
}  # fmt: skip


@pytest.mark.parametrize("touch, named", TOUCHED.values(), ids=TOUCHED)
def test_a_touched_entry_is_named(export, capsys, touch, named):
    put(export, touch(lines_of(export)))
    code, told = verify(capsys, export, *KEY)
    assert code == 1
    assert [name for name in named if name not in told] == []


@pytest.mark.parametrize("touch, named", [TOUCHED[name] for name in ("changed", "dropped", "reordered", "cut")])
def test_a_touched_entry_with_its_leaf_hashes_made_anew_is_bounded_by_the_checkpoints(export, capsys, touch, named):
    put(export, renumbered(touch(lines_of(export))))
    anew = [leaf_hash(canonical(json.loads(line)["entry"])).hex().encode() + b"\n" for line in lines_of(export)]
    put(export, anew, "leaves")
    code, told = verify(capsys, export, *KEY)
    assert code == 1
    span = {"entry 7": "entries 5 to 11: the checkpoint at 12", "entry 3": "entries 0 to 4: the checkpoint at 5",
            "entries 17": "entries 17 to 19: cut off"}  # fmt: skip
    assert next(text for start, text in span.items() if named[0].startswith(start)) in told


def test_touched_leaf_hashes_alone_are_told_apart_from_touched_entries(export, capsys):
    put(export, [*lines_of(export, "leaves")[:4], b"0" * 64 + b"\n", *lines_of(export, "leaves")[5:]], "leaves")
    code, told = verify(capsys, export, *KEY)
    assert code == 1
    assert "leaves, line 5: is not the hash of entry 4, which the checkpoints confirm" in told
    assert "entry 4: " not in told
    (export / "leaves").unlink()
    assert "leaves: missing" in verify(capsys, export, *KEY)[1]


@pytest.mark.parametrize("kept", SIZES)
def test_a_log_rewritten_from_the_root_up_with_the_logs_own_key_is_found_by_an_earlier_checkpoint(
    export, capsys, tmp_path, kept
):
    (tmp_path / "kept").write_bytes(notes_of([body(index) for index in range(20)])[SIZES.index(kept)])
    forged = written(tmp_path / "forged", [body(index, "read" if index != 4 else "none") for index in range(20)])
    assert verify(capsys, forged, *KEY)[0] == 0  # nothing shows it by itself
    code, told = verify(capsys, forged, *KEY, "--previous", tmp_path / "kept")
    assert (code, "rewritten" in told) == ((1, True) if kept else (0, False))
    assert verify(capsys, export, *KEY, "--previous", tmp_path / "kept")[0] == 0


def test_a_log_cut_off_with_its_checkpoints_is_found_by_an_earlier_checkpoint(capsys, tmp_path):
    entries = [body(index) for index in range(20)]
    (tmp_path / "kept").write_bytes(notes_of(entries)[-1])
    short = written(tmp_path / "short", entries[:12], SIZES[:4])
    code, told = verify(capsys, short, *KEY, "--previous", tmp_path / "kept")
    assert code == 1
    assert "entries 12 to 19: cut off; your earlier checkpoint covers 20 entries, the newest here 12" in told


def test_an_earlier_checkpoint_between_two_of_the_export_is_held_against_the_entries(export, capsys, tmp_path):
    (tmp_path / "kept").write_bytes(checkpoint([body(index) for index in range(20)], 7, 1_800_000_000))
    code, told = verify(capsys, export, *KEY, "--previous", tmp_path / "kept")
    assert (code, "The 7 entries of your earlier checkpoint are its beginning, unchanged." in told) == (0, True)


def noted(export, change):
    (export / "checkpoints").write_bytes(b"\n".join(change(split_notes((export / "checkpoints").read_bytes()))))


def resigned(note, text):
    """A note whose text was replaced below its old signatures."""
    return note.replace(parse_note(note).text.encode(), text.encode())


NOTES = {
    "root": (lambda notes: [*notes[:4], resigned(notes[4], checkpoint_text(LOG.name, 20, bytes(32)))],
             ["number 5 (size 20): the signature of hustings.example/open does not hold", "no checkpoint covers"]),
    "size": (lambda notes: [notes[0], resigned(notes[1], parse_note(notes[1]).text.replace("\n5\n", "\n6\n")),
                            *notes[2:]], ["number 2 (size 6): the signature"]),
    "order": (lambda notes: [notes[0], notes[3], notes[1], notes[2], notes[4]],
              ["the one after size 12: has 5 entries", "the one after size 12: signed at"]),
    "newest gone": (lambda notes: notes[:4], ["entries 12 to 19: no checkpoint covers"]),
    "unsigned": (lambda notes: [add_signatures(parse_note(notes[0]).text, [WITNESS.sign(parse_note(notes[0]).text)]),
                                *notes[1:]], ["number 1 (size 0): is not signed by any key you named"]),
    "no time": (lambda notes: [*notes[:4], add_signatures(parse_note(notes[4]).text,
                                                          [LOG.sign(parse_note(notes[4]).text)])],
                ["number 5 (size 20): lacks the log's signature with the time"]),
    "garbage": (lambda notes: [*notes[:4], b"nothing\n"], ["number 5: the note has no empty line"]),
    "none": (lambda notes: [], ["none can be read"]),
}  # fmt: skip


@pytest.mark.parametrize("change, named", NOTES.values(), ids=NOTES)
def test_a_touched_checkpoint_is_named(export, capsys, change, named):
    noted(export, change)
    code, told = verify(capsys, export, *KEY)
    assert code == 1
    assert [name for name in named if name not in told] == []


def test_two_roots_at_one_size_are_found_though_the_log_signed_both(export, capsys):
    def other(notes):
        text = checkpoint_text(LOG.name, 5, bytes(32))
        return [*notes[:2], add_signatures(text, [LOG.sign(text), LOG.cosign(text, 1793693000)]), *notes[2:]]

    noted(export, other)
    code, told = verify(capsys, export, *KEY)
    assert (code, "another root than the one before it at the same size 5" in told) == (1, True)


def test_an_entry_younger_than_its_checkpoint_is_named(capsys, tmp_path):
    entries = [body(index) for index in range(20)]
    entries[3] = entry_body(at=START + timedelta(hours=1), event="read", facts={})
    code, told = verify(capsys, written(tmp_path / "log", entries), *KEY)
    assert (code, "entry 3: from 2026-11-03 09:00:00 UTC, yet under the checkpoint of" in told) == (1, True)


def test_a_witness_that_is_asked_for_must_be_there(export, capsys):
    other = Signer(name="other.example/w", secret=bytes(32)).key(COSIGNATURE)
    code, told = verify(capsys, export, *KEY, "--witness", write_key(other))
    assert (code, "the witness other.example/w co-signed none" in told) == (1, True)


@pytest.mark.parametrize("change, named", [
    (lambda line: line.replace(b"reason 8", b"reason 9"), "the text 'reason' of entry 8 was changed"),
    (lambda line: line.replace(b'"index":8', b'"index":7'), "entry 7 has no text 'reason'"),
    (lambda line: line.replace(b'"index":8', b'"index":0'), "the text 'reason' of entry 0 stands there twice"),
    (lambda line: line.replace(b'"name"', b'"nama"'), "has not exactly the fields"),
    (lambda line: line[:9] + b"\n", "is no JSON"),
])  # fmt: skip
def test_a_touched_text_is_named(export, capsys, change, named):
    lines = lines_of(export, "texts.jsonl")
    put(export, [lines[0], change(lines[1])], "texts.jsonl")
    code, told = verify(capsys, export, *KEY)
    assert (code, f"texts.jsonl, line 2: {named}" in told) == (1, True)


def test_an_erased_text_leaves_the_log_whole(export, capsys):
    (export / "texts.jsonl").unlink()
    code, told = verify(capsys, export, *KEY)
    assert (code, "0 told here and held against their hashes, 5 erased or withheld" in told) == (0, True)


def test_what_cannot_be_judged_is_refused(export, capsys, tmp_path):
    other = Signer(name="other.example/log", secret=bytes(32))
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_bytes(b"nothing")
    (tmp_path / "kept").write_bytes(notes_of([body(index) for index in range(20)])[1])
    asked = [
        ([export], "no key of the log is named"),
        ([], "Name either"),
        ([export, "--key", "x"], "'x' is no verifier key"),
        ([export, *KEY, "--witness", "a+00000000+AAAA"], "neither Ed25519"),
        ([tmp_path / "empty", *KEY], "this is no export of a log"),
        ([tmp_path / "file", *KEY], "cannot be read as a .tar"),
        ([tmp_path / "nowhere", *KEY], "does not exist"),
        ([export, *KEY, "--previous", tmp_path / "file"], "your earlier checkpoint cannot be used"),
        ([export, "--key", write_key(other.key()), "--previous", tmp_path / "kept"], "no key you named signed it"),
    ]
    for arguments, fault in asked:
        code, told = verify(capsys, *arguments)
        assert (code, fault in told, "Traceback" in told) == (2, True, False), told


def test_vectors_get_one_verdict_a_line(capsys, tmp_path):
    one, two = leaf_hash(b"1"), leaf_hash(b"2")
    edge = Edge()
    edge.add(one), edge.add(two)
    leaf, sibling, root = (base64.b64encode(part).decode() for part in (one, two, edge.root()))
    good = {"type": "inclusion", "leaf_index": 0, "tree_size": 2, "leaf_hash": leaf, "root": root, "proof": [sibling]}
    grown = {"type": "consistency", "tree_size": 1, "tree_size_2": 2, "root": leaf, "root_2": root, "proof": [sibling]}
    (tmp_path / "v.json").write_text(json.dumps([good, good | {"leaf_index": 1}, grown]))
    assert main(["verify-log", "--vectors", str(tmp_path / "v.json")]) == 1
    assert capsys.readouterr() == ("0 valid\n1 invalid\n2 valid\n", "1: the proof leads to another root\n")
    (tmp_path / "v.json").write_text(json.dumps([good, grown]))
    assert main(["verify-log", "--vectors", str(tmp_path / "v.json")]) == 0
    (tmp_path / "v.json").write_text(json.dumps([good | {"tree_size": "2"}]))
    assert main(["verify-log", "--vectors", str(tmp_path / "v.json")]) == 2
    assert "vector 0.tree_size: found '2'; expected a whole number" in capsys.readouterr().err
