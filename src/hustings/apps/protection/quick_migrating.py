"""Migrations without Django's quadratic cost: a model that a migration makes or adds to is drawn again, not all related to it.

For each step Django draws every model anew that is related to the changed one by any number of steps; as all of ours are
related to items and people, two hundred models are drawn five hundred times, and a new installation took a minute of
processor time. What is made or added needs its own model alone: columns, constraints and indexes are told from it and
from the types of what it points to. Steps that look at relations from the other side (altering or removing a column,
code that runs) get all models drawn anew, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import CreateExtension
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

__all__ = ["QuickExecutor"]

ADDING = (
    operations.CreateModel,
    operations.AddField,
    operations.AddConstraint,
    operations.RemoveConstraint,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RunSQL,
    CreateExtension,
)


def adds(steps: Iterable[Operation]) -> bool:
    """Whether every step makes something or adds to it."""
    return all(
        type(step) in ADDING
        or isinstance(step, CreateExtension)
        or (isinstance(step, operations.SeparateDatabaseAndState) and adds([*step.database_operations, *step.state_operations]))
        for step in steps
    )  # fmt: skip


@contextmanager
def drawn_alone() -> Iterator[None]:
    """Within, a changed model is drawn again by itself."""

    def alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:  # noqa: ARG001
        if "apps" in state.__dict__:  # to ask for it would draw all of them
            state.apps.unregister_model(app_label, model_name)
            state.apps.render_multiple([state.models[app_label, model_name]])

    usual = ProjectState.reload_model
    ProjectState.reload_model = alone  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ProjectState.reload_model = usual  # type: ignore[method-assign]


class QuickExecutor(MigrationExecutor):
    """Applies the same migrations to the same schema; a test compares both dumps."""

    drawn_whole = True  # whether every model that is drawn has all its relations

    def apply_migration(self, state: ProjectState, migration: Migration, *given: Any, **named: Any) -> ProjectState:
        """Apply one migration."""
        if adds(migration.operations):
            self.drawn_whole = False
            with drawn_alone():
                return super().apply_migration(state, migration, *given, **named)
        self.draw_whole(state)
        return super().apply_migration(state, migration, *given, **named)

    def migrate(self, *given: Any, **named: Any) -> ProjectState:
        """Apply a plan."""
        state = super().migrate(*given, **named)
        self.draw_whole(state)
        return state

    def draw_whole(self, state: ProjectState) -> None:
        """Draw all models anew, with all relations, where some were drawn alone."""
        if not self.drawn_whole:
            state.__dict__.pop("apps", None)
            assert state.apps is not None  # drawn here: the steps that follow change what is drawn
            self.drawn_whole = True
