"""The platform's own settings, with what `hustings up` would put into the environment."""

import os

os.environ.setdefault("HUSTINGS_SECRET_KEY", "made up for tests, long enough for a key of a signature")
os.environ.setdefault("HUSTINGS_DOCUMENT_KEY", "b25seSBmb3IgdGVzdHMsIHRoaXJ0eS10d28gYnl0ZXM=")
os.environ.setdefault("HUSTINGS_LIBRARY_KEY", "b25seSBmb3IgdGVzdHMsIHRoaXJ0eS10d28gYnl0ZXM=")
os.environ.setdefault("HUSTINGS_REACH_KEY", "made up for tests, long enough for a key")
os.environ.setdefault("HUSTINGS_HOSTS", "localhost,127.0.0.1,testserver")

from hustings.apps.settings import *  # noqa: F403 - the very settings, read after the environment is set

# A test asks as fast as it can; those about limits set their own.
HUSTINGS_LIBRARY_CALLS_A_MINUTE = HUSTINGS_LIBRARY_CALLS_AN_HOUR = HUSTINGS_LIBRARY_FILES_AT_ONCE = 0
# Hashing a password slowly is the point everywhere but here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True  # nothing is collected for a test
if not os.environ.get("HUSTINGS_MAILS"):  # a web process of its own writes into a folder, as `hustings up` has it
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A kind of subject of their own, so that pages of review can be tried before any app has one.
INSTALLED_APPS = [*INSTALLED_APPS, "leaflets.Leaflets"]  # noqa: F405 - of the settings above
