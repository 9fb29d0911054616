"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["AuditConfig"]


class AuditConfig(AppConfig):
    """The log."""

    name = "hustings.apps.audit"
    label = "audit"
    verbose_name = "Log"
