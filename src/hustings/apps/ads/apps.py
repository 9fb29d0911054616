"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["AdsConfig"]


class AdsConfig(AppConfig):
    """Sponsors, payers, pages, disclaimers, ads and what was delivered."""

    name = "hustings.apps.ads"
    label = "ads"
    verbose_name = "Ads"

    def ready(self) -> None:
        """Tell review how ads are shown and what follows from a decision."""
        from hustings.apps.ads import asking, undeclared
        from hustings.apps.ads.desk import deciding

        asking.announce()
        undeclared.announce()
        deciding.announce()
