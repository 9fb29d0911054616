"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["LibraryConfig"]


class LibraryConfig(AppConfig):
    """The public library of ads."""

    name = "hustings.apps.library"
    label = "library"
    verbose_name = "Library"

    def ready(self) -> None:
        """Tell review how complaints are shown and what follows from a decision."""
        from hustings.apps.library.complaints import actions

        actions.announce()
