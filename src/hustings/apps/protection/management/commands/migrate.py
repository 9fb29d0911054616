"""`migrate`, quicker."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from hustings.apps.protection.quick_migrating import QuickExecutor

__all__ = ["Command"]


class Command(migrate.Command):
    """As Django's, without drawing every model anew at each step."""

    def handle(self, *given: Any, **named: Any) -> None:
        """Migrate."""
        module = vars(migrate)  # Django's command takes the executor that its module names
        usual = module["MigrationExecutor"]
        module["MigrationExecutor"] = QuickExecutor
        try:
            super().handle(*given, **named)
        finally:
            module["MigrationExecutor"] = usual
