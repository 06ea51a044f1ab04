"""The notice ledger and the outbox page of the embedded default."""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from api.context import CurrentEngine, new_router
from api.paging import CurrentPage
from api.permissions import Permission, needs
from api.schemas.cases import NoticeOut
from api.sight import CurrentSight
from api.values import plain
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
    return _page(found.subject, found.texts.get("text/html", f"<pre>{escape(found.texts.get('text/plain', ''))}</pre>"))


@router.get(
    "/notices/{notice_id}/pdf",
    response_class=Response,
    responses={
        200: {
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the letter, to the byte as it was sent",
        }
    },
    openapi_extra=READ,
)
def notice_letter(found: VisibleNotice, engine: CurrentEngine) -> Response:
    """The letter of a notice that goes out on paper: tagged PDF."""
    return Response(engine.notice_file(found.id, "application/pdf"), media_type="application/pdf")


@router.get("/outbox", response_class=HTMLResponse, openapi_extra=READ)
def outbox(engine: CurrentEngine, sight: CurrentSight) -> HTMLResponse:
    """The notices issued, newest first, for a person to look at."""
    notices = engine.notices(case_ids=sight.case_ids, limit=1000)
    sight.note(*(notice.case_id for notice in notices))
    rows = [_row(notice) for notice in reversed(notices)]
    table = "<table><thead><tr><th>Dated</th><th>Notice</th><th>Type</th><th>Deliveries</th></tr></thead>"
    return _page("Outbox", f"<h1>Outbox</h1>{table}<tbody>{''.join(rows)}</tbody></table>")


def _row(notice: NoticeView) -> str:
    link = f"<a href='/notices/{escape(notice.id)}/html'>{escape(notice.subject)}</a>"
    deliveries = ", ".join(f"{delivery.channel}: {delivery.state}" for delivery in notice.deliveries)
    cells = (notice.dated.isoformat(), link, escape(notice.type), escape(deliveries))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _page(title: str, body: str) -> HTMLResponse:
    style = (
        "body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
        "td,th{text-align:left;padding:.3rem 1rem .3rem 0}"
    )
    return HTMLResponse(
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{style}</style></head><body>{body}</body></html>",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )
