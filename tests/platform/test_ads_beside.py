"""What a sponsor shows beside an ad helps the model at the door to tell whether it is political."""

import pytest
from made_door import made_door, submit

from hustings.apps.ads.models import Screening
from hustings.screening.political.seed import Seed
from hustings.screening.political.train import TrainSettings, train

pytestmark = pytest.mark.django_db

TEXTS = {
    True: ["The senate will vote on the tax bill", "Vote for our candidate on election day", "Our mayor must resign now",
           "Tell your senator to protect healthcare", "Parliament passed the climate law", "Join the rally against the war"],
    False: ["Get 20% off all shoes in our store", "The best chocolate cake recipe", "New episode of the series tonight",
            "Win tickets for the concert", "Book your holiday at the beach", "Our new phone has a better camera"],
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    seeds = [
        Seed(text=f"{text} {repeat}", political=political, country="en-US", page=f"{political} {page}")
        for political, texts in TEXTS.items()
        for page, text in enumerate(texts)
        for repeat in ("today", "again")
    ]
    place = tmp_path_factory.mktemp("model") / "political.npz"
    train(seeds, settings=TrainSettings(fewest_words=1, fewest_pieces=1, parts=3)).save(place)
    return place


def probability(door, number, text, **more):
    ad = submit(door, number=number, text=text, **more).ad
    return Screening.objects.get(ad=ad).probability


def test_a_bare_ad_reads_likelier_political_beside_political_ones_of_its_sponsor(model, settings):
    settings.POLITICAL_MODEL = str(model)
    door = made_door()
    alone = probability(door, "1", "See you there.")
    for number, text in enumerate(TEXTS[True], 2):
        probability(door, str(number), text)
    assert probability(door, "9", "See you there.") > alone


def test_ads_of_a_shop_do_not_hide_a_political_one(model, settings):
    settings.POLITICAL_MODEL = str(model)
    door = made_door()
    alone = probability(door, "1", "Vote for the mayor.")
    for number, text in enumerate(TEXTS[False], 2):
        probability(door, str(number), text)
    assert probability(door, "9", "Vote for the mayor.") == alone
