"""Addresses of joint work."""

from __future__ import annotations

from django.urls import path, register_converter

from hustings.apps.joint import views

__all__ = ["StixId", "urlpatterns"]


class StixId:
    """An identifier of STIX in an address."""

    regex = r"[a-z0-9-]{1,200}--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(StixId, "stix")

urlpatterns = [
    path("", views.joint_work, name="joint-work"),
    path("<stix:stix_id>/", views.one, name="joint"),
    path("<stix:stix_id>/remark/", views.remark, name="remark-on"),
]
