"""`manage library_redraw`: draws what is shown anew from sealed versions and keys, as after a backup was restored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from hustings.apps.library.models import Subject
from hustings.apps.library.publishing.showing import show_again

__all__ = ["Command"]

# What has no key and no entry of the log that says so.
LOST = """
SELECT log_put((SELECT id FROM log WHERE name = 'library'), 'library.expunged',
  jsonb_build_object('number', v.subject_id, 'ground', 'no key', 'with', v.subject_id), '{}')
FROM (SELECT DISTINCT subject_id FROM library_version) v
WHERE NOT EXISTS (SELECT FROM library_key k WHERE k.subject_id = v.subject_id) AND v.subject_id NOT IN (
  SELECT (facts ->> 'number')::bigint FROM log_leaf WHERE event = 'library.expunged'
  UNION ALL SELECT (facts ->> 'number')::bigint FROM log_entry WHERE event = 'library.expunged')
"""


class Command(BaseCommand):
    """May be run at any time; runs as the owner. A record whose key is gone is shown as expunged, and the log says so."""

    help = "Draw what the library shows anew from its versions and keys."

    def handle(self, *_: Any, **__: Any) -> None:
        """Draw, subject by subject."""
        rows = 0
        for number in Subject.objects.order_by("number").values_list("number", flat=True):
            with transaction.atomic():
                rows += show_again(number)
        with connection.cursor() as cursor:
            cursor.execute(LOST)
            lost = cursor.rowcount
        self.stdout.write(
            f"{rows:,} versions drawn; {lost:,} subjects have no key any more and are told to the log as expunged."
        )
