"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["StaffingConfig"]


class StaffingConfig(AppConfig):
    """Assumptions, earlier work, shifts and plans."""

    name = "hustings.apps.staffing"
    label = "staffing"
    verbose_name = "Staffing"
