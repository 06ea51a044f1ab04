"""Who is asking. While no keys are configured the API answers on the loopback interface only, to whoever is there.

The caller may then name itself and its roles in two headers, so that the audit log says who acted. The Host header
must be a loopback name: a web page in a browser on the same machine cannot reach the API under a name of its own.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header

from engine.errors import ErrorCode, failure
from engine.handlers.contract import Actor

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1", "testserver")
LOCAL_ACTOR = "local"
LOCAL_ROLES = frozenset({"operator"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@:-]{0,99}")


def _checked(name: str, header: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise failure(
            ErrorCode.API_UNAUTHORIZED,
            f"expected a name of letters, digits and _.@:- in the header {header}, but got {name[:40]!r}.",
            hint="send a plain identifier of at most 100 characters",
        )
    return name


def current_actor(
    clauseflow_actor: Annotated[str | None, Header(description="who acts; default: local")] = None,
    clauseflow_roles: Annotated[str | None, Header(description="its roles, separated by commas")] = None,
) -> Actor:
    """The actor of this request. Errors: API_UNAUTHORIZED when a header holds no plain name."""
    actor = _checked(clauseflow_actor, "Clauseflow-Actor") if clauseflow_actor is not None else LOCAL_ACTOR
    if clauseflow_roles is None:
        return Actor(actor, LOCAL_ROLES)
    roles = [role.strip() for role in clauseflow_roles.split(",") if role.strip()]
    return Actor(actor, frozenset(_checked(role, "Clauseflow-Roles") for role in roles))


CurrentActor = Annotated[Actor, Depends(current_actor)]
