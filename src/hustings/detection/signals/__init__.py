"""Signals: ways in which two actors can have left the same thing, one file each, listed in `SIGNALS`."""

__all__ = ["SIGNALS", "Signal", "SignalSettings"]

from hustings.detection.signals.created_burst import CREATED_BURST
from hustings.detection.signals.deleted_burst import DELETED_BURST
from hustings.detection.signals.domain import DOMAIN
from hustings.detection.signals.fast_repost import FAST_REPOST
from hustings.detection.signals.handle import HANDLE
from hustings.detection.signals.hashtag import HASHTAG
from hustings.detection.signals.hashtags import HASHTAGS
from hustings.detection.signals.image import IMAGE
from hustings.detection.signals.link import LINK
from hustings.detection.signals.meaning import MEANING
from hustings.detection.signals.mention import MENTION
from hustings.detection.signals.near_image import NEAR_IMAGE
from hustings.detection.signals.near_text import NEAR_TEXT
from hustings.detection.signals.profile_picture import PROFILE_PICTURE
from hustings.detection.signals.profile_text import PROFILE_TEXT
from hustings.detection.signals.reply import REPLY
from hustings.detection.signals.repost import REPOST
from hustings.detection.signals.signal import Signal, SignalSettings
from hustings.detection.signals.text import TEXT

# By kind, in the order in which people are told of them.
SIGNALS: dict[str, Signal] = {
    signal.kind: signal
    for signal in (
        REPOST, FAST_REPOST, REPLY, MENTION, LINK, DOMAIN, HASHTAG, HASHTAGS, TEXT, NEAR_TEXT, MEANING, IMAGE, NEAR_IMAGE,
        HANDLE, PROFILE_TEXT, PROFILE_PICTURE, CREATED_BURST, DELETED_BURST,
    )
}  # fmt: skip
