"""Tokens of an OIDC issuer (JWTs), checked by PyJWT against the issuer's keys.

What is checked: the signature by a key of the issuer under an algorithm of the list (never `none`, never a shared
secret), issuer, audience, subject, and the times by the engine's clock. RFC 7519, RFC 7517, OpenID Connect Core 1.0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

from engine.clock import Clock
from engine.errors import EngineError, ErrorCode, failure

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
LEEWAY = timedelta(seconds=30)
KEYS_KEPT_FOR = timedelta(hours=1)
SHORTEST_TIME_BETWEEN_LOOKS = timedelta(seconds=30)
MAX_KEYS_BYTES = 200_000
MAX_TOKEN_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class LogInSettings:
    """The addresses of the issuer at which people log in, and as which client this server asks them to."""

    authorize: str
    token: str
    client_id: str
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Whose tokens count. *keys* is an https address or a file; *role_names* maps names of the issuer to roles."""

    issuer: str
    audience: str
    keys: str
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    roles_claim: str = "roles"
    role_names: Mapping[str, str] | None = None
    log_in: LogInSettings | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    subject: str
    roles: tuple[str, ...]
    nonce: str = ""


def read_oidc_settings(environment: Mapping[str, str]) -> OidcSettings | None:
    """The issuer that *environment* names, see the README; None when it names none. Errors: JOB_INPUT."""
    given = {
        name: environment.get(f"CLAUSEFLOW_OIDC_{name}", "").strip()
        for name in ("ISSUER", "AUDIENCE", "JWKS", "ALGORITHMS", "ROLES_CLAIM", "ROLES")
    }
    if not any(given.values()):
        return None
    for name in ("ISSUER", "AUDIENCE", "JWKS"):
        if not given[name]:
            raise _setting(name, "expected a value, but got none.", "issuer, audience and keys belong together")
    algorithms = tuple(given["ALGORITHMS"].replace(",", " ").split()) or ("RS256", "ES256")
    for algorithm in algorithms:
        if algorithm not in ALGORITHMS:
            said = f'expected algorithms of public keys, but got "{algorithm}".'
            raise _setting("ALGORITHMS", said, f"any of {', '.join(sorted(ALGORITHMS))}")
    address = urlsplit(given["JWKS"])
    local = address.hostname in ("localhost", "127.0.0.1", "::1")
    if address.scheme == "http" and not local:
        raise _setting("JWKS", "expected an https address or a file, but got an http address.", "use https")
    names: dict[str, str] = {}
    for pair in given["ROLES"].replace(",", " ").split():
        theirs, found, ours = pair.partition("=")
        if not found or not theirs or not ours:
            raise _setting("ROLES", f'expected pairs such as clerks=staff, but got "{pair}".', "name=role")
        names[theirs] = ours
    return OidcSettings(
        given["ISSUER"],
        given["AUDIENCE"],
        given["JWKS"],
        algorithms,
        given["ROLES_CLAIM"] or "roles",
        names or None,
        _read_log_in(environment),
    )


def _read_log_in(environment: Mapping[str, str]) -> LogInSettings | None:
    """Where people log in at the issuer; None when it is not said. Errors: JOB_INPUT."""
    names = ("AUTHORIZE", "TOKEN", "CLIENT_ID")
    given = {name: environment.get(f"CLAUSEFLOW_OIDC_{name}", "").strip() for name in names}
    if not any(given.values()):
        return None
    for name in names:
        if not given[name]:
            raise _setting(name, "expected a value, but got none.", "both addresses and the client belong together")
    for name in ("AUTHORIZE", "TOKEN"):
        address = urlsplit(given[name])
        local = address.hostname in ("localhost", "127.0.0.1", "::1")
        if not (address.scheme == "https" or (address.scheme == "http" and local)):
            raise _setting(name, "expected an https address, but got another.", "use https")
    secret = environment.get("CLAUSEFLOW_OIDC_CLIENT_SECRET", "").strip()
    return LogInSettings(given["AUTHORIZE"], given["TOKEN"], given["CLIENT_ID"], secret)


