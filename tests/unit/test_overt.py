"""Allow lists: what they say, what is wrong with them, and what they set apart."""

import pytest

from hustings.detection.overt import Declared, owner_of_all, read_declared, why_innocent
from hustings.errors import BadInput

HEADER = "owner,platform,actor,reason,author\n"


def line(owner: str, actor: str) -> Declared:
    return Declared(owner=owner, platform="p", actor=actor, reason="imprint", author="A. Analyst")


def test_a_group_of_one_owner_is_set_apart_with_reason_and_author():
    declared = {("p", "a"): line("Courier", "a"), ("p", "b"): line("Courier", "b")}
    assert owner_of_all([("p", "a"), ("p", "b")], declared) == {
        "owner": "Courier", "reason": "imprint", "author": "A. Analyst",
    }  # fmt: skip


@pytest.mark.parametrize("other", [None, "Herald"])
def test_one_member_of_nobody_or_of_another_owner_is_enough_to_stay_among_the_findings(other):
    declared = {("p", "a"): line("Courier", "a")}
    if other:
        declared["p", "b"] = line(other, "b")
    assert owner_of_all([("p", "a"), ("p", "b")], declared) is None


def test_the_same_name_on_another_platform_is_another_actor():
    assert owner_of_all([("q", "a")], {("p", "a"): line("Courier", "a")}) is None


def test_a_list_is_read_with_its_columns_in_any_order(tmp_path):
    place = tmp_path / "list.csv"
    place.write_text("actor,author,reason,platform,owner,more\na,A. Analyst,imprint,p,Courier,x\n", encoding="utf-8")
    assert read_declared(place) == [line("Courier", "a")]


def test_all_problems_of_a_list_are_told_at_once(tmp_path):
    place = tmp_path / "list.csv"
    place.write_text(HEADER + "Courier,p,a,,A.\nHerald,p,a,imprint,\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_declared(place)
    text = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "line 2" in text
    assert "no reason" in text
    assert "no author" in text
    assert "a under Courier and Herald" in text


def test_a_list_without_author_says_which_column_is_missing(tmp_path):
    place = tmp_path / "list.csv"
    place.write_text("owner,platform,actor,reason\nCourier,p,a,imprint\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no column author"):
        read_declared(place)


def test_a_missing_list_is_one_clear_error(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_declared(tmp_path / "none.csv")


def test_what_leads_to_one_site_is_said_first_among_innocent_reasons():
    reasons = why_innocent({"link": 9}, {"domain": "courier.example", "share": 0.9, "posts": 9})
    assert "courier.example" in reasons[0]
    assert len(reasons) == 2
