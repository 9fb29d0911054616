"""A person with an account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from hustings.apps.dated import new_id

__all__ = ["People", "Person"]


class People(BaseUserManager["Person"]):
    """Finds and makes persons; there is no superuser to make."""

    def create_user(self, email: str, password: str | None = None, **named: Any) -> Person:
        """A new person; without a password nobody can sign in as them until an invitation is taken up."""
        person = self.model(email=self.normalize_email(email).lower(), **named)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person of this address, whatever its case."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who can sign in. What they may do follows from positions and clearances, never from the account.

    `stamp` is part of every session: it changes when sessions must end (position left, eligibility gone).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    stamp = models.UUIDField(default=new_id, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "person"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name, as third-party pages ask for it."""
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Sessions carry this; a new password or a new stamp makes another, and the old sessions are nobody's.
        return salted_hmac(
            "hustings.person.session", f"{self.password}:{self.stamp}", secret=secret, algorithm="sha256"
        ).hexdigest()
