"""Logging in with a browser, by an API key or at the issuer of tokens, and out again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.context import CurrentEngine, new_router, raw_body
from api.issuer import Begun, Issuer, begin, not_logged_in
from api.pages import html_page, log_in_body, logged_in_body
from api.permissions import LOG_INS, RETURNS, Permission, needs
from api.routes.consent import PostedForm
from api.sessions import (
    COOKIE,
    LASTS,
    Session,
    SignedCookies,
    check_same_origin,
    cookie_of,
    local_path,
    session_text,
    set_cookie,
)
from engine.errors import ErrorCode, failure

router = new_router("log-in")
OPEN = needs(Permission.PUBLIC)
BEGUN_COOKIE = "__Host-clauseflow-login"
BEGUN_LASTS = timedelta(minutes=10)
KEY_FORM = raw_body(
    "application/x-www-form-urlencoded",
    description="an API key, and the path to go on to",
    schema={
        "type": "object",
        "properties": {"key": {"type": "string"}, "next": {"type": "string"}},
        "required": ["key"],
    },
)
Next = Annotated[str, Query(max_length=500, description="the path to go on to")]
TITLE = "Clauseflow"


def _issuer(request: Request) -> Issuer | None:
    issuer: Issuer | None = request.app.state.issuer
    return issuer


@router.get("/login", response_class=HTMLResponse, openapi_extra=OPEN)
def log_in_page(request: Request, next: Next = "/consent") -> HTMLResponse:
    """The form of the log-in."""
    return html_page(TITLE, log_in_body(local_path(next), with_issuer=_issuer(request) is not None))


@router.post(
    "/login",
    response_class=RedirectResponse,
    status_code=303,
    openapi_extra={**needs(Permission.PUBLIC, limit=LOG_INS), **KEY_FORM},
)
def log_in(given: PostedForm, request: Request, engine: CurrentEngine) -> Any:
    """Log in with an API key: the answer sets a cookie that scripts cannot read, for an hour."""
    check_same_origin(request.headers)
    path = local_path(given.get("next", ""))
    row = engine.api_key(given.get("key", "").strip())
    if row is None:
        if not request.headers.get("accept", "").startswith("text/html"):
            raise failure(ErrorCode.API_UNAUTHORIZED, "this key is not in force.", hint="ask for another")
        body = log_in_body(path, refused="This key is not in force.", with_issuer=_issuer(request) is not None)
        return html_page(TITLE, body, status=401)
    response = RedirectResponse(path, status_code=303)
    cookies: SignedCookies = request.app.state.cookies
    set_cookie(response, COOKIE, session_text(cookies, Session(key_id=row.id)), LASTS)
    return response


@router.post("/logout", response_class=RedirectResponse, status_code=303, openapi_extra=OPEN)
def log_out(request: Request) -> RedirectResponse:
    """Log out: the browser forgets the cookie."""
    check_same_origin(request.headers)
    response = RedirectResponse("/login", status_code=303)
    set_cookie(response, COOKIE, "", LASTS)
    return response


@router.get("/login/issuer", response_class=RedirectResponse, status_code=303, openapi_extra=OPEN)
def log_in_at_issuer(request: Request, next: Next = "/consent") -> RedirectResponse:
    """Go to the issuer of tokens to log in there."""
    issuer = _required(_issuer(request))
    begun = begin(local_path(next))
    response = RedirectResponse(issuer.address(begun), status_code=303)
    told = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "path": begun.path}
    cookies: SignedCookies = request.app.state.cookies
    # Lax: the answer comes by a link of the issuer, which is another site.
    set_cookie(response, BEGUN_COOKIE, cookies.sign(BEGUN_COOKIE, told, BEGUN_LASTS), BEGUN_LASTS, "lax")
    return response


@router.get("/login/callback", response_class=HTMLResponse, openapi_extra=needs(Permission.PUBLIC, limit=RETURNS))
def come_back(
    request: Request,
    engine: CurrentEngine,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """The issuer's answer: who logged in. The page leads on by itself, so that the new cookie is sent along."""
    issuer = _required(_issuer(request))
    cookies: SignedCookies = request.app.state.cookies
    told = cookies.read(BEGUN_COOKIE, cookie_of(request.headers, BEGUN_COOKIE))
    if told is None:
        raise not_logged_in("this browser has not asked to log in, or took too long.")
    begun = Begun(told["state"], told["nonce"], told["verifier"], told["path"])
    claims = issuer.finish(begun, state, code, engine.now())
    request.app.state.gate.caller(claims.subject, claims.roles)
    response = html_page(TITLE, logged_in_body(begun.path))
    response.headers["Refresh"] = f"0; url={begun.path}"
    set_cookie(response, BEGUN_COOKIE, "", BEGUN_LASTS, "lax")
    set_cookie(response, COOKIE, session_text(cookies, Session("", claims.subject, claims.roles)), LASTS)
    return response


def _required(issuer: Issuer | None) -> Issuer:
    if issuer is None:
        raise failure(
            ErrorCode.RUN_NOT_FOUND,
            "nobody logs in at an issuer here: none is configured for that.",
            hint="log in with an API key under /login",
        )
    return issuer
