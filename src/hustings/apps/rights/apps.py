"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["RightsConfig"]


class RightsConfig(AppConfig):
    """Audits by matched texts, and the gate before a policy version."""

    name = "hustings.apps.rights"
    label = "rights"
    verbose_name = "Rights audits"
