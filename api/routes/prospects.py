"""The guard of prospects: asked before a prospect or a new application is made, by a program or on a page."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi.responses import HTMLResponse

from api.auth import CurrentActor
from api.consent import ConsentLaw, consent_law
from api.context import CurrentEngine, Wake, new_router, raw_body
from api.pages import html_page, notice_body, render_form
from api.permissions import SEARCHES, Permission, needs
from api.prospects import Proposal, propose, refuse_proposal
from api.routes.consent import PostedForm
from api.schemas.cases import ProspectOut
from api.schemas.commands import ProspectIn
from engine.ids import RandomIds

router = new_router("consent")
ASK = needs(Permission.REQUEST_CONSENT)
ASK_OFTEN = needs(Permission.REQUEST_CONSENT, limit=SEARCHES)
HERE = "/consent/new"
FORM = raw_body(
    "application/x-www-form-urlencoded",
    description="the fields of the page",
    schema={"type": "object", "additionalProperties": {"type": "string"}},
)
_IDS = RandomIds()


@router.post("/consent/prospects", response_model=ProspectOut, status_code=201, openapi_extra=ASK_OFTEN)
def propose_prospect(body: ProspectIn, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> Any:
    """May the agent create a prospect or a new application for this person? To be asked before either is created.

    Where the person has a case the answer is the problem CONSENT_PROSPECT_STOPPED, or, under the reading that only
    warns, CONSENT_PROSPECT_WARNED with a number: sent again with it under `warned_at`, the agent may go on.
    """
    law = consent_law(engine)
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    given[law.pages.facts["proposed"]] = given.pop("kind")
    if "warned_at" in given:
        given[law.pages.facts["warned_at"]] = given.pop("warned_at")
    proposal = propose(engine, given, _IDS.new_id("prospect"), actor)
    wake()
    refuse_proposal(proposal)
    return {"answer": proposal.answer, "number": proposal.number, "message": proposal.message}


@router.get(HERE, response_class=HTMLResponse, openapi_extra=ASK)
def prospect_page(engine: CurrentEngine) -> HTMLResponse:
    """For whom the agent is about to create a prospect or an application."""
    law = consent_law(engine)
    return html_page(law.package.title, render_form(law.form("prospect"), HERE), language=law.package.language)


@router.post(
    HERE,
    response_class=HTMLResponse,
    responses={409: {"content": {"text/html": {}}}},
    openapi_extra={**ASK_OFTEN, **FORM},
)
def propose_on_page(given: PostedForm, engine: CurrentEngine, actor: CurrentActor, wake: Wake) -> HTMLResponse:
    """The answer: it may be created, it may not, or a warning with a button to go on all the same."""
    law = consent_law(engine)
    proposal = propose(engine, given, _IDS.new_id("prospect"), actor)
    wake()
    return _answer_page(law, proposal, given)


def _answer_page(law: ConsentLaw, proposal: Proposal, given: dict[str, str]) -> HTMLResponse:
    refused = proposal.stopped or proposal.warned
    said = "" if proposal.notice is None else notice_body(proposal.notice.texts)
    if not refused:
        meaning = law.package.case_types[law.pages.case_types["prospect"]].states[proposal.answer]
        said = f"<h1>{escape(meaning[:1].upper() + meaning[1:])}</h1>"
    label = next(str(each["label"]) for each in law.form("home").data["components"] if each["type"] == "button")
    link = f'<p class="buttons"><a class="button" href="/consent/search">{escape(label)}</a></p>' if refused else ""
    again = ""
    if proposal.warned:
        hidden = law.package.vocabulary.hidden
        kept = {name: value for name, value in given.items() if name not in hidden}
        kept[law.pages.facts["warned_at"]] = proposal.number
        again = render_form(law.form("warned"), HERE, hidden=kept)
    return html_page(
        law.package.title, said + link + again, status=409 if refused else 200, language=law.package.language
    )
