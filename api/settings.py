"""Who may reach the API and how they show who they are; and what a start beyond this machine needs."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from api.tokens import OidcSettings, read_oidc_settings
from engine.errors import EngineError, ErrorCode, Location, Problem, failure
from engine.runtime import Engine
from engine.runtime.settings import LOCAL_URL


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """*hosts* are names beside the loopback's under which the API answers, *public_url* where people reach it.

    *secret* signs log-ins. *proxies* are the addresses from which it is believed for whom they ask.
    """

    oidc: OidcSettings | None = None
    hosts: tuple[str, ...] = ()
    public_url: str = LOCAL_URL
    secret: bytes = field(default=b"", repr=False)
    proxies: tuple[str, ...] = ()


def read_access_settings(environment: Mapping[str, str]) -> AccessSettings:
    """The issuer of tokens and the public name that *environment* gives. Errors: JOB_INPUT."""
    url = environment.get("CLAUSEFLOW_PUBLIC_URL", "").strip().rstrip("/")
    host = urlsplit(url).hostname
    secret = environment.get("CLAUSEFLOW_SECRET", "").strip().encode()
    return AccessSettings(
        read_oidc_settings(environment),
        () if host is None else (host,),
        url or LOCAL_URL,
        secret,
        tuple(_address(each) for each in environment.get("CLAUSEFLOW_PROXIES", "").split()),
    )


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise failure(
            ErrorCode.JOB_INPUT,
            f'expected addresses in CLAUSEFLOW_PROXIES, such as 10.0.0.2, but got "{text}".',
            hint="name the proxies by the addresses from which they connect, with spaces between",
        ) from None


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_start(engine: Engine, host: str, settings: AccessSettings, environment: Mapping[str, str]) -> None:
    """Whether the API may be served on *host*: beyond this machine only with secrets.

    Errors: API_UNAUTHORIZED with everything that is missing.
    """
    if is_loopback(host):
        return
    missing = []
    if settings.oidc is None and not engine.has_api_keys():
        missing.append(
            ("callers cannot show who they are", "give out a key with `clauseflow keys add`, or name an issuer")
        )
    if not environment.get("CLAUSEFLOW_SECRET", "").strip():
        missing.append(
            (
                "no secret signs links and log-ins",
                "set CLAUSEFLOW_SECRET, such as by `openssl rand -hex 32`",
            )
        )
    if not settings.hosts:
        missing.append(("nobody knows under which name it is reached", "set CLAUSEFLOW_PUBLIC_URL"))
    if missing:
        raise EngineError(
            *(
                Problem(
                    ErrorCode.API_UNAUTHORIZED, f"the API does not listen on {host}: {what}.", Location(), hint=hint
                )
                for what, hint in missing
            )
        )
