"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["PrivacyConfig"]


class PrivacyConfig(AppConfig):
    """Deletions, and people's requests about their data."""

    name = "hustings.apps.privacy"
    label = "privacy"
    verbose_name = "Data protection"
