"""The frame of every page: language, title, style and script of this server only, and headers that hold it to that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib import resources

from fastapi import Response
from fastapi.responses import HTMLResponse

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
ASSETS: Mapping[str, str] = {"pages.css": "text/css; charset=utf-8", "pages.js": "text/javascript; charset=utf-8"}
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LANGUAGE = re.compile(r'<html lang="([^"]*)"')
_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)


def html_page(
    title: str, body: str, *, data: Mapping[str, str] | None = None, status: int = 200, language: str = "en"
) -> HTMLResponse:
    """A page whose *body* is HTML already; *data* goes to the attributes `data-...` that the script reads.

    Its title begins with its heading, by which readers of a screen tell that another page has come. The script comes
    along only where a form is sent or the page tells when its screen changes.
    """
    heading = _HEADING.search(body)
    said = "" if heading is None else _TAG.sub("", heading[1])
    named = f"{said} - {escape(title)}" if said not in ("", escape(title)) else escape(title)
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in (data or {}).items())
    script = '<script src="/pages/pages.js" defer></script>\n' if data or "<form" in body else ""
    text = (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{named}</title>\n'
        f'<link rel="stylesheet" href="/pages/pages.css">\n{script}'
        f"</head>\n<body{attributes}>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
    return HTMLResponse(text, status_code=status, headers=HEADERS)


def notice_body(texts: Mapping[str, str]) -> str:
    """The part of a notice's HTML that goes into a page."""
    html = texts.get("text/html", "")
    found = _BODY.search(html)
    return found[1].strip() if found else f"<pre>{escape(texts.get('text/plain', ''))}</pre>"


def notice_language(texts: Mapping[str, str]) -> str:
    """The language of a notice, as its HTML says it."""
    found = _LANGUAGE.search(texts.get("text/html", ""))
    return found[1] if found else "en"


def asset_response(name: str) -> Response:
    """One of `ASSETS`."""
    content = (resources.files("api.pages") / "assets" / name).read_bytes()
    return Response(content, media_type=ASSETS[name], headers={"X-Content-Type-Options": "nosniff"})
