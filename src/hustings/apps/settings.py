"""The settings of the platform. Everything that differs between installations comes from the environment.

`hustings up` sets the environment for its processes. Without it the defaults are safe: no host is allowed, no debug
page exists, and the database is refused until somebody says where it is.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

HERE = Path(__file__).resolve().parent


def from_file(name: str) -> str:
    """A secret: the content of the file that `NAME_FILE` names, else the variable itself, else nothing."""
    place = os.environ.get(f"{name}_FILE")
    return Path(place).read_text().strip() if place else os.environ.get(name, "")


def database(url: str) -> dict[str, object]:
    """Django's words for postgresql://user:password@host:port/name?host=/socket/folder&..."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured(
            f"HUSTINGS_APP_DATABASE_URL starts with '{parts.scheme}:'; Hustings works on PostgreSQL only, so it "
            "begins with 'postgresql://'."
        )
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(query.pop("host", "")) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "OPTIONS": {name: unquote(value) for name, value in query.items()},
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = from_file("HUSTINGS_SECRET_KEY")
LOG_KEY = from_file("HUSTINGS_LOG_KEY")  # signs the checkpoints of the log
REACH_KEY = from_file("HUSTINGS_REACH_KEY")  # under which viewers of ads are counted
POLES = os.environ.get("HUSTINGS_POLES", "")  # file of contested matters and their words, instead of the packaged one
POLITICAL_MODEL = os.environ.get("HUSTINGS_POLITICAL_MODEL", "")  # file of the model that says what reads as political
# Who looks at the pages that ads lead to: empty (nobody; no request leaves the host) or "on". Addresses of this machine
# and of private networks are refused unless their host is listed.
LANDING_FETCHER = os.environ.get("HUSTINGS_LANDING_FETCHER", "")
LANDING_HOSTS = [host for host in os.environ.get("HUSTINGS_LANDING_HOSTS", "").split(",") if host]
# Documents of advertisers are sealed with it: 32 bytes in base64, apart from the database and from SECRET_KEY, and those
# that were in use before, separated by spaces.
HUSTINGS_DOCUMENT_KEY = from_file("HUSTINGS_DOCUMENT_KEY")
HUSTINGS_DOCUMENT_KEYS_BEFORE = from_file("HUSTINGS_DOCUMENT_KEYS_BEFORE").split()
# What the library tells of people and in words lies sealed under it; only the worker and the owner have it.
HUSTINGS_LIBRARY_KEY = from_file("HUSTINGS_LIBRARY_KEY")
HUSTINGS_LIBRARY_KEYS_BEFORE = from_file("HUSTINGS_LIBRARY_KEYS_BEFORE").split()
HUSTINGS_LETTERS = os.environ.get("HUSTINGS_LETTERS", "out/letters")  # letters with codes, to be printed and posted
# A TOML file with lines of places that the operator confirmed, for whether private persons who paid are named.
HUSTINGS_PAYER_NAMES = os.environ.get("HUSTINGS_PAYER_NAMES", "")
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("HUSTINGS_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
# Behind TLS everything that carries a secret is marked so; on plain loopback browsers would refuse it.
SECURE = os.environ.get("HUSTINGS_TLS", "") == "1"
ORIGIN = os.environ.get("HUSTINGS_ORIGIN", "")
# Where everybody finds the library, as its links say it; programs made for Meta's need a host and port without digits.
PUBLIC_URL = (os.environ.get("HUSTINGS_PUBLIC_URL") or ORIGIN).rstrip("/")
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []

DATABASES = {"default": database(os.environ.get("HUSTINGS_APP_DATABASE_URL", "postgresql:///hustings"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Not ninja, though the API is its work: as an app it only brings pages for trying an API, 24 MB that each start would pack.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "hustings.apps.people",
    "hustings.apps.people.signin",  # before allauth: its pages are ours
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "hustings.apps.items",
    "hustings.apps.audit",
    "hustings.apps.console",
    "hustings.apps.sweeps",
    "hustings.apps.privacy",
    "hustings.apps.seed",
    "hustings.apps.findings",
    "hustings.apps.elections",
    "hustings.apps.ads",
    "hustings.apps.tokens",
    "hustings.apps.review",
    "hustings.apps.staffing",
    "hustings.apps.rights",
    "hustings.apps.indicators",
    "hustings.apps.joint",
    "hustings.apps.library",
    "hustings.apps.cases",
    "hustings.apps.taxii",
    "hustings.apps.said",
    "hustings.apps.lookalikes",
    "hustings.apps.sharing",
    "hustings.apps.protection",  # last: after every table exists it says who may touch which
]

MIDDLEWARE = [
    "hustings.apps.health.middleware.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hustings.apps.console.policy_header.ContentSecurityPolicy",
    "hustings.apps.library.pace.middleware.LimitPace",
    "hustings.apps.library.archive_api.short_way.ShortWay",
    "hustings.apps.transaction.OneTransaction",
    "hustings.apps.api_problem.Problems",
    "hustings.apps.refusals.KeepRefusals",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hustings.apps.people.seat.SeatMiddleware",
    "hustings.apps.ads.advertiser.AdvertiserMiddleware",
    "hustings.apps.people.signin.gate.Gate",
]

ROOT_URLCONF = "hustings.apps.urls"
WSGI_APPLICATION = "hustings.apps.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hustings.apps.console.context.shell",
            ]
        },
    }
]

