"""How a body is read: JSON numbers become decimals, never binary floats; depth is bounded. And the route class."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Coroutine, Iterator
from decimal import Decimal
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from api.door import pass_door
from api.permissions import LIMIT_KEY, LIMITS, PERMISSION_KEY, Permission
from engine.errors import ErrorCode, did_you_mean, failure

MAX_DEPTH = 64


def _refuse_constant(text: str) -> Any:
    raise failure(
        ErrorCode.API_REQUEST,
        f"expected JSON as RFC 8259 has it, but got the number {text}.",
        hint="send null where there is no value",
    )


def _check_value(value: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise failure(
            ErrorCode.API_REQUEST,
            f"expected values nested at most {MAX_DEPTH} deep, but got deeper ones.",
            hint="flatten the value",
        )
    if isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_value(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_value(item, depth + 1)
    elif isinstance(value, str):
        _check_text(value)


def _check_text(text: str) -> None:
    """JSON can escape halves of a character, which is no text that anybody could store."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise failure(
            ErrorCode.API_REQUEST,
            "expected text, but got half of a surrogate pair.",
            hint="escape characters beyond the basic plane in pairs, or write them as UTF-8",
        )


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise failure(
            ErrorCode.API_REQUEST,
            f'expected each name once in an object, but got "{twice}" twice.',
            hint="remove one of them",
        )
    return found


def read_json(body: bytes) -> Any:
    """The value of *body*; integers stay integers, other numbers become Decimals.

    Errors: API_REQUEST for text that is not JSON, NaN, duplicate names, values nested too deep.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_duplicates,
        )
    except RecursionError:
        raise failure(
            ErrorCode.API_REQUEST,
            "expected values nested at most 64 deep, but got deeper ones.",
            hint="flatten the value",
        ) from None
    except ValueError as error:
        raise failure(
            ErrorCode.API_REQUEST,
            f"expected a JSON body in UTF-8, but reading it failed: {error}.",
            hint="send Content-Type: application/json and a well-formed body",
        ) from error
    _check_value(value)
    return value


class ExactRequest(Request):
    """A request whose JSON body is read by `read_json`."""

    async def json(self) -> Any:
        if not hasattr(self, "_exact"):
            self._exact = read_json(await self.body())
        return self._exact


def _query_parameters(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _query_parameters(inner)


def _check_query(request: Request, known: Collection[str]) -> None:
    """Errors: API_REQUEST for a parameter that the route does not take, which would be ignored."""
    for name in request.query_params:
        if name not in known:
            raise failure(
                ErrorCode.API_REQUEST,
                f'expected other parameters in the address than "{name[:80]}".{did_you_mean(name, known)}',
                part="query",
                hint=f"it takes: {', '.join(sorted(known)) or 'none'}",
            )


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head


class ExactRoute(APIRoute):
    """A route that says which permission it needs, is entered through the door, and reads its body exactly."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        said = given.get("openapi_extra") or {}
        if PERMISSION_KEY not in said:
            raise TypeError(f"the route {path} does not say which permission it needs; see api.permissions.needs")
        self.permission = Permission(said[PERMISSION_KEY])
        self.limit = LIMITS[said[LIMIT_KEY]] if LIMIT_KEY in said else None
        super().__init__(path, endpoint, **given)

    @property
    def answers_head(self) -> bool:
        """Whether HEAD is answered as GET is, without the body; what is sent piece by piece has no head alone."""
        kind = self.response_class
        streams = isinstance(kind, type) and issubclass(kind, StreamingResponse)
        return "GET" in (self.methods or ()) and not streams

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return super().matches(self._as_get(scope))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._as_get(scope)
        await super().handle(asked, receive, send if asked is scope else _without_body(send))

    def _as_get(self, scope: Scope) -> Scope:
        if scope["type"] == "http" and scope["method"] == "HEAD" and self.answers_head:
            return {**scope, "method": "GET"}
        return scope

    @property
    def media_types(self) -> tuple[str, ...]:
        """The kinds of body that it takes; empty when it takes none, or anything."""
        said = (self.openapi_extra or {}).get("requestBody")
        if said is not None:
            return tuple(said["content"])
        return () if self.body_field is None else ("application/json",)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        known = set(_query_parameters(self.dependant))

        async def enter(request: Request) -> Response:
            if self.permission is not Permission.PUBLIC:  # others add theirs to the addresses that they call back
                _check_query(request, known)
            exact = ExactRequest(request.scope, request.receive)
            return await pass_door(
                exact, handle, permission=self.permission, limit=self.limit, media_types=self.media_types
            )

        return enter
