"""The letters of an alert: one that asks whether it was really wanted, and one a day that tells of new ads."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.http import QueryDict
from django.urls import reverse

from hustings.apps import database
from hustings.apps.database import WORKER, in_role
from hustings.apps.library.find import present
from hustings.apps.library.models import Alert, Shown
from hustings.apps.library.pages.feeds import clean, words_of
from hustings.apps.library.pages.question import read
from hustings.apps.library.pages.telling import card

__all__ = ["CONFIRM", "END", "ask_whether_wanted", "key_of", "tell_all"]

CONFIRM, END = "library.alert.confirm", "library.alert.end"
LISTED = 20
UNCONFIRMED = timedelta(days=7)

logger = logging.getLogger(__name__)


def token(key: UUID, purpose: str) -> str:
    """What a letter's link carries: the alert's key, signed for one purpose."""
    return Signer(salt=purpose).sign(key.hex)


def key_of(text: str, purpose: str) -> UUID | None:
    """The key that a link carries, if the link is ours."""
    try:
        return UUID(Signer(salt=purpose).unsign(text))
    except (BadSignature, ValueError):
        return None


def address(base: str, name: str, key: UUID, purpose: str) -> str:
    """A link of a letter."""
    return base + reverse(name, args=[token(key, purpose)])


def ask_whether_wanted(key: UUID, email: str, query: str, base: str) -> None:
    """Write to the address that was given: nothing more is sent to it unless the link is followed."""
    words = words_of(read(QueryDict(query))[0])
    EmailMessage(
        subject="Do you want to be told of new political ads?",
        body=f"Somebody, probably you, asked to be told of new ads in the library of political ads that fit this search:\n\n"
        f"    {words}\n\nIf you want that, confirm it within a week: {address(base, 'library-alert-confirm', key, CONFIRM)}\n\n"
        "If not, do nothing: no other letter follows, and your address is deleted after a week.\n",
        to=[email],
    ).send()


def tell_all() -> int:
    """Tell each alert what is new since the last letter; gives how many letters were sent.

    An alert is told in a transaction of its own: one letter that cannot be sent keeps no other back, and is tried again
    the next day. Whoever asked and never confirmed is forgotten here.
    """
    if not settings.PUBLIC_URL:
        logger.warning("No letters of the library: HUSTINGS_PUBLIC_URL does not say which address their links lead to.")
        return 0
    with in_role(WORKER):
        Alert.objects.filter(confirmed_at__isnull=True, asked_at__lte=database.moment() - UNCONFIRMED).delete()
        keys = list(Alert.objects.filter(confirmed_at__isnull=False).order_by("id").values_list("id", flat=True))
    sent = 0
    for key in keys:
        try:
            with in_role(WORKER):
                sent += tell(key)
        except OSError:
            logger.warning("The letter of alert %s could not be sent; it is tried again tomorrow.", key)
    return sent


def tell(key: UUID) -> bool:
    """Tell one alert; gives whether there was anything to tell."""
    alert = Alert.objects.select_for_update(no_key=True).filter(pk=key).first()
    if alert is None:
        return False
    question, wrong = read(QueryDict(alert.query))
    place = present()
    found = question.found(place).filter(seq__gt=alert.after, body__version=1).order_by("-number")
    rows = [] if wrong else list(found[: LISTED + 1])
    alert.after, alert.told_at = place, database.moment()
    alert.save(update_fields=["after", "told_at"])
    if rows:
        letter(alert, rows, words_of(question)).send()
    return bool(rows)


def letter(alert: Alert, rows: list[Shown], words: str) -> EmailMessage:
    """The letter that tells of new ads."""
    base = settings.PUBLIC_URL
    listed = "\n\n".join(line(row, base) for row in rows[:LISTED])
    more = f"\n\nThere are more: {base}{reverse('library')}?{alert.query}" if len(rows) > LISTED else ""
    end = address(base, "library-alert-end", alert.id, END)
    return EmailMessage(
        subject="New political ads: " + " ".join(clean(words).split())[:100],
        body=f"New in the library of political ads, for your search {words}:\n\n{listed}{more}\n\n"
        f"The search: {base}{reverse('library')}?{alert.query}\nNo more letters: {end}\n",
        to=[alert.email],
        headers={"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def line(row: Shown, base: str) -> str:
    """An ad in a letter."""
    shown = card(row.body)
    says = f"\n{clean(shown.says)}" if shown.says else ""
    figures = f"Spend: {shown.spend}. Impressions: {shown.impressions}. {shown.countries}."
    return f"{clean(shown.heading)}{says}\n{figures}\n{base}{reverse('library-ad', args=[row.number])}"
