"""Pictures that look alike: a hash of what a sealed picture shows, near for copies that were shrunk or saved again."""

from __future__ import annotations

import warnings
from typing import BinaryIO

from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import RawSQL

from hustings.apps.cases import find
from hustings.apps.cases.models import Evidence
from hustings.apps.people.seat import Seat

__all__ = ["NEAR", "alike", "hash_of"]

SIDE = 16  # of the square of frequencies that are kept: 256 bits
NEAR = 32  # bits of 256 in which a copy may differ
LARGEST = 40_000_000  # points of a picture that is looked at
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def hash_of(file: BinaryIO) -> str:
    """256 bits as hexadecimal digits; empty for what is no picture, for one too large to look at, and for a plain one.

    Limits   a picture that was cut, turned, mirrored or written upon is another one; one of one colour is like every other
    Source   the perceptual hash of the package ImageHash: signs of the low frequencies of a cosine transform
    """
    from imagehash import phash
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
            if picture.width * picture.height > LARGEST:
                return ""
            grey = picture.convert("L")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,
    ):
        return ""
    low, high = grey.getextrema()
    return "" if high - low < SIDE else str(phash(grey, hash_size=SIDE))  # type: ignore[operator] # two numbers for grey


def alike(seat: Seat, kept: Evidence) -> QuerySet[Evidence]:
    """Other sealed pictures that the reader may know and that look like this one, the nearest first."""
    if not kept.perceptual:
        return Evidence.objects.none()
    bits = "bit_count(('x' || evidence.perceptual)::bit(256) # ('x' || %s)::bit(256))"
    near = RawSQL(bits, [kept.perceptual], output_field=IntegerField())  # noqa: S611 - words of this module
    others = find.evidence(seat).exclude(pk=kept.pk).exclude(perceptual="").annotate(differs=near)
    return others.filter(differs__lte=NEAR).order_by("differs", "sealed_at", "pk")
