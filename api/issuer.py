"""Log-in at the OIDC issuer: the authorization code flow with PKCE (OpenID Connect Core 1.0 chapter 3.1, RFC 7636).

The browser carries what is needed to finish in a signed cookie, so that an answer counts in the browser that asked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from api.settings import AccessSettings
from api.tokens import Claims, LogInSettings, OidcSettings, TokenReader, fetch_keys
from engine.clock import Clock
from engine.errors import EngineError, ErrorCode, failure

Exchange = Callable[[str, Mapping[str, str]], Any]
MAX_ANSWER_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in under way, as the cookie keeps it."""

    state: str
    nonce: str
    verifier: str
    path: str

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin(path: str) -> Begun:
    """A log-in that leads on to *path*, with numbers that nobody can guess."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Begun(state, nonce, verifier, path)


def open_issuer(settings: AccessSettings, clock: Clock) -> Issuer | None:
    """The issuer at which people log in; None where the environment names none."""
    oidc = settings.oidc
    return None if oidc is None or oidc.log_in is None else Issuer(oidc, oidc.log_in, settings.public_url, clock)


class Issuer:
    """The issuer at which people log in; *exchange* posts a form to an address and returns the JSON of the answer."""

    def __init__(
        self,
        oidc: OidcSettings,
        log_in: LogInSettings,
        public_url: str,
        clock: Clock,
        exchange: Exchange | None = None,
        fetch: Callable[[str], bytes] = fetch_keys,
    ) -> None:
        self._settings = log_in
        self._redirect = f"{public_url}/login/callback"
        # The token that tells who logged in is meant for the client, not for the API.
        self._tokens = TokenReader(replace(oidc, audience=log_in.client_id), clock, fetch=fetch)
        self._exchange = exchange or post_form

    def address(self, begun: Begun) -> str:
        """Where the browser goes to log in."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect,
            "scope": "openid",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": begun.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._settings.authorize}{'&' if '?' in self._settings.authorize else '?'}{urlencode(asked)}"

    def finish(self, begun: Begun, state: str, code: str, now: datetime) -> Claims:
        """Who logged in. Errors: API_UNAUTHORIZED; API_NOT_READY when the issuer cannot be reached."""
        if not code or not hmac.compare_digest(begun.state.encode(), state.encode("utf-8", "replace")):
            raise not_logged_in("the issuer's answer does not belong to a log-in of this browser.")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self._settings.client_id,
            "code_verifier": begun.verifier,
        }
        if self._settings.client_secret:
            form["client_secret"] = self._settings.client_secret
        answer = self._exchange(self._settings.token, form)
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise not_logged_in("the issuer gave no token.")
        claims = self._tokens.read(token, now)
        if not hmac.compare_digest(claims.nonce.encode(), begun.nonce.encode()):
            raise not_logged_in("the issuer's token belongs to another log-in.")
        return claims


def post_form(address: str, form: Mapping[str, str]) -> Any:
    """The JSON that the issuer answers. Errors: API_UNAUTHORIZED when it refuses, API_NOT_READY."""
    try:
        with httpx.Client(timeout=5, follow_redirects=False) as client:
            answer = client.post(address, data=dict(form), headers={"Accept": "application/json"})
            if answer.status_code in (400, 401, 403):
                raise not_logged_in("the issuer refuses it.")
            answer.raise_for_status()
            if len(answer.content) > MAX_ANSWER_BYTES:
                raise not_logged_in("the issuer's answer is too long.")
            return answer.json()
    except (httpx.HTTPError, ValueError) as error:
        # Not the error's own words: they may hold the code.
        raise failure(
            ErrorCode.API_NOT_READY, "the issuer of tokens cannot be reached, or answers no JSON.", hint="try again"
        ) from error


def not_logged_in(why: str) -> EngineError:
    return failure(ErrorCode.API_UNAUTHORIZED, f"nobody is logged in: {why}", hint="log in again")
