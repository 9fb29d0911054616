"""Packages of sealed evidence: a stranger checks them with one file, and any byte that is not as it was is named."""

import ast
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile

import bagit
import pytest
from made_desk import Desk

import hustings.ledger.verify_evidence as verifier
from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.models import Checkpoint, Leaf
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.cases import campaigns, find, packing, sealing, working
from hustings.apps.cases.models import Custody
from hustings.apps.cases.store import store
from hustings.apps.permission import NotKnown
from hustings.apps.sweeps.actions import own_marking
from hustings.cli.main import main
from hustings.errors import BadInput
from hustings.ledger.bag import NotAsSealed, Payload, write_bag
from hustings.ledger.checkpoint import Signer, write_key
from hustings.ledger.verify_log import ed25519_holds
from hustings.policy.casework import Confidence, MemberKind, Side

SECRET = bytes(range(32))


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Desk()


def case_with(desk, *contents):
    with desk.as_("anna") as anna:
        case = working.open_case(
            by=anna, title="Three pages", question="Do they act as one?", marking=own_marking(anna)
        )
        for number, content in enumerate(contents):
            sealing.seal(
                io.BytesIO(content), by=anna, case=case, name=f"post {number}", media_type="text/plain", how="platform export",
                tool="export 2.1", captured_at=anna.now, about=("page", "meridian", str(number)), why="named in the tip",
            )  # fmt: skip
    return case


def settled():
    sequence_all()
    sign_all(SECRET)


def packed(desk, case, who="anna"):
    with desk.as_(who) as seat:
        return packing.pack(find.find_case(seat, case.pk), by=seat, why="asked for by letter", to="the committee")


def unpacked(made, place):
    with made.file as file, tarfile.open(fileobj=file) as tar:
        tar.extractall(place, filter="data")
    return place / made.name


