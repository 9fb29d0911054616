"""The second factors of the demo's people: real ones, made from the demo's password, which only its folder holds."""

from __future__ import annotations

import base64
import hashlib
import hmac

from hustings.apps.people.signin.one_time_code import PERIOD, code

__all__ = ["code_now", "demo_secret"]


def demo_secret(password: str, email: str) -> str:
    """The secret that a demo person's authenticator app would hold.

    Nothing in the web process knows this rule: signing in takes the same code as everywhere. Whoever can read the
    demo's password can make the code, and nobody else; persons who are not of the demo have secrets of their own.
    """
    digest = hmac.new(password.encode(), b"hustings.demo.second-factor:" + email.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def code_now(password: str, email: str, *, seconds: float) -> tuple[str, int]:
    """The code at this moment, and for how many whole seconds it is shown."""
    counter, into = divmod(int(seconds), PERIOD)
    return code(demo_secret(password, email), counter), PERIOD - into
