"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["PeopleConfig"]


class PeopleConfig(AppConfig):
    """Persons, organisations, positions and clearances."""

    name = "hustings.apps.people"
    label = "people"
    verbose_name = "People"
