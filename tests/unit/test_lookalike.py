"""What looks like a protected domain or name is told with its relations; what is the same, one's own or allowed is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.exchange.lookalike.domains import Domains
from hustings.exchange.lookalike.labels import Labels, near
from hustings.exchange.lookalike.names import Names
from hustings.exchange.lookalike.recogniser import Kind, Observed, Protected, Recogniser, What
from hustings.exchange.lookalike.relation import Relation
from hustings.screening.folded import fold

KNOWN = ["norvale-elections.gov", "lakeshire.gov", "electionboard.co.uk"]


def relations(observed: str, protected: str = "lakeshire.gov") -> set[str]:
    return {one.relation.value for one in Domains(KNOWN).find(observed).get(protected, ())}


@pytest.mark.parametrize(
    "observed, relation",
    [
        ("lаkeshire.gov", "homoglyph"),  # а is Cyrillic
        ("xn--lkeshire-8ya.gov", "homoglyph"),
        ("lakеѕһіrе.gov", "homoglyph"),
        ("1akeshire.gov", "confusable"),
        ("lakeshlre.gov", "confusable"),
        ("lakeshre.gov", "omission"),
        ("lakesshire.gov", "repetition"),
        ("lakehsire.gov", "transposition"),
        ("lakeshyre.gov", "replacement"),
        ("lakeqshire.gov", "insertion"),
        ("lake-shire.gov", "hyphenation"),
        ("lakeshird.gov", "bitsquat"),
        ("lakeshore.gov", "vowel swap"),
        ("lakeshires.gov", "plural"),
        ("lakeshire.com", "other top-level domain"),
        ("lake.shire.gov", "subdomain split"),
        ("lake.shire.com", "subdomain split"),
        ("lakeshire-login.com", "affix"),
        ("wahl-lakeshire.de", "affix"),
        ("secure-lakeshire-vote.net", "affix"),
        ("www-lakeshire.gov", "glued"),
        ("lakeshiregov.com", "glued"),
        ("lakeshire.gov.sign-in.example.com", "label under a foreign domain"),
        ("lakeshire-bakery.com", "holds"),
    ],
)
def test_a_domain_that_looks_like_a_protected_one_is_told_with_how(observed: str, relation: str) -> None:
    assert relation in relations(observed)


def test_a_host_in_another_script_altogether_is_said_to_be() -> None:
    assert "whole script" in {one.relation.value for one in Domains(["scope.org"]).find("ѕсоре.org")["scope.org"]}


@pytest.mark.parametrize(
    "observed",
    [
        "lakeshire.gov", "https://www.lakeshire.gov/vote?x=1", "results.lakeshire.gov", "board.norvale-elections.gov", "example.org",
        "lake.org", "10.0.0.1", "gov", "", "shire-lake.gov",
    ],
)  # fmt: skip
def test_the_protected_one_what_stands_under_it_and_the_unlike_are_not_told(observed: str) -> None:
    assert Domains(KNOWN).find(observed) == {}


def test_what_is_allowed_is_not_told_nor_what_stands_under_it() -> None:
    domains = Domains(KNOWN, allowed=["lakeshire.com"])
    assert domains.find("news.lakeshire.com") == {}
    assert domains.find("lakeshire.net")


def test_a_short_label_is_not_known_by_a_slip() -> None:
    domains = Domains(["vote.org"])
    assert domains.find("note.org") == {}
    assert domains.find("v0te.org")


WORDS = st.text(alphabet="abcdelmnorst01-", min_size=1, max_size=9)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(WORDS, max_size=12), WORDS)
def test_the_index_finds_all_that_comparing_with_each_finds(labels: list[str], observed: str) -> None:
    index = Labels()
    for label in labels:
        index.add(label)
    plain = fold(observed).text
    slow = {label for label in labels if label != observed and sure(near(observed, plain, label))}
    assert slow <= set(index.find(observed))


def sure(seen: set) -> bool:
    """What the index promises: everything but two letters at once that are only read alike in haste."""
    return any(one.relation is not Relation.CONFUSABLE for one in seen)


def told(observed: str) -> dict[str, set[str]]:
    names = Names(people=["Thomas Ashgrove", "Ann Lee"], others=["Norvale Elections Office", "@NorvaleVotes"])
    return {name: {one.relation.value for one in seen} for name, seen in names.find(observed).items()}


@pytest.mark.parametrize(
    "observed, name, relation",
    [
        ("Thomas Ashgrove", "Thomas Ashgrove", "same"),
        ("Thоmas Ashgrove", "Thomas Ashgrove", "homoglyph"),
        ("Ashgrove, Thomas", "Thomas Ashgrove", "order of words"),
        ("Tom Ashgrove", "Thomas Ashgrove", "short name"),
        ("The Real Thomas Ashgrove", "Thomas Ashgrove", "affix"),
        ("thomas_ashgrove_official", "Thomas Ashgrove", "affix"),
        ("Thomas Ashgrove 2026", "Thomas Ashgrove", "affix"),
        ("Thomas Ashgorve", "Thomas Ashgrove", "transposition"),
        ("Th0mas Ashgr0ve", "Thomas Ashgrove", "confusable"),
        ("tashgrove", "Thomas Ashgrove", "initials"),
        ("Thomas Ashgrove Bakery", "Thomas Ashgrove", "holds"),
        ("Norvale Election Office", "Norvale Elections Office", "omission"),
        ("norvalevotes_official", "@NorvaleVotes", "affix"),
        ("n0rvalevotes", "@NorvaleVotes", "confusable"),
    ],
)
def test_a_name_that_looks_like_a_protected_one_is_told_with_how(observed: str, name: str, relation: str) -> None:
    assert relation in told(observed)[name]


@pytest.mark.parametrize(
    "observed", ["Thomas Hardgrave", "Anna Leeds", "Elections Office", "Vote", "", "Ashgrove Farm"]
)
def test_another_name_is_not_told(observed: str) -> None:
    assert told(observed) == {}


def test_all_kinds_are_held_against_all_and_own_accounts_are_not_told() -> None:
    recogniser = Recogniser(
        [
            Protected(key="1", kind=Kind.DOMAIN, value="lakeshire.gov"),
            Protected(key="2", kind=Kind.PERSON, value="Thomas Ashgrove"),
            Protected(key="3", kind=Kind.ACCOUNT, value="@NorvaleVotes", platform="birdsong"),
        ],
        allowed=["birdsong:norvalevotes_parody"],
    )
    host = recogniser.find(Observed(what=What.HOST, value="https://thomas-ashgrove-official.com/x"))
    assert [(one.protected.key, one.relations[0]) for one in host] == [("2", Relation.AFFIX)]
    assert not recogniser.find(Observed(what=What.ACCOUNT, value="norvalevotes", platform="birdsong"))
    assert recogniser.find(Observed(what=What.ACCOUNT, value="norvalevotes", platform="other"))
    assert not recogniser.find(Observed(what=What.ACCOUNT, value="NorvaleVotes_Parody", platform="birdsong"))
    found = recogniser.find(Observed(what=What.ACCOUNT, value="norvale_votes", platform="birdsong"))[0]
    assert found.sentence.startswith('"norvale_votes" looks like "@NorvaleVotes": ')
    assert 0 < found.score <= 1


def test_equal_input_gives_equal_output_whatever_the_order() -> None:
    every = [Protected(key=str(n), kind=Kind.DOMAIN, value=one) for n, one in enumerate(KNOWN)]
    seen = Observed(what=What.HOST, value="1akeshire.com")
    assert Recogniser(every).find(seen) == Recogniser(every[::-1]).find(seen)
