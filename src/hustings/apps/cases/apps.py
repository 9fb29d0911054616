"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["CasesConfig"]


class CasesConfig(AppConfig):
    """Leads, cases, campaigns, evidence."""

    name = "hustings.apps.cases"
    label = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        """Tell review how appeals against enforcement are shown and what follows from a decision."""
        from hustings.apps.cases.enforcing import appeals

        appeals.announce()
