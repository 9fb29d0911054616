"""How codes leave the house: mail through the platform's mail settings, letters as text files for whoever posts them."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail

from hustings.apps.dated import new_id

__all__ = ["mail_code", "post_code"]


def mail_code(to: str, subject: str, text: str) -> None:
    """Send a mail. Without mail settings of the operator's own it is written into the folder of mails."""
    send_mail(subject=subject, message=text, from_email=None, recipient_list=[to])


def post_code(to: str, text: str) -> Path:
    """Write a letter into the folder that is printed and posted; nobody but its owner may read it."""
    folder = Path(settings.HUSTINGS_LETTERS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / f"letter-{new_id()}.txt"
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{to.replace(', ', chr(10))}\n\n\n{text}\n")
    return place
