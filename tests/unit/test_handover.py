"""The package for an investigator: whole or not at all, the same twice, and honest when touched."""

import json
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

import hustings.ledger
from hustings.cli.handover import make_handover
from hustings.cli.main import main
from hustings.errors import BadInput, EnvironmentLacks
from hustings.screening.ad import Ad, AdsTable, Criterion

PAIR = {"platform_a": ["facebook"] * 2, "actor_a": ["a", "b"], "platform_b": ["facebook"] * 2, "actor_b": ["b", "c"]}
MOMENT = pa.array([datetime(2016, 5, 2, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC"))
FINDING = {
    "finding": 0, "members": 3, "basis": "content", "platforms": ["facebook"], "first": "2016-05-02T00:00:00Z",
    "last": "2016-05-03T00:00:00Z", "links": 2, "traces": 4, "score": 0.98, "sentence": "Three pages share rare things.",
    "limits": ["It does not say who ordered it."], "rows_digest": "d",
}  # fmt: skip


def write_run(folder, *, reverse=False, seconds=1.0):
    """A finished run as the design's contract describes it."""
    folder.mkdir(exist_ok=True)
    numbers = {
        f"{letter}_{ground}": pa.array([1e-6, None], pa.float64())
        for ground in ("timing", "content", "office")
        for letter in "pq"
    }
    tables = {
        "links": pa.table({**PAIR, "acts": [3, 2], "traces": [3, 2], "kinds": [["text"], ["text"]], **numbers, "basis": ["content", ""]}),
        "layers": pa.table({**PAIR, "kind": ["text"] * 2, "pairs": [3, 2], "expected": [0.1, 0.2]}),
        "members": pa.table({"finding": [0] * 3, "platform": ["facebook"] * 3, "actor": ["a", "b", "c"],
                             "score": [0.98] * 3, "basis": ["content"] * 3}),
        "evidence": pa.table({"finding": [0, 0], **PAIR, "kind": ["text"] * 2, "trace": ["t", "u"], "content_a": ["1", "2"],
                              "content_b": ["2", "3"], "at_a": MOMENT, "at_b": MOMENT, "gap_s": [0.0, 0.0]}),
    }  # fmt: skip
    for name, table in tables.items():
        rows = table.take(list(reversed(range(len(table))))) if reverse else table
        pyarrow.parquet.write_table(rows, folder / f"{name}.parquet")
    (folder / "findings.json").write_text(json.dumps([FINDING]))
    (folder / "run.json").write_text(json.dumps({
        "settings": {"window_s": 60}, "seed": 0, "version": "0.1.0", "inputs": [{"path": "/somewhere/x/traces.parquet", "sha256": "ab"}],
        "counts": {"read": 9}, "seconds": seconds, "peak_memory_mib": seconds * 7}))  # fmt: skip
    return folder


def ad(name, actor, spend, currency, **more):
    return Ad(platform="facebook", actor=actor, ad=name, text="Some text", spend=Decimal(spend), currency=currency,
              created=datetime(2016, 5, int(name), tzinfo=UTC), impressions=10, clicks=1, target_countries=("US",),
              targeting=(Criterion(value="Old Maps"), Criterion(value="New, maps\nand more", excluded=True)), **more)  # fmt: skip


ADS = AdsTable(source="bought-ads", ads=(
    ad("1", "a", "10.50", "RUB"), ad("2", "b", "2.25", "RUB"), ad("3", "c", "4.00", "USD"), ad("4", "d", "0.00", None)))  # fmt: skip


@pytest.fixture
def package(tmp_path):
    """A package made of a small run and four ads."""
    write_run(tmp_path / "run")
    pyarrow.parquet.write_table(ADS.arrow(), tmp_path / "ads.parquet")
    return make_handover(tmp_path / "run", tmp_path / "ads.parquet", tmp_path / "package")


def verify(place, *arguments, script=None):
    """Run the package's own script as a stranger would: no environment, no path, no packages."""
    done = subprocess.run([sys.executable, "-I", "-S", str(script or Path(place) / "verify.py"), *arguments],
                          capture_output=True, text=True, check=False, cwd="/")  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_package_holds_what_an_investigator_asks_for(package):
    assert sorted(path.name for path in package.place.iterdir()) == [
        "README.md", "accounts.csv", "ads.jsonl", "evidence.csv", "findings.json", "links.parquet", "manifest.json", "missing.md",
        "payments.csv", "rows.json", "targeting.csv", "timeline.csv", "verify.py"]  # fmt: skip
    assert package.facts.as_json() == {
        "ads": 4, "actors": 4, "impressions": 40, "clicks": 4, "criteria": 8, "findings": 1, "links": 2,
        "flagged_payments": 2, "paid": {"RUB": "12.75", "USD": "4.00"}}  # fmt: skip


def test_an_untouched_package_passes_and_says_its_digest(package):
    code, said = verify(package.place, "--manifest", package.manifest_sha256)
    assert (code, package.manifest_sha256 in said) == (0, True)
    assert "4 ads, 40 impressions, 4 clicks, paid 12.75 RUB, 4.00 USD" in said


def test_links_carry_p_and_q(package):
    links = pyarrow.parquet.read_table(package.place / "links.parquet")
    assert links["q_content"].to_pylist() == [1e-6, None]


def test_accounts_join_ads_and_findings(package):
    text = (package.place / "accounts.csv").read_text()
    assert "facebook,a,,,,,1,2016-05-01T00:00:00Z,2016-05-01T00:00:00Z,10,1,10.50 RUB,0,content,0.98\n" in text
    assert "facebook,d,,,,,1,2016-05-04T00:00:00Z,2016-05-04T00:00:00Z,10,1,,,,\n" in text


def test_the_timeline_is_in_order(package):
    moments = [line.split(",")[0] for line in (package.place / "timeline.csv").read_text().splitlines()[1:]]
    assert moments == sorted(moments)
    assert len(moments) == 6


def test_what_is_missing_is_counted_from_the_ads(tmp_path, package):
    said = (package.place / "missing.md").read_text()
    absent, partly, whole = said.split("\n## ")[1:4]
    assert all(f"`{name}`" in absent for name in ("reach", "instrument", "account", "address", "billing_country"))
    assert "`currency`) | 1 of 4" in partly
    assert "`impressions`" in whole
    known = AdsTable(
        source="bought-ads",
        ads=(ad("1", "a", "1", "EUR", reach=5, instrument="card_1", account="x", address="192.0.2.1"),),
    )
    pyarrow.parquet.write_table(known.arrow(), tmp_path / "known.parquet")
    other = make_handover(tmp_path / "run", tmp_path / "known.parquet", tmp_path / "other")
    assert not any(f"`{name}`" in (other.place / "missing.md").read_text().split("\n## ")[1]
                   for name in ("reach", "instrument", "account", "address"))  # fmt: skip


def test_same_input_same_bytes_whatever_the_run_took_and_the_order_of_rows(tmp_path, package):
    write_run(tmp_path / "run", seconds=99.0)
    again = make_handover(tmp_path / "run", tmp_path / "ads.parquet", tmp_path / "again")
    assert again.manifest_sha256 == package.manifest_sha256
    for path in package.place.iterdir():
        assert path.read_bytes() == (again.place / path.name).read_bytes(), path.name
    write_run(tmp_path / "turned", reverse=True)
    turned = make_handover(tmp_path / "turned", tmp_path / "ads.parquet", tmp_path / "turned package")
    for name in ("links.parquet", "evidence.csv", "accounts.csv", "timeline.csv"):
        assert (package.place / name).read_bytes() == (turned.place / name).read_bytes(), name


def test_no_path_of_the_machine_is_handed_over(tmp_path, package):
    for path in package.place.iterdir():
        assert str(tmp_path).encode() not in path.read_bytes(), path.name
    assert "somewhere" not in (package.place / "manifest.json").read_text()


def changed(path, old, new):
    text = path.read_bytes()
    assert old in text
    path.write_bytes(text.replace(old, new, 1))


def test_a_changed_byte_is_named_with_its_line(package):
    changed(package.place / "payments.csv", b"2.25", b"2.26")
    code, said = verify(package.place)
    assert code == 1
    assert "payments.csv: changed" in said
    assert "payments.csv, line 3: changed (now begins '2,facebook,b" in said
    assert "payments.csv, row 3 (ad 2): 2.26 RUB, but ads.jsonl says 2.25 RUB" in said
    assert "'RUB': '12.76'" in said


@pytest.mark.parametrize(
    "name", ["links.parquet", "verify.py", "rows.json", "missing.md", "findings.json", "ads.jsonl"]
)
def test_a_byte_changed_in_any_file_fails(package, name):
    text = bytearray((package.place / name).read_bytes())
    text[-2] ^= 1
    (package.place / name).write_bytes(bytes(text))
    # A verifier may have been changed itself: the one that came with Hustings judges it.
    code, said = verify(package.place, str(package.place), script=Path(hustings.ledger.__file__).with_name("verify.py"))
    assert (code, f"{name}: changed" in said) == (1, True)


def test_a_line_taken_out_is_named(package):
    lines = (package.place / "ads.jsonl").read_bytes().splitlines(keepends=True)
    (package.place / "ads.jsonl").write_bytes(b"".join(lines[:1] + lines[2:]))
    code, said = verify(package.place)
    assert code == 1
    assert "ads.jsonl, line 2: the first that differs (3 lines, 4 were written)" in said
    assert "totals: ads add up to 3, the manifest says 4" in said


def test_a_missing_and_an_extra_file_are_named(package):
    (package.place / "missing.md").unlink()
    (package.place / "note.txt").write_text("x")
    code, said = verify(package.place)
    assert code == 1
    assert "missing.md: missing" in said
    assert "note.txt: does not belong to the package" in said


def test_an_edited_manifest_breaks_its_seal(package):
    changed(package.place / "manifest.json", b'"seed": 0', b'"seed": 7')
    code, said = verify(package.place)
    assert (code, "manifest.json: was edited" in said) == (1, True)


def test_a_package_forged_as_a_whole_fails_the_digest_told_by_another_way(tmp_path, package):
    write_run(tmp_path / "run")
    other = AdsTable(source="bought-ads", ads=ADS.ads[:2])
    pyarrow.parquet.write_table(other.arrow(), tmp_path / "other.parquet")
    forged = make_handover(tmp_path / "run", tmp_path / "other.parquet", tmp_path / "forged")
    assert verify(forged.place)[0] == 0
    code, said = verify(forged.place, "--manifest", package.manifest_sha256)
    assert (code, "not the one you were told" in said) == (1, True)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"{}", b'{"format": 1, "files": {}, "seal": ""}',
                                    b'{"format": "hustings-handover/1", "files": {"../x": {}}, "seal": ""}'])  # fmt: skip
def test_a_manifest_that_is_none_fails_without_a_trace_of_the_script(package, broken):
    (package.place / "manifest.json").write_bytes(broken)
    code, said = verify(package.place)
    assert (code, "WRONG  manifest.json" in said, "Traceback" in said) == (1, True, False)


def test_the_verifier_explains_wrong_usage(package):
    assert verify(package.place, "--help")[0] == 2
    assert verify(package.place, "/no such folder")[0] == 2
    assert verify(package.place, "--manifest")[0] == 2


def test_what_lacks_in_a_run_is_said_at_once(tmp_path):
    run = write_run(tmp_path / "run")
    (run / "members.parquet").unlink()
    (run / "findings.json").write_text('{"no": "list"}')
    pyarrow.parquet.write_table(pa.table(PAIR), run / "links.parquet")
    (run / "evidence.parquet").write_bytes((run / "evidence.parquet").read_bytes()[:50])
    with pytest.raises(BadInput) as caught:
        make_handover(run, tmp_path / "ads.parquet", tmp_path / "package")
    said = str(caught.value)
    for what in (
        "members.parquet: found no such file",
        "no column 'q_content'",
        "findings.json",
        "evidence.parquet: found a file that cannot be read",
    ):
        assert what in said
    assert not (tmp_path / "package").exists()


def test_other_files_in_the_place_of_the_package_are_not_mixed_in(tmp_path, package):
    make_handover(tmp_path / "run", tmp_path / "ads.parquet", package.place)
    assert verify(package.place)[0] == 0
    (package.place / "thesis.docx").write_text("x")
    with pytest.raises(BadInput, match=r"thesis\.docx"):
        make_handover(tmp_path / "run", tmp_path / "ads.parquet", package.place)


@pytest.mark.slow
def test_a_full_disk_leaves_no_package(tmp_path):
    write_run(tmp_path / "run")
    many = AdsTable(source="bought-ads", ads=tuple(ad("1", "a", "1", "RUB", page_name="x" * 200) for _ in range(1)))
    many = AdsTable(source="bought-ads", ads=tuple(
        Ad(platform="facebook", actor="a", ad=str(n), text="x" * 300, spend=Decimal(1), currency="RUB") for n in range(500)))  # fmt: skip
    pyarrow.parquet.write_table(many.arrow(), tmp_path / "ads.parquet")
    done = subprocess.run(
        [sys.executable, "-m", "hustings", "handover", str(tmp_path / "run"), "--ads", str(tmp_path / "ads.parquet"),
         "--out", str(tmp_path / "package")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        capture_output=True, text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == EnvironmentLacks.exit_code, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ads.parquet", "run"]


def test_the_command_prints_the_digest_for_the_receiver(tmp_path, capsys):
    write_run(tmp_path / "run")
    pyarrow.parquet.write_table(ADS.arrow(), tmp_path / "ads.parquet")
    arguments = [
        "handover",
        str(tmp_path / "run"),
        "--ads",
        str(tmp_path / "ads.parquet"),
        "--out",
        str(tmp_path / "p"),
        "--json",
    ]
    assert main(arguments) == 0
    said = json.loads(capsys.readouterr().out)
    assert verify(tmp_path / "p", "--manifest", said["manifest_sha256"])[0] == 0


def test_the_real_release_is_handed_over_with_its_totals(tmp_path, real_data):
    write_run(tmp_path / "run")
    made = make_handover(tmp_path / "run", real_data / "ira-ads" / "ads.jsonl", tmp_path / "package")
    code, said = verify(made.place)
    assert code == 0, said
    assert "3498 ads, 40285461 impressions, 3708749 clicks, paid 5822554.92 RUB, 109.33 USD" in said
    missing = (made.place / "missing.md").read_text().split("\n## ")[1]
    assert all(f"`{name}`" in missing for name in ("reach", "instrument", "account", "address"))
