"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["ItemsConfig"]


class ItemsConfig(AppConfig):
    """Items, labels, grants."""

    name = "hustings.apps.items"
    label = "items"
    verbose_name = "Items"
