"""What an ad's address and its buyer's account leave: ids of accounts, phones, blocks of the network."""

from datetime import UTC, datetime

import pytest

from hustings.connectors.ad_leavings import network_block, phones_of, tracking_ids
from hustings.connectors.buyers import find_buyers
from hustings.screening.ad import Ad, AdsTable


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("https://a.example/?tid=UA-53319204-1&utm_source=x", ["UA-53319204"]),
        ("https://a.example/?tid=UA-53319204-7", ["UA-53319204"]),
        ("https://a.example/?id=G-ABCDEF1234&x=GTM-K2X9QZ", ["G-ABCDEF1234", "GTM-K2X9QZ"]),
        ("https://a.example/?client=ca-pub-1234567890123456", ["pub-1234567890123456"]),
        ("https://a.example/?Aff_ID=northern&aff_id=abc", ["aff_id=northern"]),
        # A visitor's click, a campaign and what only looks alike are no account's.
        ("https://a.example/?fbclid=IwAR0abc&utm_campaign=spring&v=AQUA-123456-1", []),
        ("https://a.example/G-20", []),
        ("http://[broken", []),
        (None, []),
    ],
)
def test_ids_of_accounts_are_read_from_an_address(address, ids):
    assert tracking_ids(address) == ids


def test_what_a_fetcher_tells_counts_as_well():
    assert tracking_ids("https://a.example/", ["UA-53319204-1", "matomo 17", "x"]) == ["UA-53319204", "matomo 17"]


def test_phones_meet_in_one_spelling():
    assert len(phones_of(["+1 (202) 555-0143", "+12025550143", "none"])) == 1


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("45.12.7.9", "45.12.7.0/24"), ("45.12.7.200", "45.12.7.0/24"), ("45.12.7.0/24", "45.12.7.0/24"),
        ("2a01:4f8:1:2::3", "2a01:4f8:1::/48"), ("192.168.1.4", None), ("127.0.0.1", None), ("Main Street 4", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_network_address_gives_its_block(address, block):
    assert network_block(address) == block


def bought(page, number, **more):
    return Ad(
        platform="plaza", actor=page, ad=f"{page}{number}", created=datetime(2018, 9, 3 + number, 9, 0, 7, tzinfo=UTC),
        text=f"A text of its own of {page}, long enough to count, number {number}", **more,
    )  # fmt: skip


def test_one_analytics_account_ties_buyers_and_one_block_alone_does_not():
    def groups(**more):
        ads = [
            bought(page, number, **{key: value.format(page=page) for key, value in more.items()})
            for page in ("a", "b", "c", "d") for number in range(2)
        ]  # fmt: skip
        return [group.buyers for group in find_buyers(AdsTable(ads=tuple(ads), source="made")).belonging.groups]

    assert groups(landing_url="https://{page}.example/?tid=UA-53319204-1") == [
        ("plaza:a", "plaza:b", "plaza:c", "plaza:d")
    ]
    assert groups(landing_url="https://{page}.example/?tid=UA-5331920{page}-1") == []
    network = [bought(page, n, address=f"45.12.7.{100 + 10 * n + ord(page) - 97}") for page in "abcd" for n in range(2)]
    assert find_buyers(AdsTable(ads=tuple(network), source="made")).belonging.groups == ()
