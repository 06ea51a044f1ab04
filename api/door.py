"""What every request passes on its way to a route, in this order, and its answer on the way back.

Size and kind of the body, who asks, whether they may, whether they ask too often, whether the command was carried out
already; then the route; then what was read is written down, before anything leaves.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from api.auth import NOBODY, Caller, Gate
from api.limits import RateLimits
from api.permissions import Limit, Permission
from api.problems import refusal
from api.sessions import check_same_origin
from api.sight import Sight
from engine.errors import ErrorCode, failure
from engine.handlers.contract import Actor
from engine.runtime import Engine
from engine.store import KeptAnswer, Reservation, reserving

Handle = Callable[[Request], Awaitable[Response]]
MAX_BODY_BYTES = 5_000_000
MOST_FIELDS = 20
LONGEST_NAME = 100
SAFE = frozenset({"GET", "HEAD"})
IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,200}")
NOT_KEPT = frozenset({401, 403, 429})
"""Answers that say nothing of the command: the same one, sent again, is looked at anew."""
HEADERS_KEPT = ("content-type", "location", "etag", "link")


async def pass_door(
    request: Request, handle: Handle, *, permission: Permission, limit: Limit | None, media_types: tuple[str, ...]
) -> Response:
    """Let *request* through to *handle*. Errors: API_TOO_LARGE, API_MEDIA_TYPE, API_UNAUTHORIZED, API_FORBIDDEN,
    API_RATE_LIMIT, API_IDEMPOTENCY, API_IN_PROGRESS, and whatever the route answers."""
    state = request.app.state
    engine: Engine = state.engine
    _check_size(request)
    caller = await _caller(state.gate, request, permission)
    if limit is not None:
        await _check_rate(state.limits, limit, caller, request)
    _check_media_type(request, media_types)
    request.state.caller = caller
    request.state.sight = Sight(engine, caller)
    key = None if request.method in SAFE else request.headers.get("idempotency-key")
    if key is None:
        return await _handle_and_note(request, handle)
    return await _handle_once(engine, request, handle, key)


async def _caller(gate: Gate, request: Request, permission: Permission) -> Caller:
    if permission is Permission.PUBLIC:
        return NOBODY
    caller = await run_in_threadpool(gate.identify, request.headers)
    if caller.by_cookie and request.method not in SAFE:
        check_same_origin(request.headers)
    if not caller.may(permission):
        roles = ", ".join(sorted(caller.actor.roles)) or "none that a deployed law knows"
        raise failure(
            ErrorCode.API_FORBIDDEN,
            f'this needs the permission "{permission}", which your roles do not give: {roles}.',
            hint="roles get permissions by what the manifest of the law says they act as",
        )
    return caller


def _check_size(request: Request) -> None:
    """Refuse a body announced as too large before reading it, and one that grows too large while it is read."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
        raise _too_large(int(announced))
    receive = request._receive
    size = 0

    async def bounded() -> MutableMapping[str, Any]:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY_BYTES:
            raise _too_large(size)
        return message

    request._receive = bounded


def _too_large(size: int) -> Exception:
    return failure(
        ErrorCode.API_TOO_LARGE,
        f"expected a body of at most {MAX_BODY_BYTES} bytes, but got {size}.",
        hint="send less at once",
    )


def _check_media_type(request: Request, allowed: tuple[str, ...]) -> None:
    announced = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if not allowed or not announced or "*/*" in allowed:
        return  # a body that is missing is told by whoever needs it
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        raise failure(
            ErrorCode.API_MEDIA_TYPE,
            f'expected a body of the type {" or ".join(allowed)}, but got "{given[:80]}".',
            hint=f"send Content-Type: {allowed[0]}",
        )


async def _check_rate(limits: RateLimits, limit: Limit, caller: Caller, request: Request) -> None:
    who = caller.actor.id
    if caller is NOBODY:
        named = _named(limit.field, await request.body()) if limit.field else ""
        who = f"address {request.client.host if request.client else ''} {named}"
    wait = limits.take(limit, who)
    if wait is not None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        request.state.retry_after = seconds
        raise failure(
            ErrorCode.API_RATE_LIMIT,
            f"expected at most {limit.count} requests in {int(limit.per.total_seconds())} seconds, but got more.",
            hint=f"wait {seconds} seconds",
        )


def _named(field: str, form: bytes) -> str:
    """What *field* of a form says before the first dot; empty where the form is none that a route would read."""
    try:
        fields = dict(parse_qsl(form.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        return ""
    return fields.get(field, "").strip().partition(".")[0][:LONGEST_NAME]


# ---- once -----------------------------------------------------------------------------------------------------------


async def _handle_once(engine: Engine, request: Request, handle: Handle, key: str) -> Response:
    """The same command under the same key has its effect once, and its answer again."""
    if IDEMPOTENCY_KEY.fullmatch(key) is None:
        raise failure(
            ErrorCode.API_REQUEST,
            "expected a key of 1 to 200 visible characters in the header Idempotency-Key.",
            part="header.Idempotency-Key",
            hint="draw a random one for each command, such as a UUID",
        )
    caller: Caller = request.state.caller
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    # Both signed: a plain hash of what was asked would let the store's reader try every number of a person.
    name = await run_in_threadpool(engine.sign, "idempotency key", key)
    fingerprint = await run_in_threadpool(engine.sign, "idempotent request", hashlib.sha256(asked).hexdigest())
    reservation = Reservation(caller.actor.id, name, fingerprint.encode())
    kept = await run_in_threadpool(engine.kept_answer, reservation.caller, name)
    if kept is not None:
        return _again(kept, reservation)
    with reserving(reservation):
        try:
            response = await _handle_and_note(request, handle)
        except Exception as error:  # noqa: BLE001 - only refusals become answers; whatever else is raised again
            response = refusal(request, error)
    if response.status_code < 500 and response.status_code not in NOT_KEPT:
        headers = {name: response.headers[name] for name in HEADERS_KEPT if name in response.headers}
        answer = KeptAnswer(reservation.fingerprint, response.status_code, headers, bytes(response.body))
        await run_in_threadpool(engine.keep_answer, reservation, answer)
    return response


def _again(kept: KeptAnswer, reservation: Reservation) -> Response:
    if kept.fingerprint != reservation.fingerprint:
        raise failure(
            ErrorCode.API_IDEMPOTENCY,
            "this idempotency key was used for another request.",
            part="header.Idempotency-Key",
            hint="draw a new key for each command",
        )
    if kept.status is None:
        raise failure(
            ErrorCode.API_IN_PROGRESS,
            "this command is being carried out, or was, and its answer is not known.",
            hint="try again shortly; if nothing changes, look at what the command was to change",
        )
    return Response(kept.body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"})


# ---- what was read --------------------------------------------------------------------------------------------------


async def _handle_and_note(request: Request, handle: Handle) -> Response:
    response = await handle(request)
    sight: Sight = request.state.sight
    if sight.seen and sight.is_noted:
        what = f"{request.method} {request.scope['route'].path}"
        await run_in_threadpool(_write_readings, request.app.state.engine, tuple(sight.seen), what, sight.caller.actor)
    return response


def _write_readings(engine: Engine, case_ids: tuple[str, ...], what: str, actor: Actor) -> None:
    engine.record_readings([(case_id, what) for case_id in case_ids], actor)
