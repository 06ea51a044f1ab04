"""Who is asking: somebody with an API key, a token of the OIDC issuer, a log-in, or whoever sits at this machine.

While no key was ever given out and no issuer is configured, the store is in development: the API answers on the
loopback interface only, to whoever is there, who may name themselves and their roles in two headers. The Host header
must be a name of ours, so that a web page on the same machine cannot reach the API under a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from api.names import is_name, may_act
from api.permissions import ALL, PERMISSIONS_OF, Permission
from api.sessions import Session, SignedCookies, read_session
from api.tokens import TokenReader
from engine.errors import EngineError, ErrorCode, failure
from engine.handlers.contract import Actor
from engine.runtime import KEY_PREFIX, Engine
from engine.store import ApiKeyRow

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1", "testserver")
LOCAL_ACTOR = "local"
LOCAL_ROLES = frozenset({"operator"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may. *parties* are those in whose name they tell events; None for any.

    With *sees_all* false only cases that an association opens to them are seen. *by_cookie* says that a browser sent
    along who they are, which any page may make it do.
    """

    actor: Actor
    permissions: frozenset[Permission]
    sees_all: bool = True
    parties: frozenset[str] | None = None
    is_local: bool = False
    by_cookie: bool = False

    def may(self, permission: Permission) -> bool:
        return permission is Permission.PUBLIC or permission in self.permissions


NOBODY = Caller(Actor("nobody"), frozenset(), sees_all=False, parties=frozenset())


class Gate:
    """Tells callers. A store that is secured once stays so."""

    def __init__(self, engine: Engine, tokens: TokenReader | None, cookies: SignedCookies) -> None:
        self._engine = engine
        self._tokens = tokens
        self._cookies = cookies
        self._secured = tokens is not None

    @property
    def is_secured(self) -> bool:
        """Whether callers must show who they are."""
        self._secured = self._secured or self._engine.has_api_keys()
        return self._secured

    def identify(self, headers: Mapping[str, str]) -> Caller:
        """Errors: API_UNAUTHORIZED."""
        if not self.is_secured:
            return self._at_this_machine(headers)
        scheme, _, credential = headers.get("authorization", "").partition(" ")
        credential = credential.strip()
        session = read_session(self._cookies, headers) if "authorization" not in headers else None
        if session is not None:
            return self._logged_in(session)
        if scheme.lower() != "bearer" or not credential:
            raise unauthorized("this needs a key or a token.", hint="send Authorization: Bearer <API key or token>")
        if credential.startswith(KEY_PREFIX):
            return self._with_key(self._engine.api_key(credential))
        if self._tokens is None:
            raise unauthorized("this is no API key, and no issuer of tokens is configured.", hint="send an API key")
        claims = self._tokens.read(credential, self._engine.now())
        return self.caller(claims.subject, claims.roles)

    def _with_key(self, key: ApiKeyRow | None) -> Caller:
        if key is None:
            raise unauthorized("this key is not in force.", hint="ask whoever runs the engine for another")
        return self.caller(key.person, key.roles, party=key.party)

    def _logged_in(self, session: Session) -> Caller:
        if session.key_id:
            known = self._with_key(self._engine.api_key_in_force(session.key_id))
        elif self._tokens is None:
            raise unauthorized("no issuer of tokens is configured any more.", hint="log in again")
        else:
            known = self.caller(session.person, session.roles)
        return replace(known, by_cookie=True)

    def caller(self, person: str, roles: Iterable[str], *, party: str = "") -> Caller:
        """*person* in those of *roles* that the deployed laws know. Errors: API_UNAUTHORIZED for a reserved name."""
        if not may_act(person):
            raise unauthorized(f"nobody may act under the name {person[:40]!r}.", hint="use a plain identifier")
        laws = self._engine.laws()
        known = [law.roles[role] for role in roles for law in laws if role in law.roles]
        permissions: frozenset[Permission] = frozenset().union(
            *(PERMISSIONS_OF[role.acts_as] for role in known if role.acts_as)
        )
        restricted = {role.id for role in known} - {role.id for role in known if role.sees == "all"}
        acting = frozenset(role.id for role in known)
        parties = _parties(party, [role.parties for role in known if role.id in restricted], acting <= restricted)
        return Caller(Actor(person, acting), permissions, not acting <= restricted, parties)

    def _at_this_machine(self, headers: Mapping[str, str]) -> Caller:
        person = _checked(headers.get("clauseflow-actor", LOCAL_ACTOR), "Clauseflow-Actor")
        given = headers.get("clauseflow-roles")
        if given is None:
            return Caller(Actor(person, LOCAL_ROLES), ALL, is_local=True)
        roles = [_checked(role.strip(), "Clauseflow-Roles") for role in given.split(",") if role.strip()]
        return self.caller(person, roles)


def _parties(of_key: str, of_roles: list[tuple[str, ...]], restricted: bool) -> frozenset[str] | None:
    """In whose name somebody tells events: for a key with a party that one alone, for staff any."""
    if of_key:
        return frozenset({of_key})
    return frozenset(party for parties in of_roles for party in parties) if restricted else None


def _checked(name: str, header: str) -> str:
    if not is_name(name):
        raise unauthorized(
            f"expected a name of letters, digits and _.@:|+- in the header {header}, but got {name[:40]!r}.",
            hint="send a plain identifier of at most 100 characters",
        )
    return name


def unauthorized(message: str, *, hint: str) -> EngineError:
    return failure(ErrorCode.API_UNAUTHORIZED, message, hint=hint)


async def current_caller(request: Request) -> Caller:
    """The caller of this request, told at the door."""
    caller: Caller = request.state.caller
    return caller


async def current_actor(request: Request) -> Actor:
    caller: Caller = request.state.caller
    return caller.actor


CurrentCaller = Annotated[Caller, Depends(current_caller)]
CurrentActor = Annotated[Actor, Depends(current_actor)]
