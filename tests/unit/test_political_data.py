"""Political or not, learnt from the real seeds and asked about pages and ads it never saw."""

import json

import numpy as np
import pytest

from hustings.cli.model import read_seeds
from hustings.screening.political.measures import measures
from hustings.screening.political.train import train


@pytest.fixture(scope="module")
def seeds(real_data):
    return read_seeds(real_data / "political-text-seeds")


@pytest.mark.slow
def test_pages_of_italy_never_seen_are_told_apart(seeds):
    italian = [seed for seed in seeds if seed.country == "it-IT"]
    measured = train(italian).facts["measured"]["it"]
    assert measured["precision_at_80"] >= 0.93
    assert measured["area"] >= 0.94


@pytest.mark.long
def test_every_language_keeps_its_rates_on_what_was_set_aside(seeds, real_data):
    model = train(seeds)
    rates = {name: each for name, each in model.facts["measured"].items() if name != "other"}
    assert set(rates) == {"de", "en", "fi", "it", "nl"}
    assert min(each["precision_even"] for each in rates.values()) >= 0.86
    misses = [each["miss_rate"] for each in model.facts["carried"].values()]
    assert len(misses) == 5
    assert max(misses) <= 1.5 * min(misses)
    assert all(each["precision_at_80"] >= 0.93 for each in model.facts["beside"].values())
    assert {name: each["precision_at_80"] >= 0.9 for name, each in rates.items()} == {
        "de": True, "en": True, "fi": False, "it": True, "nl": True,
    }  # fmt: skip
    texts = [json.loads(line)["text"] for line in (real_data / "ira-ads" / "ads.jsonl").read_text().splitlines()]
    found = [model.judge(text, "en").answer for text in texts if text and len(text) >= 15]
    assert np.mean(found) >= 0.75


@pytest.mark.long
@pytest.mark.parametrize("country", ["en-AU", "en-US", "de-AT", "de-CH"])
def test_a_country_never_seen_is_told_apart(seeds, country):
    model = train([seed for seed in seeds if seed.country != country])
    asked = [seed for seed in seeds if seed.country == country]
    judged = np.array([model.judge(seed.text, seed.language).probability for seed in asked])
    found = measures(np.array([seed.political for seed in asked]), judged, 0.5)
    assert found.precision_at_80 >= 0.85
