"""Errors as problem details (RFC 9457): our stable code, the place, what to do, and all problems at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from engine.errors import EngineError, ErrorCode, Location, Problem

MEDIA_TYPE = "application/problem+json"

NOT_FOUND = frozenset(
    {
        ErrorCode.RUN_NOT_FOUND,
        ErrorCode.RUN_UNKNOWN_PROCESS,
        ErrorCode.CASE_NOT_FOUND,
        ErrorCode.TASK_NOT_FOUND,
        ErrorCode.JOB_NOT_FOUND,
        ErrorCode.LAW_UNKNOWN_PACKAGE,
        ErrorCode.MSG_NOBODY,
        ErrorCode.DMN_UNKNOWN_DECISION,
    }
)
CONFLICT = frozenset(
    {
        ErrorCode.TASK_COMPLETED,
        ErrorCode.JOB_NOT_OPEN,
        ErrorCode.MSG_DUPLICATE,
        ErrorCode.RUN_STATE,
        ErrorCode.RUN_MOVE,
        ErrorCode.RUN_MIGRATION,
        ErrorCode.RUN_CLOCK,
    }
)
OTHER = {
    ErrorCode.API_REQUEST: HTTPStatus.BAD_REQUEST,
    ErrorCode.API_UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.API_FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorCode.STORE_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.STORE_IO: HTTPStatus.INSUFFICIENT_STORAGE,
    ErrorCode.STORE_CHAIN: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.STORE_SCHEMA: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(code: ErrorCode) -> HTTPStatus:
    """The HTTP status of a code; what a caller sent and the engine refuses is 422."""
    if code in NOT_FOUND:
        return HTTPStatus.NOT_FOUND
    if code in CONFLICT:
        return HTTPStatus.CONFLICT
    return OTHER.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)


def problem_response(status: HTTPStatus, problems: tuple[Problem, ...]) -> JSONResponse:
    first = problems[0]
    body: dict[str, Any] = {
        "type": f"urn:clauseflow:error:{first.code}",
        "title": status.phrase,
        "status": int(status),
        "detail": first.message,
        "problems": [problem.as_data() for problem in problems],
    }
    body |= {name: value for name, value in first.as_data().items() if name not in ("message", "severity")}
    headers = {"Retry-After": "1"} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(body, status_code=int(status), media_type=MEDIA_TYPE, headers=headers)


def _engine_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, EngineError)
    return problem_response(status_of(error.code), error.problems)


def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = [
        Problem(
            ErrorCode.API_REQUEST,
            f"{finding['msg']}.",
            Location(part=".".join(str(step) for step in finding["loc"])),
            hint="compare the request with the schema under /docs",
        )
        for finding in error.errors()
    ]
    return problem_response(HTTPStatus.BAD_REQUEST, tuple(problems))


def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    problem = Problem(
        ErrorCode.API_REQUEST,
        f"{request.method} {request.url.path}: {status.phrase.lower()}.",
        hint="the routes and their methods are listed under /docs",
    )
    response = problem_response(status, (problem,))
    response.headers.update(error.headers or {})
    return response


def install_problem_details(app: FastAPI) -> None:
    app.add_exception_handler(EngineError, _engine_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
