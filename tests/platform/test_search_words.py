"""Search finds what stands in a text whatever signs it is joined to, and reads quotes and minus as people mean them."""

import random

import pytest
from people_world import small_world

from hustings.apps.items.actions import label_of
from hustings.apps.items.models import Item
from hustings.apps.items.words import query_of
from hustings.policy.marking import Marking, Tlp

TITLE = (
    "Rally at O'Hare: 3,498 ads of twitter·6528-291d-d188, see www.example.org/a_b/c?d=-29 and <b>Grüße</b> an मतदान"
)
FOUND = [
    "6528-291d-d188", "twitter·6528-291d-d188", "291d", "d188", "3,498", "3498,".replace("3498", "498"), "O'Hare", "hare", "example.org",
    "a_b", "www", "grüße", "मतदान", '"ads of twitter"', "rally -sally", "rally - ads", "d=-29 rally", "()|&!:* rally", '"rally at', "<b>",
]  # fmt: skip
NOT_FOUND = [
    "6528-291e",
    "ads-of-rally",
    '"of ads"',
    "rally -ads",
    '-"ads of" rally',
    "ral",
    "'",
    "&|!",
    "-",
    '""',
    "\\",
]


@pytest.fixture
def title(db):
    world = small_world()
    label = label_of(Marking(tlp=Tlp.CLEAR, owner=str(world.organisations["Meridian"].pk)))
    return lambda text: Item.objects.create(kind="note", title=text, label=label)


def finds(item, words, **how):
    return Item.objects.filter(pk=item.pk, search=query_of(words, **how)).exists()


def test_words_are_found_whatever_signs_stand_around_them(title):
    item = title(TITLE)
    assert [words for words in FOUND if not finds(item, words)] == []
    assert [words for words in NOT_FOUND if finds(item, words)] == []


def test_the_last_word_may_be_a_beginning_only_while_it_is_typed(title):
    item = title(TITLE)
    for words in ("ral", "rally twit", "6528-29", "exam", "grü"):
        assert finds(item, words, beginning=True), words
        assert not finds(item, words), words
    assert not finds(item, '"ral"', beginning=True)
    assert not finds(item, "ral ads of bricks", beginning=True)


def test_every_pseudonym_is_found_by_itself_and_by_each_of_its_parts(title):
    # Three groups of hexadecimal digits can look like numbers, signs and exponents: 6528-291d, 1e5-00e3.
    chance = random.Random(5)
    for _ in range(60):
        parts = [
            "".join(chance.choice("0123456789ed" if chance.random() < 0.7 else "abcf") for _ in range(4))
            for _ in range(3)
        ]
        item = title(f"twitter·{'-'.join(parts)} acted together")
        for words in ("-".join(parts), f"twitter·{'-'.join(parts)}", *parts):
            assert finds(item, words), (parts, words)
            assert finds(item, words, beginning=True), (parts, words)


def test_what_people_type_is_never_an_error(title):
    item = title(TITLE)
    chance = random.Random(7)
    for _ in range(100):
        words = "".join(chance.choice("ab1 -\"'&|!()<>:*\\%_·\n\t🗳é") for _ in range(chance.randrange(1, 24)))
        assert finds(item, words) in (True, False)
        assert finds(item, words, beginning=True) in (True, False)