FORM_RENDERER = "hustings.apps.console.forms.Renderer"
CSRF_FAILURE_VIEW = "hustings.apps.console.views.errors.csrf_refused"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["hustings.apps.people.signin.account.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Keys that were in use before: what they sealed or signed is still read, nothing new is made with them.
SECRET_KEY_FALLBACKS = [key for key in from_file("HUSTINGS_SECRET_KEY_BEFORE").split() if key]
ACCOUNT_ADAPTER = "hustings.apps.people.signin.account.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "hustings.apps.people.signin.forms.Enter",
    "change_password": "hustings.apps.people.signin.forms.ChangePassword",
    "reset_password": "hustings.apps.people.signin.forms.ResetPassword",
    "reset_password_from_key": "hustings.apps.people.signin.forms.SetPassword",
    "reauthenticate": "hustings.apps.people.signin.forms.PasswordAgain",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation goes to the address; nobody types their own
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # mail to strangers would let anybody send it
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Hustings: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "privacy_ask": "5/h/ip",
    "library_alert": "20/h/ip,5/d/key",
    "library_complaint": "20/h/ip,100/h/key",
    "enforcement_appeal": "20/h/ip",
    "enforcement_evidence": "60/h/ip",
    "advertiser_sign_up": "20/h/ip",
    "advertiser_code": "30/10m/ip,10/10m/key",
    "advertiser_hands_in": "30/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("HUSTINGS_PROXIES", "0"))
MFA_ADAPTER = "hustings.apps.people.signin.second_factor.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_TOTP_ISSUER = "Hustings"
MFA_FORMS = {
    "authenticate": "hustings.apps.people.signin.second_factor.EnterCode",
    "reauthenticate": "hustings.apps.people.signin.second_factor.EnterCodeAgain",
}
SOCIALACCOUNT_ADAPTER = "hustings.apps.people.signin.provider.Providers"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
HUSTINGS_API_CALLS_A_MINUTE = int(os.environ.get("HUSTINGS_API_CALLS_A_MINUTE", "600"))  # of one token or session
# The largest request with STIX objects that is taken in, in bytes: TAXII's max_content_length.
HUSTINGS_TAXII_LARGEST = int(os.environ.get("HUSTINGS_TAXII_LARGEST", str(10 * 1024 * 1024)))
# Hosts of partners' TAXII servers that may be reached without TLS and in private networks, with commas between.
HUSTINGS_TAXII_HOSTS = [host for host in os.environ.get("HUSTINGS_TAXII_HOSTS", "").split(",") if host]
# Of one address, on what everybody reads; 0 is no limit. Files are limited by how many go at once, never by their rows.
HUSTINGS_LIBRARY_CALLS_A_MINUTE = int(os.environ.get("HUSTINGS_LIBRARY_CALLS_A_MINUTE", "6000"))
HUSTINGS_LIBRARY_CALLS_AN_HOUR = int(os.environ.get("HUSTINGS_LIBRARY_CALLS_AN_HOUR", "120000"))
HUSTINGS_LIBRARY_FILES_AT_ONCE = int(os.environ.get("HUSTINGS_LIBRARY_FILES_AT_ONCE", "4"))
# Counts of attempts are shared by all web processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "attempt",
        # A full cache forgets the oldest third: with few entries, trying many names would wipe the counts of others.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# A finding that no case takes up is deleted after so many days.
UNADOPTED_FINDINGS_KEPT = timedelta(days=int(os.environ.get("HUSTINGS_UNADOPTED_FINDINGS_DAYS", "180")))

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("HUSTINGS_STATIC", HERE / "static-collected"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
SESSION_ENGINE = "hustings.apps.people.signin.session"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
HUSTINGS_SESSION_HOURS = float(os.environ.get("HUSTINGS_SESSION_HOURS", "12"))
HUSTINGS_SESSION_IDLE_MINUTES = float(os.environ.get("HUSTINGS_SESSION_IDLE_MINUTES", "60"))
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"

# The tables of posts that sweeps may search, and what the worker looks for in each app.
TABLES = Path(os.environ.get("HUSTINGS_TABLES", "out/tables"))
# Where sealed evidence lies, each object under its SHA-256: a folder, or s3://BUCKET with what its names begin with. For
# a store that is not Amazon's, its address; key and secret where the machine does not have them otherwise.
EVIDENCE = os.environ.get("HUSTINGS_EVIDENCE", "out/evidence")
EVIDENCE_ENDPOINT = os.environ.get("HUSTINGS_EVIDENCE_ENDPOINT", "")
EVIDENCE_REGION = os.environ.get("HUSTINGS_EVIDENCE_REGION", "")
EVIDENCE_KEY_ID = os.environ.get("HUSTINGS_EVIDENCE_KEY_ID", "")
EVIDENCE_SECRET = from_file("HUSTINGS_EVIDENCE_SECRET")
# Time authorities (RFC 3161) that are asked every hour to stamp what was newly sealed, with commas between, and the PEM
# file of the certificates they are trusted by. Empty: nobody is asked.
TIME_AUTHORITIES = [address for address in os.environ.get("HUSTINGS_TSA", "").split(",") if address]
TIME_AUTHORITY_ROOTS = os.environ.get("HUSTINGS_TSA_ROOTS", "")
# Whether people may have an address captured as evidence: empty (nobody; no request leaves the host) or "on".
CAPTURE = os.environ.get("HUSTINGS_CAPTURE", "")
# Where the platform's own systems take the orders of enforcement plans, and the key under which each is signed. Without
# an address plans go by file, and nothing leaves the host.
ENFORCEMENT_URL = os.environ.get("HUSTINGS_ENFORCEMENT_URL", "")
ENFORCEMENT_KEY = from_file("HUSTINGS_ENFORCEMENT_KEY")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Mail is written into a folder until the operator names a mail server.
MAILS = os.environ.get("HUSTINGS_MAILS", "")
SMTP = urlsplit(from_file("HUSTINGS_SMTP"))  # smtp://user:password@host:587, or smtps:// where TLS comes first
EMAIL_BACKEND = os.environ.get("HUSTINGS_EMAIL_BACKEND") or "django.core.mail.backends." + (
    "smtp.EmailBackend" if SMTP.hostname else "filebased.EmailBackend" if MAILS else "console.EmailBackend"
)
EMAIL_FILE_PATH = MAILS or None
EMAIL_HOST, EMAIL_PORT = SMTP.hostname or "localhost", SMTP.port or (465 if SMTP.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(SMTP.username or ""), unquote(SMTP.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = SMTP.scheme == "smtps", SMTP.scheme == "smtp"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("HUSTINGS_MAIL_FROM", "hustings@localhost")

# What is uploaded stays in memory until it is sealed: a file beside the database would hold a document in clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Identifiers and places only: the text of a request or an error may hold what its reader alone may know.
    "formatters": {
        "line": {
            "class": "hustings.apps.blind_log.BlindFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("HUSTINGS_LOG_LEVEL", "WARNING")},
}
