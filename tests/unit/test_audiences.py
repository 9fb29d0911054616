"""Audiences by messages, regions of places, and where an ad stands: what is put together, and what is not."""

from decimal import Decimal

import numpy as np
import pytest

from hustings.errors import BadInput
from hustings.screening.audience.alike import ROUNDS, Groups, dealt
from hustings.screening.audience.people import aim_of
from hustings.screening.audience.places import STATES, place_words, regions_of
from hustings.screening.audience.poles import packaged_poles, read_poles
from hustings.screening.audience.table import Addressed, audience_by_message
from hustings.screening.targeting_tree import All, Any, Is, Not

GUNS = "Defend the second amendment: our rifles, our hunting, our freedom"
TREES = "Plant a tree by the river with the gardeners of the valley"


def at(*places, who=(), excluded=()):
    """An aim at places and interests."""
    parts = [Any(tuple(Is("location", one) for one in places))] if places else []
    parts += [Any(tuple(Is("interest", one) for one in who))] if who else []
    return All((*parts, *(Not(Is("location", one)) for one in excluded)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Texas", ["US-TX"]),
        ("New York (+25 mi) New York", ["US-NY"]),
        ("Washington (+50 mi) District of Columbia", ["US-DC"]),
        ("West Virginia", ["US-WV"]),
        ("Chester (+20 km) Arkansas", ["US-AR"]),
        ("Ohio; Tennessee; Virginia", ["US-OH", "US-TN", "US-VA"]),
        ("Kansas City (+10 mi) Missouri", ["US-MO"]),
        ("United States", []),
        ("Germany, France, United Kingdom", []),
        ("Georgia", ["US-GA"]),
    ],
)
def test_a_place_is_in_the_states_that_it_names(value, expected):
    assert list(regions_of(at(value), countries=["US"])) == expected


def test_georgia_is_a_country_where_the_ad_did_not_run_in_the_united_states():
    assert regions_of(at("Georgia"), countries=["GE"]) == ()
    assert regions_of(at("Georgia")) == ("US-GA",)


def test_what_is_excluded_is_no_region_and_what_was_delivered_is():
    assert regions_of(at("Texas", excluded=["Ohio"]), ["Bavaria", "California", "A “name” of, much"]) == (
        "A name of much",
        "Bavaria",
        "US-CA",
        "US-TX",
    )


def test_every_state_is_known_by_its_own_name():
    assert {regions_of(at(name))[0] for name in STATES.values() if name != "Washington"} | {"US-WA"} == {
        f"US-{code}" for code in STATES
    }
    assert place_words("Baltimore (+20 km) Maryland") == ("Maryland",)
    assert place_words("Canada, United States") == ("Canada", "United States")


def made(number, text, tree, **more):
    values = {"impressions": 10, "clicks": 1, "spend": Decimal("2.50"), "currency": "EUR"} | more
    return Addressed(number=number, text=text, tree=tree, **values)


def archive():
    """Ads for two audiences with two messages each way, one that nothing is known of, one in another currency."""
    hunters, gardeners = at("Texas", who=["Hunting rifles", "Second amendment"]), at("Ohio", who=["Gardening", "Trees"])
    ads = [made(number, f"{GUNS} {number}", hunters) for number in range(1, 9)]
    ads += [made(number, f"{TREES} {number}", gardeners) for number in range(11, 19)]
    ads += [made(21, TREES, hunters, currency="USD", impressions=None), made(22, "", None, spend=None)]
    return ads


def test_audiences_and_messages_are_put_together_by_the_words_they_share():
    table = audience_by_message(archive())
    hunters = next(one for one in table.audiences if "Hunting rifles" in one.says)
    guns = next(one for one in table.messages if "amendment" in one.words)
    trees = next(one for one in table.messages if "tree" in one.words)
    assert table.cells[hunters.code, guns.code].ads == list(range(1, 9))
    assert table.cells[hunters.code, guns.code].spend == {"EUR": Decimal("20.00")}
    assert table.cells[hunters.code, trees.code].ads == [21]
    assert table.cells[hunters.code, trees.code].counted == 0
    assert hunters.details[0] == "in Texas"
    assert table.cells["unknown", "unknown"].ads == [22]


def test_every_ad_stands_in_one_cell_and_the_order_of_ads_decides_nothing():
    ads = archive()
    table = audience_by_message(ads)
    assert sorted(number for cell in table.cells.values() for number in cell.ads) == sorted(one.number for one in ads)
    assert audience_by_message(ads[::-1]) == table
    assert sum(one.ads for one in table.audiences) == sum(one.ads for one in table.messages) == len(ads)