class TokenReader:
    """Reads tokens of one issuer. *fetch* gets the issuer's keys; *clock* is the machine's, for how long they count."""

    def __init__(self, settings: OidcSettings, clock: Clock, fetch: Callable[[str], bytes] | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._fetch = fetch or fetch_keys
        self._keys: dict[str, jwt.PyJWK] = {}
        self._looked_at: datetime | None = None

    def read(self, token: str, now: datetime) -> Claims:
        """Subject and roles of a token that holds at *now*. Errors: API_UNAUTHORIZED; API_NOT_READY without keys."""
        if len(token) > MAX_TOKEN_LENGTH:
            raise _refused("it is too long.")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise _refused("it is no signed token.") from error
        if header.get("alg") not in self._settings.algorithms:
            raise _refused("its algorithm is not one that is accepted.")
        key = self._key(str(header.get("kid", "")))
        if key is None:
            raise _refused("its key is not one of the issuer's.")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(self._settings.algorithms),
                issuer=self._settings.issuer,
                audience=self._settings.audience,
                # The times are checked below, by the engine's clock.
                options={
                    "require": ["exp", "iss", "aud", "sub"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise _refused(f"{error}.") from error
        _check_times(claims, now)
        return Claims(str(claims["sub"]), self._roles(claims), str(claims.get("nonce", "")))

    def _roles(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        found: Any = claims
        for step in self._settings.roles_claim.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        given = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
        names = [name for name in given if isinstance(name, str)]
        mapping = self._settings.role_names
        return tuple(names if mapping is None else (mapping[name] for name in names if name in mapping))

    def _key(self, key_id: str) -> jwt.PyJWK | None:
        now = self._clock.now()
        age = None if self._looked_at is None else now - self._looked_at
        unknown = key_id not in self._keys
        if age is None or age > KEYS_KEPT_FOR or (unknown and age > SHORTEST_TIME_BETWEEN_LOOKS):
            self._keys = _read_keys(self._fetch(self._settings.keys))
            self._looked_at = now
        return self._keys.get(key_id)


def fetch_keys(place: str) -> bytes:
    """The issuer's keys from an address or a file. Errors: API_NOT_READY."""
    try:
        if not place.startswith(("http://", "https://")):
            return Path(place).read_bytes()
        with httpx.Client(timeout=5, follow_redirects=False) as client, client.stream("GET", place) as answer:
            answer.raise_for_status()
            found = b""
            for chunk in answer.iter_bytes():
                found += chunk
                if len(found) > MAX_KEYS_BYTES:
                    raise _no_keys("there are too many of them.")
            return found
    except (OSError, httpx.HTTPError) as error:
        raise _no_keys(f"{error}.") from error


def _read_keys(data: bytes) -> dict[str, jwt.PyJWK]:
    try:
        keys = jwt.PyJWKSet.from_dict(json.loads(data)).keys
    except (ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise _no_keys(f"they are no JSON Web Key Set: {error}.") from error
    return {key.key_id or "": key for key in keys}


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    if now >= _instant(claims, "exp") + LEEWAY:
        raise _refused("it has expired.")
    if "nbf" in claims and _instant(claims, "nbf") > now + LEEWAY:
        raise _refused("it does not hold yet.")


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    seconds = claims[name]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _refused(f"{name} is no time.")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _refused(f"{name} is no time.") from error


def _refused(why: str) -> EngineError:
    return failure(ErrorCode.API_UNAUTHORIZED, f"this token is not accepted: {why}", hint="log in again")


def _no_keys(why: str) -> EngineError:
    return failure(
        ErrorCode.API_NOT_READY, f"the keys of the issuer of tokens cannot be had: {why}", hint="try again shortly"
    )


def _setting(name: str, message: str, hint: str) -> EngineError:
    return failure(ErrorCode.JOB_INPUT, message, part=f"CLAUSEFLOW_OIDC_{name}", hint=hint)
