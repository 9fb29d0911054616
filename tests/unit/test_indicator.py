"""Patterns of STIX: read into trees, named where nothing can match them, and looked up by the value they ask for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.exchange.indicator.compiled import NotMatched, compile_pattern
from hustings.exchange.indicator.lookup import Lookup, Watched, holds
from hustings.exchange.indicator.seen import Seen

AT = datetime(2027, 3, 1, tzinfo=UTC)


def plain(kind, path, value):
    return value.lower()


def tree(pattern):
    return compile_pattern(pattern, plain).tree


DOMAIN = Seen("domain-name", {"value": "news.example"})
ACCOUNT = Seen("user-account", {"account_login": "valdor_truth", "account_type": "twitter"})


@pytest.mark.parametrize(
    ("pattern", "thing", "held"),
    [
        ("[domain-name:value = 'News.example']", DOMAIN, True),
        ("[ domain-name:value='other.example' ]", DOMAIN, False),
        ("[url:value = 'news.example']", DOMAIN, False),
        ("[domain-name:value != 'other.example']", DOMAIN, True),
        ("[domain-name:value != 'news.example']", DOMAIN, False),
        ("[domain-name:value NOT = 'news.example']", DOMAIN, False),
        ("[domain-name:resolves_to != 'x']", DOMAIN, False),
        ("[domain-name:value IN ('a.example', 'news.example')]", DOMAIN, True),
        ("[domain-name:value NOT IN ('a.example')]", DOMAIN, True),
        ("[domain-name:value LIKE 'news.%']", DOMAIN, True),
        ("[domain-name:value LIKE '%s_example']", DOMAIN, True),
        ("[domain-name:value LIKE 'news._xampl']", DOMAIN, False),
        ("[domain-name:value LIKE '%new%exam%e']", DOMAIN, True),
        ("[domain-name:value NOT LIKE '%.org']", DOMAIN, True),
        ("[user-account:account_login = 'Valdor_Truth' AND user-account:account_type = 'twitter']", ACCOUNT, True),
        ("[user-account:account_login = 'valdor_truth' AND user-account:account_type = 'facebook']", ACCOUNT, False),
        ("[user-account:account_login = 'x' OR domain-name:value = 'news.example']", DOMAIN, True),
        ("[user-account:account_login = 'x'] OR [domain-name:value = 'news.example']", DOMAIN, True),
        ("([domain-name:value = 'news.example'])", DOMAIN, True),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", Seen("ipv4-addr", {"value": "198.51.100.7"}), True),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", Seen("ipv4-addr", {"value": "198.51.101.7"}), False),
        ("[file:hashes.'SHA-256' = 'AB']", Seen("file", {"hashes.SHA-256": "ab"}), True),
        (r"[domain-name:value = 'it\'s']", Seen("domain-name", {"value": "it's"}), True),
    ],
)
def test_a_pattern_holds_for_what_it_describes(pattern, thing, held):
    made = tree(pattern)
    assert holds(made, thing) is held
    assert [hit.key for hit in Lookup([Watched("it", made)]).hits([thing], AT)] == ["it"] * held


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[domain-name:value = 'a'] AND [url:value = 'b']", "several observations"),
        ("[domain-name:value = 'a'] FOLLOWEDBY [url:value = 'b']", "several observations"),
        ("[domain-name:value = 'a'] REPEATS 5 TIMES", "REPEATS"),
        ("[domain-name:value = 'a'] WITHIN 300 SECONDS", "WITHIN"),
        ("[EXISTS url:value]", "EXISTS"),
        ("[url:value MATCHES '(a+)+$']", "MATCHES"),
        ("[file:size > 5]", "greater"),
        ("[email-message:from_ref.value = 'x']", "reference"),
        ("[a:b[3].c = 'x']", "place in a list"),
    ],
)
def test_what_is_not_matched_is_named(pattern, why):
    with pytest.raises(NotMatched, match=why):
        tree(pattern)


@pytest.mark.parametrize("pattern", ["", "domain", "[", "[domain-name:value = ]", "[x:y ISSUBSET 'house']"])
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(ValueError, match=r"pattern|network") as told:
        tree(pattern)
    assert not isinstance(told.value, NotMatched)


def test_a_pattern_counts_from_its_start_till_its_end():
    made = compile_pattern("[url:value = 'x'] START t'2027-01-01T00:00:00Z' STOP t'2027-03-01T00:00:00Z'", plain)
    lookup = Lookup([Watched("it", made.tree, made.since, made.until)])
    thing = Seen("url", {"value": "x"})
    moments = (made.since - timedelta(microseconds=1), made.since, made.until - timedelta(microseconds=1), made.until)
    assert [bool(list(lookup.hits([thing], at))) for at in moments] == [False, True, True, False]


kinds, paths, values = st.sampled_from("ab"), st.sampled_from("pq"), st.sampled_from(["x", "y", "xy", "yx%"])
compared = st.one_of(
    st.tuples(st.just("="), kinds, paths, values).map(list),
    st.tuples(st.just("in"), kinds, paths, st.lists(values, min_size=1, max_size=3)).map(list),
    st.tuples(st.just("like"), kinds, paths, st.sampled_from(["x%", "%y", "_", "x_", "%"])).map(list),
)
trees = st.recursive(
    st.one_of(compared, compared.map(lambda one: ["not", one])),
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(list),
    max_leaves=5,
)
things = st.builds(Seen, kinds, st.dictionaries(paths, values))


@given(st.lists(trees, max_size=8), st.lists(things, max_size=4))
def test_a_lookup_finds_what_trying_each_pattern_finds(asked, seen):
    lookup = Lookup([Watched(number, made) for number, made in enumerate(asked)])
    found = sorted(hit.key for hit in lookup.hits(seen, AT))
    assert found == [number for number, made in enumerate(asked) if any(holds(made, thing) for thing in seen)]


said = st.text(st.sampled_from("ab'\\ ]=:O[R"), max_size=6)
equals = st.tuples(st.sampled_from(["a", "url", "domain-name"]), st.sampled_from(["p", "value"]), said)


def flat(made):
    """Alternatives of alternatives as one list."""
    return [each for part in made[1:] for each in flat(part)] if made[0] == "or" else [made]


@given(st.lists(equals, min_size=1, max_size=4))
def test_several_values_are_read_as_the_grammar_reads_them(each):
    escaped = [(kind, path, value.replace("\\", "\\\\").replace("'", "\\'")) for kind, path, value in each]
    parts = [f"{kind}:{path} = '{value}'" for kind, path, value in escaped]
    quick = tree(f"[{' OR '.join(parts)}]")
    assert flat(quick) == flat(tree(f"[({parts[0]}) {' '.join(f'OR {part}' for part in parts[1:])}]"))
    assert flat(quick) == [["=", kind, path, value.lower()] for kind, path, value in each]


def test_a_pattern_of_very_many_values_is_looked_up_like_one():
    pattern = "[" + " OR ".join(f"a:p = '{number}'" for number in range(1200)) + "]"
    lookup = Lookup([Watched("it", tree(pattern))])
    assert lookup.tried == 0
    assert [hit.key for hit in lookup.hits([Seen("a", {"p": "1199"})], AT)] == ["it"]
