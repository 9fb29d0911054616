"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["FindingsConfig"]


class FindingsConfig(AppConfig):
    """Runs, findings and the evidence behind them."""

    name = "hustings.apps.findings"
    label = "findings"
    verbose_name = "Findings"