def run(folder, *options, script=None):
    done = subprocess.run(
        [sys.executable, "-I", str(script or folder / "verify.py"), *options, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def keys_of():
    return dict(Checkpoint.objects.order_by("id").values_list("log__origin", "key"))


@pytest.fixture
def package(desk, tmp_path):
    """One package, with everything that one can hold: two objects of equal bytes, a working copy, answers, a claim."""
    case = case_with(desk, b"first", b"second", b"first")
    with desk.as_("anna") as anna:
        answer = working.add_hypothesis(case, by=anna, text="One team runs them.")
        kept = find.evidence(anna).get(name="post 1")
        working.argue(answer, Side.AGAINST, by=anna, text="They never share a picture.", rests_on=kept.item)
        sealing.look_at(kept, by=anna, why="to translate it")
        sealing.seal(io.BytesIO(b"zweite"), by=anna, case=case, name="in German", media_type="text/plain", how="rendition",
                     tool="by hand", captured_at=anna.now, made_from=kept)  # fmt: skip
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        member = campaigns.propose_member(campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name="1",
                                          confidence=Confidence.LOW, method="seen")  # fmt: skip
        campaigns.rest_on(member, kept.item, by=anna, rows="all")
        claim = campaigns.claim_origin(campaign, by=anna, claim="An agency", confidence=Confidence.LOW, grounds="Its money.",
                                       alternatives="A reseller.")  # fmt: skip
    with desk.as_("ben") as ben:
        campaigns.dissent(claim, by=ben, text="It is the reseller.")
    settled()
    made = packed(desk, case)
    folder = unpacked(made, tmp_path / "out")
    return folder, made, keys_of()


def test_a_package_verifies_with_one_file_and_nothing_else_and_is_a_bag_to_others(package, tmp_path):
    folder, made, keys = package
    script = tmp_path / "alone" / "check.py"
    script.parent.mkdir()
    shutil.copy(folder / "verify.py", script)
    code, told = run(
        folder,
        "--manifest",
        made.tagmanifest,
        *(part for key in keys.values() for part in ("--key", key)),
        script=script,
    )
    assert code == 0, told
    assert "4 objects, 3 files, 5 rows of custody." in told
    assert "9 of 9 objects and rows of custody are proven by 1 signed logs, with the keys you brought." in told
    assert "Objects 1-4: no stamp covers them." in told
    bagit.Bag(str(folder)).validate()
    source = (folder / "verify.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported <= set(sys.stdlib_module_names)


def test_a_package_tells_what_the_case_asks_and_what_speaks_against_it(package):
    folder, *_ = package
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    (part,), (campaign,) = case["parts"], case["campaigns"]
    assert part["question"] == "Do they act as one?"
    assert part["answers"][0]["for"] == []
    assert part["answers"][0]["against"][0]["rests on"]["title"] == "post 1"
    assert campaign["members"][0]["rests on"][0]["rows"] == "all"
    assert campaign["claims of origin"][0]["alternatives"] == "A reseller."
    assert campaign["claims of origin"][0]["dissent"][0]["text"] == "It is the reseller."


def test_packing_is_logged_and_stands_in_each_objects_custody_and_equal_input_gives_equal_bytes(desk):
    case = case_with(desk, b"first", b"second")
    settled()
    with desk.as_("anna") as anna:
        found, objects = find.find_case(anna, case.pk), list(find.evidence(anna).order_by("sealed_at", "pk"))
        one, other = (packing.write_package(found, objects, by=anna, at=anna.now) for _ in range(2))
        with one.file as a, other.file as b:
            assert a.read() == b.read()
    made = packed(desk, case)
    made.file.close()
    assert (
        list(Custody.objects.filter(act="export").values_list("to", "why"))
        == [("the committee", "asked for by letter")] * 2
    )
    sequence_all()
    told = Leaf.objects.get(event="evidence packed").facts["with"]
    assert told == {"objects": 2, "left out": 0, "tagmanifest": made.tagmanifest}


def test_who_may_not_know_a_case_cannot_pack_it_and_nothing_is_packed_of_what_was_changed_in_the_store(desk):
    case = case_with(desk, b"first")
    with desk.as_("emil") as emil, pytest.raises(NotKnown):
        packing.pack(find.find_case(emil, case.pk), by=emil, why="because", to="me")
    empty = case_with(desk)
    with pytest.raises(BadInput, match="nothing to pack"):
        packed(desk, empty)
    place = store().place(hashlib.sha256(b"first").hexdigest())
    place.chmod(0o600)
    place.write_bytes(b"fIrst")
    with pytest.raises(NotAsSealed, match="not those that were sealed"):
        packed(desk, case)
    assert not Custody.objects.filter(act="export").exists()


def rewritten(folder):
    """Make the manifests anew, as somebody would who wants a change to pass."""

    def listed(paths):
        return "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
            for path in sorted(paths)
        )

    data = list((folder / "data").iterdir())
    (folder / "manifest-sha256.txt").write_text(listed(data))
    info = (folder / "bag-info.txt").read_text().splitlines()
    oxum = f"Payload-Oxum: {sum(path.stat().st_size for path in data)}.{len(data)}"
    (folder / "bag-info.txt").write_text(
        "\n".join([*(line for line in info if not line.startswith("Payload-Oxum")), oxum]) + "\n"
    )
    tags = [
        path
        for path in folder.rglob("*")
        if path.is_file() and "data" not in path.parts and path.name != "tagmanifest-sha256.txt"
    ]
    (folder / "tagmanifest-sha256.txt").write_text(listed(tags))


def changed(path, change):
    path.chmod(0o600)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_what_is_changed_is_named_even_where_the_manifests_are_made_anew(package, tmp_path):
    folder, _, keys = package
    assert verifier.check_package(folder, keys=keys)[0] == []
    first = "data/" + hashlib.sha256(b"first").hexdigest()

    def swapped(text):
        lines = text.splitlines(keepends=True)
        return "".join([lines[1], lines[0], *lines[2:]])

    cases = {
        "missing object": (lambda at: (at / first).unlink(), f"{first} is not in the package"),
        "extra object": (lambda at: (at / "data" / ("0" * 64)).write_bytes(b"x"), "index.jsonl does not name it"),
        "changed object": (lambda at: changed(at / first, lambda text: "fIrst"), "not those that were sealed"),
        "reordered custody": (lambda at: changed(at / "custody.jsonl", swapped), "custody.jsonl, line 1: is row 2; reordered"),
        "changed custody": (lambda at: changed(at / "custody.jsonl", lambda text: text.replace("to translate it", "to translate  it")),
                            "why is not what was written down at the time"),
        "changed custody and its proof": (
            lambda at: [
                changed(at / name, lambda text: text.replace("to translate it", "to translate  it")) for name in ("custody.jsonl", "proofs.jsonl")
            ],
            "the row is not the one that the log tells of",
        ),
        "custody taken out": (lambda at: changed(at / "custody.jsonl", lambda text: "".join(text.splitlines(keepends=True)[:-1])),
                              "has no custody"),
        "renamed object": (lambda at: changed(at / "index.jsonl", lambda text: text.replace('"post 1"', '"post 9"')),
                           "index.jsonl, object 2: name is not what was written down at the time"),
        "changed entry": (lambda at: changed(at / "proofs.jsonl", lambda text: text.replace('"row.insert"', '"row.Insert"', 1)),
                          "the entry is not the one that stands in the log"),
        "unproven": (lambda at: changed(at / "proofs.jsonl", lambda text: "".join(text.splitlines(keepends=True)[1:])), "no log proves it"),
        "checkpoint": (lambda at: changed(at / "checkpoints.jsonl", lambda text: text.replace("hustings/", "Hustings/")), "checkpoints.jsonl, line 1"),
    }  # fmt: skip
    for name, (change, expected) in cases.items():
        copy = tmp_path / name
        shutil.copytree(folder, copy)
        change(copy)
        assert verifier.check_package(copy)[0], name  # by its manifests
        rewritten(copy)
        wrong = verifier.check_package(copy, keys=keys)[0]
        assert any(expected in one for one in wrong), (name, wrong)


def test_every_single_byte_of_a_package_counts(package, tmp_path):
    folder, made, _ = package
    missed = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        path.chmod(0o600)
        # Of long files the first and last, and some between; the digest stands for all of them.
        for place in sorted({0, len(content) // 3, len(content) // 2, max(0, len(content) - 1)}):
            bent = bytes([content[place] ^ 1]) if content else b"x"
            path.write_bytes(content[:place] + bent + content[place + 1 :])
            if not verifier.check_package(folder, made.tagmanifest)[0]:
                missed.append((path.name, place))
        path.write_bytes(content)
    assert missed == []
    assert verifier.check_package(folder, made.tagmanifest)[0] == []


def test_signatures_hold_and_fail_as_with_the_logs_own_check():
    signer = Signer(name="hustings/log", secret=SECRET)
    public = signer.key().public
    text = "hustings/log\n3\nAAAA\n"
    line = signer.sign(text)
    signature = __import__("base64").b64decode(line.split(" ")[2])[4:]
    assert verifier.read_key(write_key(signer.key())) == ("hustings/log", signer.key().id, public)
    for place in range(0, 64, 7):
        bent = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        assert (
            verifier.signature_holds(public, bent, text.encode()) is ed25519_holds(public, bent, text.encode()) is False
        )
    assert (
        verifier.signature_holds(public, signature, text.encode())
        is ed25519_holds(public, signature, text.encode())
        is True
    )
    assert not verifier.signature_holds(bytes([1, *[0] * 31]), signature, text.encode())


def test_the_command_checks_the_archive_as_it_was_handed_out(tmp_path, capsys):
    folder = many(tmp_path, 3)
    package = str(folder.with_suffix(".tar"))
    assert main(["verify-evidence", package]) == 0
    assert main(["verify-evidence", package, "--manifest", "0" * 64]) == 1
    assert "its SHA-256 is not the one you were told" in capsys.readouterr().out
    assert main(["verify-evidence", str(folder)]) == 0
    for wrong in (["--key", "nonsense", package], [str(folder / "README.txt")]):
        assert main(["verify-evidence", *wrong]) == 2


def many(tmp_path, count):
    """A package of so many objects, without a database: its tables as the platform writes them."""
    contents = [f"object {number}".encode() for number in range(count)]
    index = [
        {"number": n, "id": f"{n:08}", "sealed_at": f"{n:08}", "sha256": hashlib.sha256(one).hexdigest(), "size": len(one), "name": str(n)}
        for n, one in enumerate(contents, 1)
    ]  # fmt: skip
    custody = [
        {"number": n, "object": f"{n:08}", "id": f"c{n:08}", "act": "collect", "at": f"{n:08}"}
        for n in range(1, count + 1)
    ]
    place = tmp_path / "many.tar"
    with place.open("wb") as out:
        write_bag(
            out, "many", info={}, case={}, stamps={},
            tables={"index.jsonl": index, "custody.jsonl": custody, "proofs.jsonl": [], "checkpoints.jsonl": [], "heads.jsonl": [], "leaves.jsonl": [], "redactions.jsonl": []},
            payload=[Payload(sha256=row["sha256"], size=row["size"], open=lambda one=one: io.BytesIO(one)) for row, one in zip(index, contents, strict=True)],
        )  # fmt: skip
    with tarfile.open(place) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / "many"


def every_change_is_found(folder, step):
    wrong, _ = verifier.check_package(folder)
    assert wrong == []
    files = sorted((folder / "data").iterdir())
    chosen = files[::step]
    for path in chosen:
        content = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    wrong, _ = verifier.check_package(folder)
    assert {one.split(":")[0] for one in wrong if ": changed;" in one} == {f"data/{path.name}" for path in chosen}


def test_each_of_many_changed_objects_is_named(tmp_path):
    every_change_is_found(many(tmp_path, 300), 7)


@pytest.mark.long
def test_each_changed_object_of_ten_thousand_is_named(tmp_path):
    every_change_is_found(many(tmp_path, 10_000), 1)
