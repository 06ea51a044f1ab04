"""Errors as problem details (RFC 9457): our stable code, the place, what to do, and all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.masking import masked
from api.pages import html_page, log_in_link
from engine.errors import EngineError, ErrorCode, Location, Problem, places_of

MEDIA_TYPE = "application/problem+json"
HEADERS: Mapping[HTTPStatus, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "1"},
}

log = structlog.get_logger("clauseflow.api")

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
        ErrorCode.ASK_UNKNOWN_QUESTION,
    }
)
CONFLICT = frozenset(
    {
        ErrorCode.TASK_COMPLETED,
        ErrorCode.TASK_CLAIMED,
        ErrorCode.API_IN_PROGRESS,
        ErrorCode.JOB_NOT_OPEN,
        ErrorCode.MSG_DUPLICATE,
        ErrorCode.RUN_STATE,
        ErrorCode.RUN_MOVE,
        ErrorCode.RUN_MIGRATION,
        ErrorCode.RUN_CLOCK,
        ErrorCode.CONSENT_PROSPECT_STOPPED,
        ErrorCode.CONSENT_PROSPECT_WARNED,
    }
)
OTHER = {
    ErrorCode.API_REQUEST: HTTPStatus.BAD_REQUEST,
    ErrorCode.API_UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.API_FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorCode.TASK_FOUR_EYES: HTTPStatus.FORBIDDEN,
    ErrorCode.API_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorCode.API_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorCode.API_RATE_LIMIT: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorCode.API_NOT_READY: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.API_INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.STORE_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.STORE_IO: HTTPStatus.INSUFFICIENT_STORAGE,
    ErrorCode.STORE_CHAIN: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.STORE_SCHEMA: HTTPStatus.INTERNAL_SERVER_ERROR,
}


HINTS: Mapping[ErrorCode, str] = {
    ErrorCode.CASE_NOT_FOUND: "the ids of cases stand under GET /cases",
    ErrorCode.RUN_NOT_FOUND: "the ids of what there is stand in the lists, such as GET /process-instances",
    ErrorCode.TASK_NOT_FOUND: "the ids of user tasks stand under GET /user-tasks",
    ErrorCode.JOB_INPUT: "compare the request with the schema under /docs",
    ErrorCode.FEEL_INVALID_ARGUMENT: 'dates are written {"date": "2024-02-26"}, see the schema under /docs',
}
"""What to do where the engine itself cannot say it in words of the API."""


def status_of(code: ErrorCode) -> HTTPStatus:
    """The HTTP status of a code; what a caller sent and the engine refuses is 422."""
    if code in NOT_FOUND:
        return HTTPStatus.NOT_FOUND
    if code in CONFLICT:
        return HTTPStatus.CONFLICT
    return OTHER.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)


def problem_response(
    status: HTTPStatus, problems: tuple[Problem, ...], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    problems = tuple(_with_hint(problem) for problem in problems)
    first = problems[0]
    body: dict[str, Any] = {
        "type": f"urn:clauseflow:error:{first.code}",
        "title": status.phrase,
        "status": int(status),
        "detail": first.message,
        "problems": [problem.as_data() for problem in problems],
    }
    body |= {name: value for name, value in first.as_data().items() if name not in ("message", "severity")}
    said = {**HEADERS.get(status, {}), **(headers or {})}
    return JSONResponse(masked(body), status_code=int(status), media_type=MEDIA_TYPE, headers=said)


def _with_hint(problem: Problem) -> Problem:
    return problem if problem.hint else replace(problem, hint=HINTS.get(problem.code))


def _answer(
    request: Request, status: HTTPStatus, problems: tuple[Problem, ...], headers: Mapping[str, str] | None = None
) -> Response:
    """Problem details; a page in their place for somebody who looks at pages, as browsers say they do."""
    if not request.headers.get("accept", "").startswith("text/html"):
        return problem_response(status, problems, headers)
    said = "".join(
        f"<p>{escape(masked(_sentence(problem.message)))} {escape(masked(_sentence(problem.hint or '')))}</p>"
        for problem in problems
    )
    if status is HTTPStatus.UNAUTHORIZED:
        said += log_in_link(request.url.path if request.method == "GET" else "")
    page = html_page(status.phrase, f"<h1>{escape(status.phrase)}</h1>{said}", status=int(status))
    page.headers.update({**HEADERS.get(status, {}), **(headers or {})})
    return page


def _sentence(text: str) -> str:
    """Messages and hints begin small, because places stand before them; on a page nothing does."""
    ended = f"{text}." if text and text[-1] not in ".!?" else text
    return ended[:1].upper() + ended[1:]


def refusal(request: Request, error: Exception) -> Response:
    """The answer to a request that is refused; any other error is raised again."""
    for kind, answer in ANSWERS.items():
        if isinstance(error, kind):
            return answer(request, error)
    raise error


def _engine_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, EngineError)
    wait = getattr(request.state, "retry_after", None)
    status = status_of(error.code)
    headers = {"Retry-After": str(wait)} if wait is not None and status is HTTPStatus.TOO_MANY_REQUESTS else None
    return _answer(request, status, error.problems, headers)


def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(request, HTTPStatus.BAD_REQUEST, tuple(map(_of_schema, error.errors())))


def _of_schema(finding: Mapping[str, Any]) -> Problem:
    place = ".".join(str(step) for step in finding["loc"])
    said = f"{place}: {finding['msg'][:1].lower()}{finding['msg'][1:]}."
    hint = "compare the request with the schema under /docs"
    return Problem(ErrorCode.API_REQUEST, said, Location(part=place), hint=hint)


# What the framework refuses before any route sees it.
OF_HTTP: Mapping[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: ("the body cannot be read as JSON.", "send JSON in UTF-8, as the schema under /docs shows"),
    HTTPStatus.NOT_FOUND: ("there is no such route.", "the routes and their methods are listed under /docs"),
}


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, EngineError):
        return _engine_error(request, error.__cause__)  # what reading the body has met, which the framework wraps
    status = HTTPStatus(error.status_code)
    said, hint = OF_HTTP.get(
        status, (f"{status.phrase.lower()}.", "the routes and their methods are listed under /docs")
    )
    problem = Problem(ErrorCode.API_REQUEST, f"{request.method} {request.url.path}: {said}", hint=hint)
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods_at(request))
    return _answer(request, status, (problem,), headers)


def _methods_at(request: Request) -> list[str]:
    """Every method that some route takes at this path: the framework knows those of the first such route alone."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods | ({"HEAD"} if route.answers_head else set())
    return sorted(found)


def _bug(request: Request, error: Exception) -> Response:
    """A bug: the log has what happened; the answer tells nothing of it."""
    route = request.scope.get("route")
    # Neither the message nor the variables of the frames: both may hold what is personal.
    log.error(
        "a request met a bug",
        route=getattr(route, "path", "unknown"),
        method=request.method,
        error=type(error).__name__,
        places=places_of(error),
    )
    problem = Problem(
        ErrorCode.API_INTERNAL,
        "the engine met a bug in this request; what it was about to change is undone.",
        hint="tell whoever runs the engine when this happened; its log has the rest",
    )
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, (problem,))


ANSWERS: Mapping[type[Exception], Callable[[Request, Exception], Response]] = {
    EngineError: _engine_error,
    RequestValidationError: _validation_error,
    HTTPException: _http_error,
}


def install_problem_details(app: FastAPI) -> None:
    for kind, answer in ANSWERS.items():
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, _bug)
