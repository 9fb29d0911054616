"""Accounts of advertisers with which nobody ever acted have an end; those who handed something in keep theirs."""

from datetime import timedelta

import pytest
from made_people import LONG_AGO, appoint, organisation, person

from hustings.apps.ads.models import Sponsor, SponsorMember
from hustings.apps.database import moment
from hustings.apps.people.models import Person
from hustings.apps.privacy.expire import expire
from hustings.policy.retention import NEVER_ACTED

pytestmark = pytest.mark.django_db


def account(name, *, unseen, signed_in=None, state="", company=None):
    """An account made and last used so long ago, and a sponsor in this state that its holder acts for."""
    made = person(name)
    now = moment()
    Person.objects.filter(pk=made.pk).update(joined_at=now - unseen, last_login=now - signed_in if signed_in else None)
    if state:
        sponsor = Sponsor.objects.create(
            held_by=company, registered_name=name, kind="company", country="XV", state=state
        )
        SponsorMember.objects.create(sponsor=sponsor, person=made, administers=True, since=LONG_AGO)
    return made


def test_an_account_with_which_nobody_acted_loses_name_and_address_after_a_year(db):
    company, day = organisation("Platform", "company"), timedelta(days=1)
    over = NEVER_ACTED + day
    gone = [
        account("Never", unseen=over),
        account("Looked", unseen=over + day, signed_in=over),
        account("Began", unseen=over, state="draft", company=company),
    ]
    stay = [
        account("Young", unseen=NEVER_ACTED - day),
        account("Lately", unseen=over, signed_in=NEVER_ACTED - day),
        account("Handed", unseen=over, state="person submitted", company=company),
        account("Ran", unseen=over, state="revoked", company=company),
    ]
    colleague = appoint(account("Colleague", unseen=over), company, "Colleague", ("reviewer",)).person
    assert ("person", 3) in list(expire())
    for one in gone:
        one.refresh_from_db()
        assert (one.name, one.is_active, one.email) == ("Somebody who left", False, f"{one.pk}@erased.invalid")
    for one in [*stay, colleague]:
        before = one.name
        one.refresh_from_db()
        assert (one.name, one.is_active) == (before, True)
    assert not [table for table, _ in expire() if table == "person"]
