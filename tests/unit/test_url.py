import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.detection.address import canonical_address, find_addresses, site


@pytest.mark.parametrize("address, same_as", [
    ("HTTP://www.Example.org:80/a/?utm_source=x&b=1#top", "example.org/a?b=1"),
    ("https://example.org/a?b=1", "example.org/a?b=1"),
    ("example.org/a/?b=1&fbclid=zz", "example.org/a?b=1"),
    ("//example.org/", "example.org"),
    ("https://example.org./", "example.org"),
    ("https://example.org:443", "example.org"),
    ("https://example.org:8443/", "example.org:8443"),
    ("https://example.org/index.html", "example.org"),
    ("https://example.org/a?c=2&b=1", "example.org/a?b=1&c=2"),
    ("https://m.facebook.com/page?ref=ts", "facebook.com/page"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Futm_medium%3Dx&h=AT1", "example.org/a"),
    ("https://bücher.example/ä", "xn--bcher-kva.example/%C3%A4"),
    ("https://xn--bcher-kva.example/%c3%a4", "xn--bcher-kva.example/%C3%A4"),
    ("https://example.org/%7Euser", "example.org/~user"),
    ("https://example.org/a%2Fb", "example.org/a%2Fb"),
    ("https://user:secret@example.org/a", "example.org/a"),
    ("https://www.youtube.com/watch?v=Ab1&feature=share", "youtube.com/watch?v=Ab1"),
    ("http://192.0.2.7/x", "192.0.2.7/x"),
])  # fmt: skip
def test_spellings_of_one_page_are_one_address(address, same_as):
    assert canonical_address(address) == same_as


@pytest.mark.parametrize("left, right", [
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a", "https://example.com/a"),
    ("https://a.example.org/", "https://b.example.org/"),
    ("https://example.org/?id=1", "https://example.org/?id=2"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org:8080/", "https://example.org/"),
    ("https://example.org/?s=1", "https://example.org/"),
])  # fmt: skip
def test_what_may_choose_the_page_stays(left, right):
    assert canonical_address(left) != canonical_address(right)


@pytest.mark.parametrize("text", ["", "—", "no address", "mailto:a@example.org", "javascript:void(0)", "http://",
                                  "https://[::1", "ftp://example.org/", "https://example.org:99999/"])  # fmt: skip
def test_what_is_no_web_address_has_none(text):
    assert canonical_address(text) is None


@given(st.from_regex(r"https?://(www\.)?[a-z]{1,8}\.(org|co\.uk|example)(:\d{1,4})?(/[a-zA-Z0-9%~ _.-]{0,6}){0,3}"
                     r"(\?[a-z]{1,3}=[a-z0-9%+]{0,4}(&[a-z]{1,3}=[a-z0-9]{0,3}){0,2})?(#[a-z]{0,3})?", fullmatch=True))  # fmt: skip
def test_a_canonical_address_is_its_own(address):
    once = canonical_address(address)
    assert once is None or canonical_address(once) == once


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text):
    canonical_address(text)
    site(text)
    find_addresses(text)


@pytest.mark.parametrize("address, domain", [
    ("https://news.example.co.uk/a", "example.co.uk"), ("https://www.example.org", "example.org"),
    ("https://someone.github.io/x", "someone.github.io"), ("http://192.0.2.7:81/", "192.0.2.7"),
    ("https://party.example", "party.example"), ("nothing", None),
])  # fmt: skip
def test_the_domain_is_the_registrable_one(address, domain):
    assert site(address) == domain


def test_addresses_in_a_text_end_before_the_sentence_does():
    text = "See https://example.org/a. (Or https://example.org/b_(c)), https://example.org/d?e=1! and www.example.org"
    assert find_addresses(text) == ["https://example.org/a", "https://example.org/b_(c)", "https://example.org/d?e=1"]
