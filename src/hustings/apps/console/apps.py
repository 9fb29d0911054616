"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["ConsoleConfig"]


class ConsoleConfig(AppConfig):
    """Pages around the pages."""

    name = "hustings.apps.console"
    label = "console"
    verbose_name = "Console"
