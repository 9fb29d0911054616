"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["IndicatorsConfig"]


class IndicatorsConfig(AppConfig):
    """Indicators, matches, and what is told of them."""

    name = "hustings.apps.indicators"
    label = "indicators"
    verbose_name = "Indicators"

    def ready(self) -> None:
        """Say that indicators are received here."""
        from hustings.apps.indicators import receiving  # noqa: F401
