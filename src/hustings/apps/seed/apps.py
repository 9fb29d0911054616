"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["SeedConfig"]


class SeedConfig(AppConfig):
    """The demo season."""

    name = "hustings.apps.seed"
    label = "seed"
