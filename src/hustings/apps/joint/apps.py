"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["JointConfig"]


class JointConfig(AppConfig):
    """Joint work on what partners told each other."""

    name = "hustings.apps.joint"
    label = "joint"
    verbose_name = "Joint work"
