"""Consent: the agent's screens, the client's answer behind a signed link or after log-in, and the guard of prospects.

Pages are HTML for people. A click posts and is answered by a redirect, so that reloading repeats nothing; what a click
does is one event of the law's vocabulary.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from html import escape
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from api.auth import CurrentActor, CurrentCaller
from api.consent import (
    Question,
    answer_effect,
    answer_question,
    complete_screen,
    consent_law,
    open_questions,
    own_search,
    raise_search,
    read_question,
    read_screen,
    withdraw,
)
from api.consent_pages import effect_body, question_body, question_page, screen_page, time_left
from api.context import CurrentEngine, Wake, new_router, raw_body
from api.pages import ASSETS, asset_response, html_page, log_out_form, render_form
from api.permissions import CONSENT, SEARCHES, Permission, needs
from engine.errors import ErrorCode, failure
from engine.handlers import read_token
from engine.handlers.contract import Actor
from engine.ids import RandomIds
from engine.runtime import Engine

router = new_router("consent")

MAX_FORM_BYTES = 20_000
SECONDS_BETWEEN_LOOKS = 0.25
EVENT_STREAM = "text/event-stream"
REQUEST = needs(Permission.REQUEST_CONSENT)
REQUEST_OFTEN = needs(Permission.REQUEST_CONSENT, limit=CONSENT)
FORM = raw_body(
    "application/x-www-form-urlencoded",
    description="the fields of the form on the page",
    schema={"type": "object", "additionalProperties": {"type": "string"}},
)
_IDS = RandomIds()
SEARCH_FORM = raw_body(
    "application/x-www-form-urlencoded",
    description="the fields of the search page",
    schema={
        "type": "object",
        "properties": {"search_number": {"type": "string", "pattern": "^search-[a-z0-9]+$"}},
        "required": ["search_number"],
        "additionalProperties": {"type": "string"},
    },
)


async def posted_form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our own pages posted.

    Errors: API_FORBIDDEN when the browser says that another site sent it; API_REQUEST for a form too large.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise failure(ErrorCode.API_FORBIDDEN, "another site sent this form.", hint="use the page of this server")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise failure(ErrorCode.API_REQUEST, f"expected a form of at most {MAX_FORM_BYTES} bytes.")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        said = "the fields of the form cannot be read."
        raise failure(ErrorCode.API_REQUEST, said, hint="send at most 50 fields, as UTF-8, percent-encoded") from error
    return dict(pairs)


PostedForm = Annotated[dict[str, str], Depends(posted_form)]


@router.get("/pages/{name}", include_in_schema=False, openapi_extra=needs(Permission.PUBLIC))
def asset(name: str) -> Response:
    if name not in ASSETS:
        raise failure(ErrorCode.RUN_NOT_FOUND, "there is no such file.")
    return asset_response(name)


# ---- the agent ----------------------------------------------------------------------------------------------------


@router.get("/consent", response_class=HTMLResponse, openapi_extra=REQUEST)
def dashboard(engine: CurrentEngine, caller: CurrentCaller) -> HTMLResponse:
    """The dashboard with its quick links: each button of the form of the law leads to a page."""
    law = consent_law(engine)
    components = law.form("home").data["components"]
    words = render_form(
        replace(law.form("home"), data={"components": [e for e in components if e["type"] == "text"]}), ""
    )
    labels = [str(each["label"]) for each in components if each["type"] == "button"]
    links = "".join(
        f'<li><a class="button" href="{page}">{escape(label)}</a></li>'
        for page, label in zip(("/consent/search", "/consent/new"), labels, strict=False)
    )
    out = log_out_form() if caller.by_cookie else ""
    return html_page(law.package.title, f'{words}<ul class="buttons">{links}</ul>{out}', language=law.package.language)


@router.get("/consent/search", response_class=HTMLResponse, openapi_extra=REQUEST)
def search_page(engine: CurrentEngine) -> HTMLResponse:
    """The screen Request Case Access. Its number makes a second click on Search the same search."""
    law = consent_law(engine)
    form = law.form("search")
    hidden = {"search_number": _IDS.new_id("search")}
    return html_page(
        law.package.title, render_form(form, "/consent/search", hidden=hidden), language=law.package.language
    )


@router.post(
    "/consent/search",
    response_class=RedirectResponse,
    status_code=303,
    openapi_extra={**needs(Permission.REQUEST_CONSENT, limit=SEARCHES), **SEARCH_FORM},
)
def search(given: PostedForm, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Search for a client; the screen that follows tells no more of a person than the guide's screens do."""
    number = given.pop("search_number", "")
    if not number.startswith("search-"):
        raise failure(ErrorCode.API_REQUEST, "this form has no number.", hint="open the search page anew")
    raise_search(engine, given, number, actor)
    wake()
    return _to_screen(number)


@router.get("/consent/access/{search_number}", response_class=HTMLResponse, openapi_extra=REQUEST)
def screen(search_number: str, engine: CurrentEngine, actor: CurrentActor) -> HTMLResponse:
    """What the agent sees now."""
    found = own_search(engine, search_number, actor)
    return screen_page(engine, consent_law(engine), search_number, read_screen(engine, found))


