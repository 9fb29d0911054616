"""`hustings train political`, and how other commands get the model."""

import json

import pytest

from hustings.cli.main import main as hustings
from hustings.cli.model import political_model, read_seeds
from hustings.errors import BadInput

TEXTS = {
    "political": ["The senate votes on the tax bill", "Vote for our candidate", "Our mayor must resign", "Tell your senator no"],
    "not_political": ["20% off all shoes today", "The best cake recipe", "New episode tonight", "Win two concert tickets"],
}  # fmt: skip


@pytest.fixture
def seeds(tmp_path):
    folder = tmp_path / "seeds"
    folder.mkdir()
    rows = [
        json.dumps({"label": label, "page": f"{label} {number}", "text": f"{text} {repeat}"})
        for label, texts in TEXTS.items()
        for number, text in enumerate(texts)
        for repeat in ("one", "two", "three", "four")
    ]
    (folder / "en-US.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_it_makes_a_model_and_says_its_rates_then_the_model_is_kept(seeds, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    out = tmp_path / "model.npz"
    assert hustings(["train", "political", "--seeds", str(seeds), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["texts"] == 32
    assert set(told["measured"]) == {"en", "other"}
    made = political_model(seeds=seeds)
    kept = list((tmp_path / "cache" / "hustings").glob("political-*.npz"))
    assert len(kept) == 1
    assert made is not None
    assert made.digest == political_model(model=out).digest
    before = kept[0].stat().st_mtime_ns
    assert political_model(seeds=seeds).digest == made.digest
    assert kept[0].stat().st_mtime_ns == before  # read, not made again


def test_without_seeds_it_says_so_and_gives_none(monkeypatch, capsys):
    monkeypatch.setenv("HUSTINGS_DATA", "")
    assert political_model() is None
    assert "left to a person" in capsys.readouterr().err


def test_every_bad_line_of_the_seeds_is_named(seeds):
    (seeds / "de-AT.jsonl").write_text(
        '{"label": "political"}\nnot json\n{"label": "perhaps", "text": "a"}\n', encoding="utf-8"
    )
    with pytest.raises(BadInput) as refused:
        read_seeds(seeds)
    assert [problem.where.rsplit(" ", 1)[1] for problem in refused.value.problems] == ["1", "2", "3"]


def test_a_folder_without_seeds_is_one_clear_error(tmp_path, capsys):
    assert hustings(["train", "political", "--seeds", str(tmp_path), "--out", str(tmp_path / "m.npz")]) == 2
    assert "no *.jsonl file" in capsys.readouterr().err


def test_earlier_ads_of_the_sponsor_make_a_bare_one_likelier_political(seeds, tmp_path, capsys):
    model, ads, seen = tmp_path / "model.npz", tmp_path / "ads.jsonl", tmp_path / "seen.jsonl"
    assert hustings(["train", "political", "--seeds", str(seeds), "--out", str(model)]) == 0
    ads.write_text(json.dumps({"id": "1", "text": "See you tonight", "lang": "en", "sponsor": "Friends of Ann Lee"}))
    capsys.readouterr()

    def probability(sponsor):
        earlier = [
            {"id": str(at), "text": text, "lang": "en", "sponsor": sponsor}
            for at, text in enumerate(TEXTS["political"])
        ]
        seen.write_text("\n".join(map(json.dumps, earlier)))
        assert hustings(["screen", str(ads), "--model", str(model), "--seen", str(seen)]) == 0
        return json.loads(capsys.readouterr().out)["political"]["probability"]

    assert probability("Friends of Ann Lee") > probability("Somebody Else")
