"""The app as Django knows it."""

from __future__ import annotations

import secrets
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

__all__ = ["ReviewConfig"]


def load(**_: Any) -> None:
    """Bring the versions of the packaged policies into the database that it does not have yet, and the seed of draws."""
    from hustings.apps.review.models import Draw
    from hustings.apps.review.policies import load_packaged

    load_packaged()
    Draw.objects.get_or_create(id=1, defaults={"seed": secrets.token_hex(32)})


class ReviewConfig(AppConfig):
    """Review."""

    name = "hustings.apps.review"
    label = "review"
    verbose_name = "Review"

    def ready(self) -> None:
        """Follow the migrations."""
        post_migrate.connect(load, sender=self)
