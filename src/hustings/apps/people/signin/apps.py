"""The app as Django knows it."""

from django.apps import AppConfig

__all__ = ["SigninConfig"]


class SigninConfig(AppConfig):
    """Sign-in."""

    name = "hustings.apps.people.signin"
    label = "signin"
    verbose_name = "Sign-in"

    def ready(self) -> None:
        """Listen to what happens while somebody signs in."""
        from hustings.apps.people.signin import happenings

        happenings.listen()
