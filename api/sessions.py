"""Log-in of people with a browser: a session in a cookie that is signed, short-lived, and read by this server only.

The cookie names an API key, or a person whom the issuer of tokens has told, with roles; it gives nothing that the key
or the token would not, and one table decides what that is. A key that is revoked ends its sessions with the next
request. Scripts cannot read the cookie, no other site can have it sent (SameSite=Strict), and a command that comes by
it must come from a page of this server. RFC 6265bis, Fetch Metadata.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal

from fastapi import Response

from engine.clock import Clock
from engine.errors import ErrorCode, failure

COOKIE = "__Host-clauseflow"
LASTS = timedelta(hours=1)
LONGEST = 4000
PURPOSE = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """Whoever logged in: by the API key *key_id*, or, where that is empty, as *person* in *roles*."""

    key_id: str = ""
    person: str = ""
    roles: tuple[str, ...] = ()


class SignedCookies:
    """Texts that come back from a browser as they were given to it, or not at all.

    Signed with the *secret* of the environment; without one by a key of this process, with which they end.
    """

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret or secrets.token_bytes(32)
        self._clock = clock

    def sign(self, purpose: str, content: Mapping[str, Any], lasts: timedelta) -> str:
        told = {**content, "until": int((self._clock.now() + lasts).timestamp())}
        text = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
        return f"{text}.{self._signature(purpose, text)}"

    def read(self, purpose: str, cookie: str) -> dict[str, Any] | None:
        """What was signed for this purpose; None for any other text, and when its time is over."""
        text, _, signature = cookie.partition(".")
        right = self._signature(purpose, text)
        if len(cookie) > LONGEST or not hmac.compare_digest(right.encode(), signature.encode()):
            return None
        try:
            told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, binascii.Error):
            return None
        return told if self._clock.now().timestamp() < told["until"] else None

    def _signature(self, purpose: str, text: str) -> str:
        key = hmac.digest(self._secret, f"cookie, {purpose}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).rstrip(b"=").decode()


def session_text(cookies: SignedCookies, session: Session) -> str:
    return cookies.sign(PURPOSE, {"key": session.key_id, "person": session.person, "roles": session.roles}, LASTS)


def read_session(cookies: SignedCookies, headers: Mapping[str, str]) -> Session | None:
    """The session that the cookie of a request names; None without one in force."""
    told = cookies.read(PURPOSE, cookie_of(headers, COOKIE))
    return None if told is None else Session(told["key"], told["person"], tuple(told["roles"]))


def cookie_of(headers: Mapping[str, str], name: str) -> str:
    """The value of a cookie; empty where there is none, or the header cannot be read."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return "" if found is None else found.value


def set_cookie(
    response: Response, name: str, text: str, lasts: timedelta, same_site: Literal["strict", "lax"] = "strict"
) -> None:
    """Give the browser a cookie for this server alone; an empty *text* takes it away."""
    seconds = int(lasts.total_seconds()) if text else 0
    response.set_cookie(name, text, max_age=seconds, path="/", secure=True, httponly=True, samesite=same_site)


def check_same_origin(headers: Mapping[str, str]) -> None:
    """Errors: API_FORBIDDEN for a command that no page of this server sent, or whose browser does not say so."""
    site = headers.get("sec-fetch-site")
    own = (f"https://{headers.get('host')}", f"http://{headers.get('host')}")
    if site != "same-origin" and (site is not None or headers.get("origin") not in own):
        raise failure(
            ErrorCode.API_FORBIDDEN,
            "this command came with a log-in, but from no page of this server.",
            hint="use the page of this server; a program sends Authorization: Bearer <API key or token>",
        )


def local_path(text: str) -> str:
    """*text* where it is a path of this server, to go on to after the log-in; otherwise the dashboard's."""
    plain = text.startswith("/") and not text.startswith("//") and text.isascii() and text.isprintable()
    return text if plain and "\\" not in text and len(text) <= 500 else "/consent"
