"""The files that pages are made of: put together, pressed and named once for the same sources."""

__all__ = ["collect", "sources"]

import hashlib
import io
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MADE_BY = ("django", "whitenoise")


def collect() -> bool:
    """Collect the static files, unless what stands there was made of the same; tells whether it did.

    Costs    28 s of CPU where it does, nearly all of it to press them; otherwise a reading of the sources
    """
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.made-of")
    now = sources()
    if stamp.exists() and stamp.read_text(encoding="ascii") == now and (root / "staticfiles.json").exists():
        return False
    stamp.unlink(missing_ok=True)  # whoever is ended in the middle leaves none
    call_command("collectstatic", verbosity=0, interactive=False, stdout=io.StringIO())
    stamp.write_text(now, encoding="ascii")
    return True


def sources() -> str:
    """One SHA-256 over every file that is collected, how they are kept, and the versions of what makes them."""
    told = hashlib.sha256()
    told.update(repr([settings.STORAGES["staticfiles"], settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS]).encode())
    told.update(repr([(name, version(name)) for name in MADE_BY]).encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            with storage.open(name) as file:
                told.update(f"{name}\0{hashlib.sha256(file.read()).hexdigest()}\n".encode())
    return told.hexdigest()
