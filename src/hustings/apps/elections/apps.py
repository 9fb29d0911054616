"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["ElectionsConfig"]


class ElectionsConfig(AppConfig):
    """The calendar of elections."""

    name = "hustings.apps.elections"
    label = "elections"
    verbose_name = "Elections"
