"""What people fill in while they sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password

from hustings.apps.people.models import Person

__all__ = ["ChangePassword", "Enter", "PasswordAgain", "ResetPassword", "SetPassword", "TakeUp", "plain"]


def plain(form: forms.BaseForm) -> None:
    """Take away what repeats the label inside the field: it goes when somebody types, and reads like an answer."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class Enter(LoginForm):
    """E-mail address and password."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""  # the way to a new password stands beside the button
        plain(self)


class ChangePassword(ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["oldpassword"].label = "Password now"
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "New password, once more"
        plain(self)


class ResetPassword(ResetPasswordForm):
    """The address that a link goes to."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["email"].label = "E-mail address"
        plain(self)


class SetPassword(ResetPasswordKeyForm):
    """The new password twice, for who holds a link."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "New password, once more"
        plain(self)


class PasswordAgain(ReauthenticateForm):
    """The password, before something dangerous."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        plain(self)


class TakeUp(forms.Form):
    """A name and a password, for who holds an invitation."""

    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=" ".join(password_validators_help_texts()),
    )
    again = forms.CharField(
        label="Password, once more", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *given: Any, person: Person, **named: Any) -> None:
        super().__init__(*given, **named)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same, and good enough."""
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password and password != cleaned.get("again"):
            self.add_error("again", "The two passwords are not the same.")
        if password:
            try:
                validate_password(password, self.person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
