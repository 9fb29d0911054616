"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["SweepsConfig"]


class SweepsConfig(AppConfig):
    """Tips, sweeps, tear-lines."""

    name = "hustings.apps.sweeps"
    label = "sweeps"
    verbose_name = "Sweeps"
