import pytest

from hustings.detection.folding import find_hashtags, find_mentions, folded_ocr, folded_text, spelling


@pytest.mark.parametrize("left, right", [
    ("Black—owned shops, Iike!", "blaok-owned shops like"),
    ("faoebook .oom", "facebook.com"),
    ("Rise & Aot", "rise act"),
    ("Patriots' heart", "Patriots’ neart"),
    ("Stop A.|. now", "stop A.l. now"),
    ("one\ntwo", "one two"),
])  # fmt: skip
def test_slips_of_a_reading_machine_fold_together(left, right):
    assert folded_ocr(left) == folded_ocr(right)


@pytest.mark.parametrize("left, right", [("vote on monday", "vote on sunday"), ("page 2", "page 3"), ("left", "right")])
def test_different_words_stay_apart(left, right):
    assert folded_ocr(left) != folded_ocr(right)


def test_the_commonest_spelling_names_a_folded_text():
    assert spelling(["Iike us", "like us", "like  us", "Iike us", "like us"]) == {folded_ocr("like us"): "like us"}


def test_spelling_does_not_depend_on_the_order():
    texts = ["Iike", "like", "Like"]
    assert spelling(texts) == spelling(reversed(texts))


def test_copies_that_greet_different_people_are_one_text():
    assert folded_text("@anna  Vote\nEarly @ben@social.example") == folded_text("vote early")


def test_hashtags_and_mentions_are_found_without_their_signs():
    assert find_hashtags("#Vote2021 &#39; a#b ＃Wahl #123 #ja_bitte") == ["vote2021", "wahl", "ja_bitte"]
    assert find_mentions("@Anna: ask @ben@social.example. mail x@y.org @c") == ["anna", "ben@social.example", "c"]
