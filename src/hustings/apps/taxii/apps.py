"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["TaxiiConfig"]


class TaxiiConfig(AppConfig):
    """Exchange of STIX objects over TAXII."""

    name = "hustings.apps.taxii"
    label = "taxii"
    verbose_name = "Exchange"