@router.get(
    "/consent/access/{search_number}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
    openapi_extra=REQUEST,
)
async def screen_events(
    search_number: str, engine: CurrentEngine, actor: CurrentActor, wake: Wake
) -> StreamingResponse:
    """Server-sent events while the client is asked: the time that is left, and when the screen changes.

    When the stream ends before the screen has changed, the screen was left, and the request expires.
    """
    found = await run_in_threadpool(own_search, engine, search_number, actor)

    async def tell() -> AsyncIterator[str]:
        first: str | None = None
        changed = False
        try:
            while not changed:
                shown = await run_in_threadpool(read_screen, engine, found)
                first = shown.key if first is None else first
                changed = shown.kind not in ("waiting", "sending") or shown.key != first
                told = {"key": shown.key, "left": time_left(engine, shown)}
                yield f"data: {json.dumps(told)}\n\n"
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        finally:
            if not changed:
                withdraw(engine, found, "leave", actor)
                wake()

    return StreamingResponse(tell(), media_type=EVENT_STREAM, headers={"Cache-Control": "no-store"})


@router.post(
    "/consent/access/{search_number}/steps/{element_id}",
    response_class=RedirectResponse,
    status_code=303,
    openapi_extra={**REQUEST_OFTEN, **FORM},
)
def step(
    search_number: str, element_id: str, given: PostedForm, engine: CurrentEngine, actor: CurrentActor, wake: Wake
) -> Any:
    """Request, Next, Ok, the choice of the next step, or the answer to one acknowledgement."""
    complete_screen(engine, own_search(engine, search_number, actor), element_id, given, actor)
    wake()
    return _to_screen(search_number)


@router.post(
    "/consent/access/{search_number}/cancel",
    response_class=RedirectResponse,
    status_code=303,
    openapi_extra={**REQUEST_OFTEN, **FORM},
)
def cancel(search_number: str, given: PostedForm, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """Cancel, which stands on every screen."""
    withdraw(engine, own_search(engine, search_number, actor), "cancel", actor)
    wake()
    return RedirectResponse("/consent", status_code=303)


@router.post("/consent/access/{search_number}/left", status_code=204, openapi_extra={**REQUEST_OFTEN, **FORM})
def left(search_number: str, given: PostedForm, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> None:
    """The page says that it was left: another screen, log-out, a closed tab."""
    withdraw(engine, own_search(engine, search_number, actor), "leave", actor)
    wake()


# ---- the client ---------------------------------------------------------------------------------------------------


@router.get(
    "/consent/answer/{token}", response_class=HTMLResponse, openapi_extra=needs(Permission.PUBLIC, limit=CONSENT)
)
def answer_page(token: str, engine: CurrentEngine) -> HTMLResponse:
    """Who asks for what, with Accept and Decline. Opening it answers nothing; a link that is not ours shows nothing."""
    return question_page(engine, _linked(engine, token), f"/consent/answer/{token}")


@router.post(
    "/consent/answer/{token}",
    response_class=HTMLResponse,
    openapi_extra={**needs(Permission.PUBLIC, limit=CONSENT), **FORM},
)
def answer(token: str, given: PostedForm, engine: CurrentEngine, wake: Wake) -> HTMLResponse:
    """The client's answer; the first one in time counts, and any other is recorded without effect."""
    question = _linked(engine, token)
    return _answered(
        engine, question, given, Actor(f"link:{question.link.attempt_number}", frozenset({"client"})), wake
    )


@router.get("/consent/inbox", response_class=HTMLResponse, openapi_extra=needs(Permission.ANSWER_CONSENT))
def inbox(engine: CurrentEngine, caller: CurrentCaller) -> HTMLResponse:
    """What a client who has logged in is asked now."""
    law = consent_law(engine)
    shown = [
        question_body(law, question, f"/consent/inbox/{question.link.attempt_number}")
        for question in open_questions(engine, caller.actor.id)
    ]
    said = "".join(shown) or f"<h1>{escape(law.package.title)}</h1>"
    out = log_out_form() if caller.by_cookie else ""
    return html_page(law.package.title, said + out, language=law.package.language)


@router.post(
    "/consent/inbox/{attempt_number}",
    response_class=HTMLResponse,
    openapi_extra={**needs(Permission.ANSWER_CONSENT, limit=CONSENT), **FORM},
)
def answer_in_portal(
    attempt_number: str, given: PostedForm, engine: CurrentEngine, actor: CurrentActor, wake: Wake
) -> HTMLResponse:
    """The answer of a client who has logged in."""
    for question in open_questions(engine, actor.id):
        if question.link.attempt_number == attempt_number:
            return _answered(engine, question, given, actor, wake)
    raise failure(ErrorCode.CASE_NOT_FOUND, "no question of this number is open for you.")


# ---- shared -------------------------------------------------------------------------------------------------------


def _to_screen(number: str) -> RedirectResponse:
    return RedirectResponse(f"/consent/access/{number}", status_code=303)


def _linked(engine: Engine, token: str) -> Question:
    link = read_token(token, engine.sign)
    if link is None or not engine.has_case(link.case_id):
        raise failure(ErrorCode.CASE_NOT_FOUND, "this link opens nothing.", hint="ask the agent to request anew")
    return read_question(engine, link)


def _answered(engine: Engine, question: Question, given: dict[str, str], actor: Actor, wake: Wake) -> HTMLResponse:
    answer_question(engine, question, given, actor)
    wake()
    law = consent_law(engine)
    return html_page(
        law.package.title, effect_body(law, answer_effect(engine, question)), language=law.package.language
    )
