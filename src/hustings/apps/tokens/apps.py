"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["TokensConfig"]


class TokensConfig(AppConfig):
    """Tokens for programs."""

    name = "hustings.apps.tokens"
    label = "tokens"
    verbose_name = "Tokens"
