"""Sealed pictures are found again where they were shrunk or saved anew, and not where another was sealed."""

import io

import numpy as np
import pytest
from made_desk import Desk
from PIL import Image

from hustings.apps.cases import pictures, sealing, working
from hustings.apps.cases.pictures import NEAR, hash_of
from hustings.apps.sweeps.actions import own_marking


def picture(seed, size=(480, 320)):
    """A made-up picture: soft shapes, another for each seed."""
    draw = np.random.default_rng(seed)
    coarse = Image.fromarray(draw.integers(0, 255, (12, 16, 3), dtype=np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)


def saved(image, kind="PNG", **how):
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def differs(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_that_was_shrunk_or_saved_anew_is_near_and_another_picture_is_far(seed):
    whole = picture(seed)
    known = hash_of(io.BytesIO(saved(whole)))
    assert len(known) == 64
    for copy in (
        saved(whole, "JPEG", quality=40), saved(whole.resize((240, 160))), saved(whole.resize((960, 640)), "WEBP", quality=60),
        saved(whole.convert("L"), "JPEG", quality=70),
    ):  # fmt: skip
        assert differs(known, hash_of(io.BytesIO(copy))) <= NEAR
    for other in range(100, 110):
        assert differs(known, hash_of(io.BytesIO(saved(picture(other))))) > 2 * NEAR


@pytest.mark.parametrize("told", [
    b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, saved(picture(1))[:200], saved(Image.new("L", (64, 64), 9)),
    b'<svg xmlns="http://www.w3.org/2000/svg"/>', saved(picture(1), "BMP"), saved(Image.new("1", (9000, 9000))),
], ids=["empty", "words", "head alone", "cut off", "plain", "drawing", "another format", "too large"])  # fmt: skip
def test_what_is_no_picture_to_look_at_has_no_hash(told):
    assert hash_of(io.BytesIO(told)) == ""


@pytest.mark.django_db
def test_a_sealed_picture_leads_to_those_alike_that_the_reader_may_know(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    desk = Desk()
    sealed = {}
    with desk.as_("anna") as anna:
        case = working.open_case(by=anna, title="Pages", question="Do they act as one?", marking=own_marking(anna))
        for name, image in (("first", picture(1)), ("copy", picture(1).resize((200, 133))), ("other", picture(2))):
            sealed[name] = sealing.seal(
                io.BytesIO(saved(image)), by=anna, case=case, name=name, media_type="image/png", how="upload", tool="camera",
                captured_at=anna.now,
            )  # fmt: skip
        words = sealing.seal_rows({}, name="rows", by=anna, case=case, tool="export", captured_at=anna.now)
        found = pictures.alike(anna, sealed["first"])
        assert [one.name for one in found] == ["copy"]
        assert found[0].differs <= NEAR
        assert words.perceptual == ""
        assert not pictures.alike(anna, words).exists()
    with desk.as_("kira") as kira:
        assert not pictures.alike(kira, sealed["first"]).exists()
