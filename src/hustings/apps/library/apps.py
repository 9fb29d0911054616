"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["LibraryConfig"]


class LibraryConfig(AppConfig):
    """The public library of ads."""

    name = "hustings.apps.library"
    label = "library"
    verbose_name = "Library"
