"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["SaidConfig"]


class SaidConfig(AppConfig):
    """Our work as STIX, and tips from what partners sent."""

    name = "hustings.apps.said"
    label = "said"
    verbose_name = "Told to partners"

    def ready(self) -> None:
        """Let what reacts to objects that come be known."""
        from hustings.apps.said import receiving  # noqa: F401 - models are not there before
