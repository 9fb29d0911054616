"""The tree of whom an ad could reach: round trip, reading of a person, sentence."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hustings.screening.targeting_tree import (
    All,
    Any,
    Is,
    Not,
    Person,
    aimed,
    could_see,
    from_json,
    leaves,
    sentence,
    to_json,
    years,
)  # fmt: skip

VALUES = {"location": ("Texas", "Ohio"), "interest": ("gospel", "hiking")}
LEAVES = [Is(dimension, value) for dimension, values in VALUES.items() for value in values] + [
    Is("age", "18-34"),
    Is("age", "65+"),
]
TREES = some.recursive(
    some.sampled_from(LEAVES),
    lambda inner: some.one_of(
        some.builds(Not, inner),
        some.builds(lambda of: All(tuple(of)), some.lists(inner, max_size=3)),
        some.builds(lambda of: Any(tuple(of)), some.lists(inner, max_size=3)),
    ),
    max_leaves=12,
)
SETS = {
    name: [frozenset(s) for n in range(3) for s in itertools.combinations(values, n)] for name, values in VALUES.items()
}
PEOPLE = some.builds(
    lambda age, facts: Person(age=age, facts={name: value for name, value in facts.items() if value is not None}),
    some.sampled_from([None, 17, 18, 34, 35, 64, 65, 90]),
    some.fixed_dictionaries({name: some.sampled_from([None, *sets]) for name, sets in SETS.items()}),
)


def plainly(node, person):
    """The same question of a person of whom all is known, answered with sets alone."""
    if isinstance(node, Is):
        if node.dimension == "age":
            return 18 <= person.age <= 34 if node.value == "18-34" else person.age >= 65
        return node.value in person.facts[node.dimension]
    if isinstance(node, Not):
        return not plainly(node.of, person)
    return (all if isinstance(node, All) else any)([plainly(branch, person) for branch in node.of])


def completions(person):
    """Everybody whom this person could be, once all is known."""
    ages = [person.age] if person.age is not None else [17, 18, 34, 35, 64, 65, 90]
    facts = [[person.facts[name]] if name in person.facts else sets for name, sets in SETS.items()]
    for age, *sets in itertools.product(ages, *facts):
        yield Person(age=age, facts=dict(zip(SETS, sets, strict=True)))


@given(TREES)
@settings(deadline=None, max_examples=200)
def test_a_tree_comes_back_from_its_json(tree):
    assert from_json(to_json(tree)) == tree


@given(TREES, PEOPLE)
@settings(deadline=None, max_examples=300)
def test_an_answer_holds_for_everybody_whom_the_person_could_be(tree, person):
    answer = could_see(tree, person)
    everybody = [plainly(tree, one) for one in completions(person)]
    if len(everybody) == 1:
        assert answer is everybody[0]
    elif answer is not None:
        assert set(everybody) == {answer}


def test_a_person_of_whom_nothing_is_known_is_not_guessed():
    tree = aimed({"place": [Is("location", "Texas")]}, [Is("interest", "hiking")])
    assert could_see(tree, Person()) is None
    assert could_see(tree, Person(facts={"location": frozenset({"texas "}), "interest": frozenset()})) is True
    assert could_see(tree, Person(facts={"interest": frozenset({"Hiking"})})) is False  # left out wherever they live


@pytest.mark.parametrize(
    "value, span",
    [("18-34", (18, 34)), ("18 - 65+", (18, None)), ("65+", (65, None)), ("≥65", (65, None)), ("21", (21, 21)),
     ("35-", (35, None)), ("18 to 24", (18, 24)), ("≤17", (0, 17)), ("Unknown age", None), ("18–24", (18, 24))],
)  # fmt: skip
def test_ages_as_archives_write_them(value, span):
    assert years(value) == span


def test_the_sentence_names_what_is_joined_and_what_is_left_out():
    tree = aimed(
        {"place": [Is("location", "Texas"), Is("location", "Ohio")], "age": [Is("age", "18-34")],
         "other": [Is("demographic_other", "New Moms", "AdvancedDemographics")]},
        [Is("location", "Austin")],
    )  # fmt: skip
    assert sentence(tree) == (
        "could be seen by people in Texas or Ohio, aged 18-34, matched by AdvancedDemographics: New Moms, "
        "but not by those in Austin."
    )
    assert sentence(All()) == "could be seen by everybody."
    many = aimed({"place": [Is("location", str(number)) for number in range(50)]})
    assert sentence(many) == "could be seen by people in 0, 1, 2, 3, 4, 5 or one of 44 more."


def test_leaves_know_on_which_side_they_stand():
    tree = All((Is("a", "1"), Not(Any((Is("b", "2"), Not(Is("c", "3")))))))
    assert [(leaf.value, excluded) for leaf, excluded in leaves(tree)] == [("1", False), ("2", True), ("3", False)]


@pytest.mark.parametrize(
    "raw", [None, [], {}, {"all": 1}, {"is": {"value": "x"}}, {"all": [], "any": []}, {"some": []}, {"not": []}]
)
def test_what_is_no_tree_is_refused(raw):
    with pytest.raises(ValueError, match="a node is one of all, any, not, is"):
        from_json(raw)
