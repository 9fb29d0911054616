"""What we say about the tables of the packages we stand on."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["TABLES"]

READ = ("SELECT",)
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")

TABLES = [
    Table(name="django_content_type", web=READ, worker=READ),
    Table(name="django_migrations", web=READ, worker=READ),
    # Sign-in: read before anybody is somebody, so no row rule can stand here; the pages show a person only their own.
    Table(name="account_emailaddress", web=ALL, worker=READ),
    Table(name="account_emailconfirmation", web=ALL, worker=("SELECT", "DELETE")),
    Table(name="mfa_authenticator", web=ALL),
    Table(name="socialaccount_socialaccount", web=ALL),
    Table(name="socialaccount_socialapp", web=READ),
    Table(name="socialaccount_socialtoken", web=ALL),
    # Jobs: the web puts them in, the worker takes them out.
    Table(name="procrastinate_jobs", web=("SELECT", "INSERT"), worker=ALL),
    Table(name="procrastinate_events", web=("SELECT", "INSERT"), worker=ALL),
    Table(name="procrastinate_periodic_defers", worker=ALL),
    Table(name="procrastinate_workers", web=READ, worker=ALL),
]
