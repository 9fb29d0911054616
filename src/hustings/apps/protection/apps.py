"""The app as Django knows it; it comes last, so that all tables exist when it speaks."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

__all__ = ["ProtectionConfig"]


def protect(**_: Any) -> None:
    """Apply every protection after the migrations of the last app."""
    from hustings.apps.protection.apply import apply

    apply()


class ProtectionConfig(AppConfig):
    """Grants and row-level security."""

    name = "hustings.apps.protection"
    label = "protection"

    def ready(self) -> None:
        """Follow the migrations."""
        post_migrate.connect(protect, sender=self)
