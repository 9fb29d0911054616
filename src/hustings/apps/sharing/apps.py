"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["SharingConfig"]


class SharingConfig(AppConfig):
    """Partners, requests, meetings, and who began an action."""

    name = "hustings.apps.sharing"
    label = "sharing"
    verbose_name = "Partners"

    def ready(self) -> None:
        """Say that requests of partners are received here, and who began what goes along."""
        from hustings.apps.sharing import at_the_door, beginnings, crossing  # noqa: F401
