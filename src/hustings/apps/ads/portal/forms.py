"""What advertisers fill in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password

from hustings.apps.ads.documents.sniffing import problem_of
from hustings.apps.ads.models.sponsor import KINDS
from hustings.apps.people.models import Person
from hustings.policy.advertising import SponsorClass
from hustings.screening.register.numbers import SCHEMES, read_number

__all__ = ["BeginForm", "CodeForm", "ConfirmForm", "DisclaimerForm", "LetInForm", "OrganisationForm", "PersonForm", "SignUpForm"]  # fmt: skip

DOCUMENTS = (
    ("passport", "Passport"),
    ("identity card", "Identity card"),
    ("driving licence", "Driving licence"),
    ("residence permit", "Residence permit"),
)
COUNTRY = "Two letters, as DE or US."


def country_field(**named: Any) -> forms.CharField:
    """A country by its ISO 3166 code."""
    return forms.RegexField(
        r"^\s*[A-Za-z]{2}\s*$",
        max_length=4,
        error_messages={"invalid": "A country is two letters here, as DE or US."},
        widget=forms.TextInput(attrs={"autocomplete": "country"}),
        **{"label": "Country", "help_text": COUNTRY} | named,
    )


class SignUpForm(forms.Form):
    """Who wants an account."""

    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="E-mail address",
        help_text="A code is sent there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ConfirmForm(forms.Form):
    """The code that was mailed, and a password."""

    code = forms.CharField(
        label="Code from the mail",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
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


class BeginForm(forms.Form):
    """Whose ads it will be."""

    name = forms.CharField(
        label="Who stands behind the ads", max_length=300, help_text="As it is registered, or your own legal name."
    )
    door = forms.ChoiceField(label="Where the ads will run")

    def __init__(self, *given: Any, doors: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["door"].choices = doors  # type: ignore[attr-defined]
        if len(doors) == 1:
            self.fields["door"].widget = forms.HiddenInput()
            self.fields["door"].initial = doors[0][0]


class PersonForm(forms.Form):
    """Who acts, where they live, and the document that shows it."""

    wanted = forms.ChoiceField(
        label="Whose name the ads bear",
        choices=[
            ("organisation", "An organisation's: it is asked about next"),
            (SponsorClass.PERSON.value, "My own legal name"),
        ],
        widget=forms.RadioSelect,
        initial="organisation",
    )
    legal_name = forms.CharField(label="Your legal name", max_length=200, help_text="Exactly as on the document.")
    country = country_field(label="Country where you live")
    address = forms.CharField(
        label="Street and number", max_length=300, help_text="A code is posted there. It is never published."
    )
    postal_code = forms.CharField(label="Postal code", max_length=20)
    city = forms.CharField(label="Town", max_length=100)
    document_kind = forms.ChoiceField(label="Document", choices=DOCUMENTS)
    issuer = forms.CharField(label="Issued by", max_length=200, help_text="The authority that the document names.")
    file = forms.FileField(
        label="Scan or photo",
        help_text="PDF, JPEG or PNG, at most 10 MB. Sealed at once, opened by verifiers alone, deleted after 90 days.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).strip().upper()

    def clean_file(self) -> bytes:
        """The content, if it may be taken in."""
        content: bytes = self.cleaned_data["file"].read()
        wrong = problem_of(content)
        if wrong:
            raise forms.ValidationError(wrong)
        return content


class OrganisationForm(forms.Form):
    """Which organisation it is, and how to reach it."""

    wanted = forms.ChoiceField(
        label="How it can be confirmed",
        choices=[
            (SponsorClass.REGISTERED.value, "By its number in a government register (class A)"),
            (SponsorClass.CONTACT.value, "By phone, mail, address and website (class B)"),
        ],
        widget=forms.RadioSelect,
        initial=SponsorClass.REGISTERED.value,
    )
    registered_name = forms.CharField(label="Registered name", max_length=300)
    kind = forms.ChoiceField(
        label="Kind", choices=[(kind, kind.capitalize()) for kind in KINDS if kind not in ("person", "unknown")]
    )
    country = country_field(label="Country of its seat")
    scheme = forms.ChoiceField(label="Register", required=False, help_text="For class A: which kind of number it is.")
    number = forms.CharField(label="Number in the register", max_length=60, required=False)
    street = forms.CharField(label="Street and number", max_length=200)
    postal_code = forms.CharField(label="Postal code", max_length=20)
    city = forms.CharField(label="Town", max_length=100)
    phone = forms.CharField(max_length=40, label="Phone", help_text="With the country's code, as +49 30 1234567.")
    mail = forms.EmailField(label="Business mail", help_text="A code is sent there.")
    website = forms.CharField(
        max_length=300, label="Website", help_text="For example https://example.org. A code is looked for there."
    )
    founded_on = forms.DateField(
        label="Founded on", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    officers = forms.CharField(
        max_length=500, required=False, label="Officers", help_text="Names, with semicolons between."
    )
    controller = forms.CharField(
        max_length=300, required=False, label="Who controls it",
        help_text="A parent organisation, owner or funder. Left empty, the public reads that it is not established.",
    )  # fmt: skip
    controller_country = country_field(label="Country of who controls it", required=False)
    controller_evidence = forms.CharField(
        max_length=500,
        required=False,
        label="What shows it",
        help_text="A register, statute or report, with its place.",
    )
    foreign_principal = forms.TypedChoiceField(
        label="Does it act for a government, party or person abroad?",
        choices=[("no", "No"), ("yes", "Yes")], coerce=lambda said: said == "yes", widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *given: Any, schemes: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["scheme"].choices = [("", "None"), *schemes]  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).strip().upper()

    def clean_controller_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["controller_country"]).strip().upper()

    def clean_phone(self) -> str:
        """Enough digits to be dialled."""
        phone = str(self.cleaned_data["phone"]).strip()
        if len(re.sub(r"\D", "", phone)) < 7:
            raise forms.ValidationError("A phone number has at least seven digits.")
        return phone

    def clean_website(self) -> str:
        """An address of the web, with its scheme."""
        said = str(self.cleaned_data["website"]).strip()
        said = said if "//" in said else f"https://{said}"
        parts = urlsplit(said)
        if parts.scheme not in ("http", "https") or not parts.hostname or "." not in parts.hostname + ".":
            raise forms.ValidationError("This is no address of a website. Write it as https://example.org.")
        return said

    def clean(self) -> dict[str, Any]:
        """Class A comes with a number of the right form; whoever names a controller says what shows it."""
        cleaned = super().clean() or {}
        scheme, number = cleaned.get("scheme", ""), str(cleaned.get("number", "")).strip()
        if cleaned.get("wanted") == SponsorClass.REGISTERED.value and not (scheme and number):
            self.add_error(
                "number",
                "Class A is confirmed by a number: choose the register and give the number, or choose class B.",
            )
        elif scheme and number:
            read = read_number(scheme, number)
            if read.compact is None:
                self.add_error("number", f"{read.reason[:1].upper()}{read.reason[1:]}. Look it up in the register.")
            else:
                cleaned["number"] = read.compact
        if cleaned.get("controller") and not cleaned.get("controller_evidence"):
            self.add_error("controller_evidence", "Say what shows it, or leave the name empty.")
        return cleaned


class CodeForm(forms.Form):
    """A code that came by mail or letter."""

    code = forms.CharField(label="Code", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))


class DisclaimerForm(forms.Form):
    """The words that say who paid."""

    text = forms.CharField(
        label="Disclaimer", max_length=500, help_text="For example: Paid for by Harbour Citizens e.V."
    )
    short_form = forms.CharField(
        label="Short form", max_length=200, required=False, help_text="For ads too small for the whole."
    )
    language = forms.RegexField(
        r"^[a-z]{2}$", max_length=2, label="Language", help_text="Two letters, as de or en.",
        error_messages={"invalid": "A language is two small letters here, as de or en."},
    )  # fmt: skip


class LetInForm(forms.Form):
    """Who else acts for the sponsor."""

    email = forms.EmailField(
        label="E-mail address of their account", help_text="They sign up first, with a second factor of their own."
    )


def schemes(held: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Kinds of number: those whose register is loaded first, then those whose form is known."""
    loaded = dict(held)
    return held + [(name, what[:1].upper() + what[1:]) for name, what in SCHEMES.items() if name not in loaded]
