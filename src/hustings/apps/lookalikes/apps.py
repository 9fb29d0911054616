"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["LookalikesConfig"]


class LookalikesConfig(AppConfig):
    """Protected names, look-alikes and cyber incidents."""

    name = "hustings.apps.lookalikes"
    label = "lookalikes"
    verbose_name = "Look-alikes and cyber incidents"
