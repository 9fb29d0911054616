"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["AdsConfig"]


class AdsConfig(AppConfig):
    """Sponsors, payers, pages, disclaimers, ads and what was delivered."""

    name = "hustings.apps.ads"
    label = "ads"
    verbose_name = "Ads"
