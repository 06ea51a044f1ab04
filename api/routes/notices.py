"""The notice ledger and the outbox page of the embedded default."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from api.context import CurrentEngine, new_router
from api.pages import html_page, notice_body, notice_language
from api.paging import CurrentPage
from api.permissions import Permission, needs
from api.schemas.cases import NoticeOut
from api.sight import CurrentSight
from api.values import plain
from engine.law import PDF
from engine.runtime import NoticeView

router = new_router("notices")
READ = needs(Permission.READ_CASES)


def visible_notice(notice_id: str, engine: CurrentEngine, sight: CurrentSight) -> NoticeView:
    """The notice of the path, when the caller sees its case."""
    return sight.found(lambda: engine.notice(notice_id))


VisibleNotice = Annotated[NoticeView, Depends(visible_notice)]


@router.get("/notices", response_model=list[NoticeOut], openapi_extra=READ)
def list_notices(engine: CurrentEngine, sight: CurrentSight, page: CurrentPage, case_id: str | None = None) -> Any:
    """Notices in order of issue, with the exact texts sent, their hashes and deliveries."""
    if case_id is not None:
        sight.case(case_id)
    notices = engine.notices(case_id, case_ids=sight.case_ids, after=page.after, limit=page.fetch)
    found = page.close(notices, lambda notice: (notice.id,))
    sight.note(*(notice.case_id for notice in found))
    return plain(found)


@router.get("/notices/{notice_id}", response_model=NoticeOut, openapi_extra=READ)
def notice(found: VisibleNotice) -> Any:
    """One notice with the exact texts sent, their hashes and deliveries."""
    return plain(found)


@router.get("/notices/{notice_id}/html", response_class=HTMLResponse, openapi_extra=READ)
def notice_page(found: VisibleNotice) -> HTMLResponse:
    """The notice as its reader sees it."""
    return html_page(found.subject, notice_body(found.texts), language=notice_language(found.texts))


@router.get(
    "/notices/{notice_id}/pdf",
    response_class=Response,
    responses={
        200: {
            "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
            "description": "the letter, to the byte as it was sent",
        }
    },
    openapi_extra=READ,
)
def notice_letter(found: VisibleNotice, engine: CurrentEngine) -> Response:
    """The letter of a notice that goes out on paper: tagged PDF."""
    return Response(engine.notice_file(found.id, PDF), media_type=PDF)


@router.get("/outbox", response_class=HTMLResponse, openapi_extra=READ)
def outbox(engine: CurrentEngine, sight: CurrentSight, page: CurrentPage) -> HTMLResponse:
    """The notices issued, newest first, for a person to look at."""
    notices = engine.notices(case_ids=sight.case_ids, after=page.after, newest_first=True, limit=page.fetch)
    shown = page.close(notices, lambda notice: (notice.id,))
    sight.note(*(notice.case_id for notice in shown))
    older = f'<p><a rel="next" href="{escape(page.next)}">Older notices</a></p>' if page.next else ""
    return html_page("Outbox", f'<div class="reference"><h1>Outbox</h1>{_table(shown)}{older}</div>')


def _table(notices: Sequence[NoticeView]) -> str:
    if not notices:
        return "<p>No notice has been issued.</p>"
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Dated", "Notice", "Deliveries"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(map(_row, notices))}</tbody></table>"


def _row(notice: NoticeView) -> str:
    address = f"/notices/{escape(notice.id)}"
    links = [f'<a href="{address}/html">{escape(notice.subject)}</a>']
    if PDF in notice.sha256:
        links.append(f'<a href="{address}/pdf" type="{PDF}">the letter as PDF</a>')
    deliveries = ", ".join(f"{delivery.channel}: {delivery.state}" for delivery in notice.deliveries)
    cells = (notice.dated.isoformat(), "<br>".join(links), escape(deliveries))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
