"""Political or not: what is taken from a text, what is learnt, and what a saved model stands."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from hustings.errors import BadInput
from hustings.screening.political import Extra, Politics
from hustings.screening.political.concepts import concepts
from hustings.screening.political.features import features, names_of_dense, of_text
from hustings.screening.political.folds import apart, folds, runs
from hustings.screening.political.language import known_language, language_of
from hustings.screening.political.measures import measures, threshold_at
from hustings.screening.political.politics import Block, leaning
from hustings.screening.political.seed import Seed
from hustings.screening.political.train import TrainSettings, train
from hustings.screening.political.wording import wording

POLITICAL = {
    "en": ["The senate will vote on the tax bill", "Vote for our candidate on election day", "Our mayor must resign now",
           "Tell your senator to protect healthcare", "Parliament passed the climate law", "Join the rally against the war"],
    "de": ["Der Bundesrat stimmt über das Gesetz ab", "Wählt unsere Kandidatin in den Landtag", "Nein zur Initiative am Sonntag",
           "Die Regierung muss die Steuern senken", "Die Partei fordert mehr Rente", "Unterschreibt die Petition für das Klima"],
}  # fmt: skip
OTHER = {
    "en": ["Get 20% off all shoes in our store", "The best chocolate cake recipe", "New episode of the series tonight",
           "Win tickets for the concert", "Book your holiday at the beach", "Our new phone has a better camera"],
    "de": ["Jetzt Rabatt auf alle Schuhe im Shop", "Das beste Rezept für Schokoladenkuchen", "Die neue Folge der Serie heute",
           "Gewinne Tickets für das Konzert", "Buche deinen Urlaub am Strand", "Unser neues Handy hat eine bessere Kamera"],
}  # fmt: skip
SMALL = TrainSettings(fewest_words=1, fewest_pieces=1, parts=3)


def made_seeds() -> list[Seed]:
    return [
        Seed(text=f"{text}, {number}", political=political, country=f"{language}-XX", page=f"{language} {political} {place}")
        for language in ("en", "de")
        for political, texts in ((True, POLITICAL[language]), (False, OTHER[language]))
        for place, text in enumerate(texts)
        for number in ("today", "again")
    ]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Politics:
    return train(made_seeds(), settings=SMALL)


def test_a_text_is_taken_apart_into_folded_words():
    taken = wording("Ja zur ÉNERGIE! Mehr:https://a.example/x @party #NeinZuNoBillag 2017 mit 1500 Leuten")
    assert taken.words == (
        "ja",
        "zur",
        "energie",
        "mehr",
        "nein",
        "zu",
        "no",
        "billag",
        "2017",
        "mit",
        "00000",
        "leuten",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [("Read on: https://news.example/politics/tax-cuts-for-whom?from=page-name#part", "read on politics tax cuts for whom"),
     ("https://www.facebook.com/some.party/photos/a.1", ""), ("http://bit.ly/2xW915E", ""), ("ann@party.example", ""),
     ("http://t.co/abcdef", ""), ("https://party.example", "")],
)  # fmt: skip
def test_of_an_address_only_the_words_of_its_path_are_read(text, words):
    assert " ".join(wording(text).words) == words


def test_letters_of_another_dress_are_the_same_word():
    assert wording("𝐕𝐨𝐭𝐞 ｖｏｔｅ VOTE Łódź Straße").words == ("vote", "vote", "vote", "lodz", "strasse")


@pytest.mark.parametrize(
    ("word", "concept"),
    [("elections", "election"), ("bundestagswahl", "election"), ("mehrwertsteuer", "tax_budget"), ("ministre", "office"),
     ("verkiezingsdebat", "campaign"), ("maahanmuuttajat", "migration_identity"), ("ricetta", "food_drink")],
)  # fmt: skip
def test_the_lexicon_knows_endings_and_compounds(word, concept):
    assert concept in [concepts().names[each] for each in concepts().of_word(word)]


def test_the_lexicon_knows_two_words_that_only_together_mean_something():
    table = concepts()
    assert "climate_energy" in [table.names[each] for each in table.of_pair("climate", "change")]
    assert table.of_pair("change", "climate") == ()


def test_the_lexicon_has_every_concept_in_every_language():
    assert concepts().languages == ("de", "en", "es", "fi", "fr", "it", "nl", "pl", "pt", "sv")


def test_one_text_and_many_give_the_same_numbers():
    texts = ["Vote for climate change laws!", "", "Vote vote VOTE 20% off https://a.example"]
    many = features(texts)
    for row, text in enumerate(texts):
        _, one = of_text(text)
        assert many.words[[row]].indices.tolist() == one.words.places.tolist()
        assert np.allclose(many.words[[row]].data, one.words.counts)
        assert many.pieces[[row]].indices.tolist() == one.pieces.places.tolist()
        assert np.allclose(many.pieces[[row]].data, one.pieces.counts)
        assert np.allclose(many.dense[row], one.dense)
    assert many.dense.shape == (3, len(names_of_dense()))


def test_a_page_is_in_one_fold_and_countries_without_pages_are_whole():
    seeds = [Seed(text="a", political=True, country="fi-FI", page=page) for page in "abcabc"]
    seeds += [Seed(text="a", political=True, country=country) for country in ("en-AU", "en-US", "en-AU")]
    found = folds(seeds, 4).tolist()
    assert found[:3] == found[3:6]
    assert found[6] == found[8] != found[7]


def test_a_country_alone_in_its_language_is_cut_into_runs_of_each_kind():
    kinds = [True] * 8 + [False] * 4
    seeds = [Seed(text="a", political=political, country="en-AU") for political in kinds]
    assert folds(seeds, 4).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 0, 1, 2, 3]
    both = folds([*seeds, Seed(text="a", political=True, country="en-US")], 4).tolist()
    assert len(set(both[:12])) == 1


def test_what_repeats_a_text_set_aside_is_not_learnt_from():
    said = "we will never stop to fight for every worker in this town"
    held = [runs(each) for each in (f"A: {said}", f"{said} - share it", "something else", "short one", "Short one!")]
    assert apart(held, np.array([1, 2, 3]), np.array([0, 4])).tolist() == [2]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Vote for Jane Miller on November 3", "en"), ("Das ist nicht der Weg für uns", "de"), ("Se on meidän tapa ja hyvä niin", "fi"),
     ("Questo è il paese che vogliamo", "it"), ("Dit is niet het land van ons", "nl"), ("Votez pour les gens", "fr"),
     ("qwzx", None), ("", None)],
)  # fmt: skip
def test_a_language_is_told_by_its_small_words(text, language):
    assert language_of(wording(text).words) == language


def test_a_language_tag_is_read_as_people_write_it():
    assert [known_language(each) for each in ("en-AU", "de_CH", "FI", "und", "", None)] == [
        "en",
        "de",
        "fi",
        None,
        None,
        None,
    ]


def test_it_learns_to_tell_texts_it_has_not_seen(model):
    assert model.judge("The senator asks you to vote for a new law", "en").answer
    assert not model.judge("All shoes and phones 20% off in our store", "en").answer
    assert model.judge("Die Regierung stimmt über die Initiative ab", "de").answer


def test_it_says_what_it_went_by(model):
    why = dict(model.judge("Vote for the senator", "en").why)
    assert why["concept: voting"] > 0
    assert all(name.split(":")[0] in {"word", "concept", "manner"} for name in why)


def test_a_language_nobody_taught_is_judged_by_the_lexicon(model):
    polish = model.judge("Głosujcie na prezydenta w wyborach", "pl")
    assert (polish.language, polish.known) == ("other", True)
    assert polish.probability > model.judge("Kup buty w naszym sklepie, rabat", "pl").probability


def test_where_nothing_can_be_told_it_says_so(model):
    for text in ("", "😀", "qwzx brrt"):
        judged = model.judge(text, None)
        assert (judged.answer, judged.probability, judged.language, judged.known) == (False, 0.5, "unknown", False)


def test_the_same_seeds_give_the_same_model(model):
    assert train(made_seeds(), settings=SMALL).digest == model.digest


def test_what_else_is_known_of_an_ad_moves_it_and_is_named(model):
    text = "Tonight, again"
    bare = model.judge(text, "en")
    helped = model.judge(
        text, "en", extra=Extra(political_before=9, page_category="Political Organization", landing_domain="secure.actblue.com",
                                targeting=["Likely to engage with political content (liberal)"]),
    )  # fmt: skip
    assert helped.probability > bare.probability
    assert {"extra: sponsor's earlier ads", "extra: page category", "extra: landing domain", "extra: targeting"} <= {
        name for name, _ in helped.why
    }
    assert model.judge(text, "en", extra=Extra(other_before=9)).probability < bare.probability
    assert model.judge(text, "en", extra=Extra()) == bare


def test_other_ads_of_the_sponsor_count_for_politics_and_never_against(model):
    text = "Tonight, again"
    bare = model.judge(text, "en")
    political = model.judge(text, "en", extra=Extra(beside=POLITICAL["en"]))
    assert political.probability > bare.probability
    assert 0 < dict(political.why)["extra: sponsor's other ads"] <= 2
    assert model.judge(text, "en", extra=Extra(beside=OTHER["en"])) == bare
    assert model.judge(text, "en", extra=Extra(beside=[text, "tonight AGAIN!"])) == bare  # the same words once more


def test_other_ads_count_by_their_mean_a_few_less_than_many_and_never_alone():
    assert [leaning(each) for each in ([], [1.0], [1.0] * 3, [-5.0, 1.0], [9.0] * 10)] == [0, 0.5, 0.75, 0, 2]


def test_rates_are_told_where_the_threshold_comes_from_other_folds_and_beside_other_ads(model):
    assert set(model.facts["carried"]) == set(model.facts["beside"]) == {"de", "en"}
    assert all(each["texts"] == 24 for kind in ("carried", "beside") for each in model.facts[kind].values())
    for language in ("de", "en"):
        assert model.facts["beside"][language]["recall"] >= model.facts["measured"][language]["recall"]
        assert model.facts["carried"][language]["miss_rate"] != model.facts["measured"][language]["miss_rate"]


def test_a_text_of_few_known_words_counts_less_than_one_of_many():
    block = Block(rarity=np.full(40, 5.0), weight=np.ones(40), least=15.0)
    row = block.row(sp.csr_matrix(np.array([[1.0] + [0.0] * 39, [1.0] * 40])))
    few, many = np.sqrt(np.asarray(row.multiply(row).sum(1)).ravel())
    assert few == pytest.approx(5 / np.sqrt(25 + 225))
    assert many == pytest.approx(np.sqrt(40) * 5 / np.sqrt(1000 + 225))
    assert block.parts(np.array([7]), np.array([1.0])) == pytest.approx([few])


def test_a_domain_that_only_looks_like_a_fundraiser_adds_nothing():
    assert Extra(landing_domain="notactblue.com").evidence() == ()
    assert Extra(landing_domain="actblue.com.shop.example").evidence() == ()


def test_a_saved_model_judges_as_the_one_that_was_made(model, tmp_path):
    place = tmp_path / "model.npz"
    model.save(place)
    read = Politics.load(place)
    assert read.digest == model.digest
    for text in ("Vote for the senator", "20% off", "qwzx"):
        assert read.judge(text, "en") == model.judge(text, "en")
    again = tmp_path / "again.npz"
    read.save(again)
    assert again.read_bytes() == place.read_bytes()


def test_a_saved_model_holds_no_text_of_the_seeds(model, tmp_path):
    place = tmp_path / "model.npz"
    model.save(place)
    with zipfile.ZipFile(place) as packed:
        content = b"".join(packed.read(name) for name in packed.namelist())
    assert b"senator" not in content.lower()
    assert b"chocolate" not in content.lower()


def damaged(place, kind):
    if kind == "cut short":
        place.write_bytes(place.read_bytes()[:5000])
    elif kind == "not a model":
        place.write_bytes(b"\x80\x04\x95pickle")
    elif kind == "a byte changed":
        content = bytearray(place.read_bytes())
        content[len(content) // 2] ^= 0xFF
        place.write_bytes(bytes(content))
    else:
        with zipfile.ZipFile(place) as packed:
            held = {name: packed.read(name) for name in packed.namelist()}
        if kind == "another lexicon":
            held["header.json"] = json.dumps({**json.loads(held["header.json"]), "lexicon": "0" * 16}).encode()
        elif kind == "no curves":
            held["header.json"] = json.dumps({**json.loads(held["header.json"]), "curves": {}}).encode()
        else:
            del held["dense.npy"]
        with zipfile.ZipFile(place, "w") as packed:
            for name, content in held.items():
                packed.writestr(name, content)


@pytest.mark.parametrize("kind", ["cut short", "not a model", "a byte changed", "another lexicon", "an array missing", "no curves"])  # fmt: skip
def test_a_damaged_model_is_one_clear_error(model, tmp_path, kind):
    place = tmp_path / "model.npz"
    model.save(place)
    damaged(place, kind)
    with pytest.raises(BadInput) as refused:
        Politics.load(place)
    assert str(place) in str(refused.value)
    assert "hustings train political" in str(refused.value)
    assert len(refused.value.problems) == 1


def test_a_model_that_is_not_there_is_the_same_error(tmp_path):
    with pytest.raises(BadInput, match=r"none\.npz"):
        Politics.load(tmp_path / "none.npz")


def test_seeds_of_one_kind_alone_are_refused_with_every_language_named():
    one_kind = [replace(seed, political=True) for seed in made_seeds()]
    with pytest.raises(BadInput) as refused:
        train(one_kind, settings=SMALL)
    assert [problem.where for problem in refused.value.problems] == ["language de", "language en"]
    with pytest.raises(BadInput, match="no texts"):
        train([], settings=SMALL)


def test_rates_are_those_counted_by_hand():
    political = np.array([True, True, True, True, False, False, False, False])
    judged = np.array([0.9, 0.8, 0.7, 0.2, 0.75, 0.1, 0.1, 0.1])
    found = measures(political, judged, 0.7)
    assert (found.precision, found.recall, found.miss_rate, found.false_alarm_rate) == (0.75, 0.75, 0.25, 0.25)
    assert found.precision_at_80 == 0.8  # all four, with one false
    assert found.area == 14 / 16
    assert threshold_at(political, judged, 0.75) == 0.7


def test_thresholds_find_the_same_share_in_every_language(model):
    rates = [each["recall"] for name, each in model.facts["measured"].items() if name != "other"]
    assert len(rates) == 2
    assert all(rate >= SMALL.recall for rate in rates)