def test_no_ads_give_an_empty_table_and_one_ad_a_table_of_one():
    assert audience_by_message([]).ads == 0
    one = audience_by_message([made(5, GUNS, at("Texas"))])
    assert [audience.says for audience in one.audiences] == ["Everybody in Texas"]
    assert one.cells["1", "1"].ads == [5]


def test_the_form_of_a_platform_is_taken_off_what_people_are():
    aim = aim_of(
        All((
            Is("connection", "Friends of people who are connected to Green Valley"),
            Is("custom_audience", "Lookalike (US, 1%) - People who like Green Valley"),
            Not(Is("connection", "Exclude people who like Blue Hill")),
            Is("age", "18 - 34"), Is("gender", "Female"), Is("placement", "News Feed"),
        ))
    )  # fmt: skip
    assert aim.who == {"friends of people who follow Green Valley", "people like those on the list Green Valley"}
    assert aim.unwanted == {"people who follow Blue Hill"}
    assert (aim.ages, aim.genders) == ((18, 34), {"women"})


def test_an_ad_stands_where_its_words_do_and_nowhere_with_words_of_both_sides():
    poles = packaged_poles()
    stands = poles.stands("Stop police brutality!", at("Ohio", who=["Gun Owners of America"]))
    assert {code: stand.side for code, stand in stands.items()} == {"policing": 0, "guns": 0}
    assert ("targeting", "gun owner*") in stands["guns"].words
    assert "policing" not in poles.stands("Police brutality or blue lives matter?", None)
    assert poles.stands("The police officer rides a horse through the migration museum", None) == {}
    assert "migration" not in poles.stands("", All((Not(Is("interest", "Illegal immigration")),)))


def test_terms_are_whole_words_with_any_ending_only_behind_a_star():
    poles = read_poles(
        '{"matters": [{"code": "a", "matter": "A", "sides": [{"name": "one", "terms": ["red oak*"]}, {"name": "two", "terms": ["birch"]}]}]}',
        "here",
    )
    assert poles.stands("RED-OAKS are old", None)["a"].side == 0
    assert poles.stands("shared oak", None) == {}
    assert poles.stands("birches", None) == {}
    assert poles.stands("Bïrch.", None)["a"].side == 1


def test_every_fault_of_a_table_of_matters_is_told_at_once():
    with pytest.raises(BadInput) as told:
        read_poles(
            '{"matters": [{"code": "A b", "matter": "A", "sides": [{"name": "x", "terms": ["oak"]}, {"name": "y", "terms": ["elm"]}]},'
            '{"code": "b", "matter": "B", "sides": [{"name": "x", "terms": ["oak"]}]},'
            '{"code": "c", "matter": "C", "sides": [{"name": "x", "terms": ["oak", "é"]}, {"name": "y", "terms": ["oak"]}]}]}',
            "own.json",
        )
    said = str(told.value)
    for part in ("matter 1, code", "matter 2", "words with at least 3 letters", "a term on one side alone"):
        assert part in said
    with pytest.raises(BadInput, match="cannot be read"):
        read_poles("{", "own.json")


def one_after_another(order, vectors, weights, groups, far):
    """The plain reading of `dealt`: each bag held against each group by itself."""
    of = [-1] * len(vectors)
    for _ in range(ROUNDS):
        moved = list(of)
        for place in order:
            best, likeness = groups.nearest(*vectors[place])
            moved[place] = best if likeness >= far else -1
        if moved == of:
            break
        of, room = moved, groups.size
        groups = Groups(len(groups.sums), room)
        groups.size = room
        for place in order:
            if of[place] >= 0:
                groups.put(of[place], *vectors[place], weights[place])
    return of


@pytest.mark.parametrize("seed", range(40))
def test_bags_dealt_at_once_come_to_the_groups_they_come_to_one_after_another(seed):
    draw = np.random.default_rng(seed)
    many, words, size = int(draw.integers(0, 60)), int(draw.integers(1, 30)), int(draw.integers(0, 6))
    vectors = []
    for _ in range(many):
        chosen = np.sort(draw.choice(words, int(draw.integers(0, min(words, 8) + 1)), replace=False))
        vectors.append((chosen.astype(np.int64), draw.random(len(chosen))))
    weights = draw.integers(1, 50, many).tolist()
    order = [place for place in range(many) if draw.random() < 0.9]

    def begun():
        groups = Groups(words, max(size, 1))
        for group in range(size):
            groups.begin()
            groups.put(group, np.arange(words), np.random.default_rng(group).random(words), 1)
        return groups

    assert dealt(order, vectors, weights, begun(), 0.3) == one_after_another(order, vectors, weights, begun(), 0.3)
