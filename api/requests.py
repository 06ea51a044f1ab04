"""How a body is read: JSON numbers become decimals, never binary floats; size and depth are bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from engine.errors import ErrorCode, failure

MAX_BODY_BYTES = 5_000_000
MAX_DEPTH = 64


def _refuse_constant(text: str) -> Any:
    raise failure(
        ErrorCode.API_REQUEST,
        f"expected JSON as RFC 8259 has it, but got the number {text}.",
        hint="send null where there is no value",
    )


def _check_depth(value: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise failure(
            ErrorCode.API_REQUEST,
            f"expected values nested at most {MAX_DEPTH} deep, but got deeper ones.",
            hint="flatten the value",
        )
    if isinstance(value, dict):
        for item in value.values():
            _check_depth(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_depth(item, depth + 1)


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

    Errors: API_REQUEST for text that is not JSON, NaN, duplicate names, values nested too deep, a body too large.
    """
    if len(body) > MAX_BODY_BYTES:
        raise failure(
            ErrorCode.API_REQUEST,
            f"expected a body of at most {MAX_BODY_BYTES} bytes, but got {len(body)}.",
            hint="send less at once",
        )
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
    _check_depth(value)
    return value


class ExactRequest(Request):
    """A request whose JSON body is read by `read_json`."""

    async def json(self) -> Any:
        if not hasattr(self, "_exact"):
            self._exact = read_json(await self.body())
        return self._exact


class ExactRoute(APIRoute):
    """A route that reads its body exactly and refuses one announced as too large before reading it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def exact(request: Request) -> Response:
            announced = request.headers.get("content-length", "0")
            if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
                raise failure(
                    ErrorCode.API_REQUEST,
                    f"expected a body of at most {MAX_BODY_BYTES} bytes, but {announced} were announced.",
                    hint="send less at once",
                )
            return await handle(ExactRequest(request.scope, request.receive))

        return exact
