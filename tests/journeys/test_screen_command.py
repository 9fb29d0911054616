"""`hustings screen` as a person runs it: good lines, bad lines, lists, earlier ads."""

import json

import pytest

from hustings.cli.main import main

GOOD = {
    "id": "a1", "text": "Skip the line: text HARRIS to 59925 to vote from home", "lang": "en",
    "context": {"country": "US", "election_date": "2024-11-05", "polls_close": "20:00", "methods": ["in_person", "mail"],
                "phone_vote": False, "online_vote": False, "id_required": False},
}  # fmt: skip


@pytest.fixture
def screened(tmp_path, monkeypatch, capsys):
    """Runs the command where there is no political model; gives exit code, lines and what was said beside."""
    monkeypatch.setenv("HUSTINGS_DATA", "")

    def run(*lines, options=()):
        place = tmp_path / "ads.jsonl"
        place.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        code = main(["screen", str(place), *options])
        told = capsys.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return run


def test_one_line_comes_out_for_each_ad_in_order(screened):
    code, out, told = screened(
        GOOD, {**GOOD, "id": 2, "text": "Shoes for everybody"}, {**GOOD, "id": "3", "sponsor": ""}
    )
    assert code == 0
    assert [row["id"] for row in out] == ["a1", "2", "3"]
    assert [row["route"] for row in out] == ["person", "person", "form"]
    (hit,) = out[0]["hits"]
    assert hit["category"] == "voting.wrong_method"
    start, end = hit["span"]
    assert "text HARRIS to 59925" in GOOD["text"][start:end]
    assert set(hit) == {"category", "span", "rule", "sentence"}
    assert out[1]["political"] == {"answer": "yes", "probability": None}
    assert "No political model" in told


def test_bad_lines_are_told_together_and_nothing_is_printed(screened):
    code, out, told = screened(GOOD, "not json", {"id": 1}, {**GOOD, "context": {"election_date": "tomorrow"}})
    assert code == 2
    assert out == []
    assert [name in told for name in ("line 2", "line 3, text", "line 4, context.election_date")] == [True] * 3
    assert "Traceback" not in told


def test_lists_and_earlier_ads_are_asked(screened, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("# malware\nmusicfb.info\n")
    seen = tmp_path / "seen.jsonl"
    words = "A free player for your browser, get it now and listen to all the music you like"
    seen.write_text(json.dumps({"id": "old", "text": words, "removed": True}) + "\n")
    _, out, _ = screened(
        {"id": "new", "text": words + "!", "landing_url": "http://musicfb.info/get"},
        options=["--list", str(bad), "--seen", str(seen)],
    )
    assert sorted(hit["category"] for hit in out[0]["hits"]) == ["creative.removed", "landing.listed"]


def test_an_empty_file_gives_nothing(screened):
    assert screened() == (0, [], "")


def test_a_file_that_is_not_text_is_refused(tmp_path, capsys):
    place = tmp_path / "ads.jsonl"
    place.write_bytes(b"\xff\xfe\x00")
    assert main(["screen", str(place)]) == 2
    assert "UTF-8" in capsys.readouterr().err
