"""The two letters that bring a person in, or back in. They name the organisation, and nothing that anybody holds."""

from __future__ import annotations

from django.core.mail import send_mail
from django.http import HttpRequest
from django.urls import reverse

from hustings.apps.people.models import Offer, Person
from hustings.apps.people.seat import Seat

__all__ = ["send_link", "send_offer"]


def send_offer(request: HttpRequest, offer: Offer, secret: str | None) -> None:
    """Tell the person of an offer; who has no account yet gets the link with which they make one."""
    from hustings.apps.people.signin.invitation import link

    offers = request.build_absolute_uri(reverse("offers"))
    organisation = offer.position.organisation
    first = (
        f"Make your account first: {request.build_absolute_uri(link(secret))}\nThen find the offer here: {offers}"
        if secret
        else f"Sign in and find the offer here: {offers}"
    )
    send_mail(
        subject=f"{organisation} offers you a position on Hustings",
        message=f"{organisation} offers you the position '{offer.position.title}'.\n\n{first}\n\n"
        "Nothing changes for you until you take it up. If you did not expect this, do nothing.\n",
        from_email=None,
        recipient_list=[offer.person.email],
    )


def send_link(request: HttpRequest, person: Person, secret: str, seat: Seat) -> None:
    """Send the link with which a person gets back into their account."""
    from hustings.apps.people.signin.invitation import link

    send_mail(
        subject="Getting back into your account on Hustings",
        message=f"{seat.person.name} of {seat.appointment.position.organisation} made this link for you; it is good "
        f"once, for a day, and sets a new password and second factor: {request.build_absolute_uri(link(secret))}\n\n"
        "If you did not ask for it, tell your security officer.\n",
        from_email=None,
        recipient_list=[person.email],
    )
