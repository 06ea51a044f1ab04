"""Logging in and out: the words of this server, not of a law."""

from __future__ import annotations

from html import escape
from urllib.parse import quote


def log_in_link(path: str) -> str:
    """The way to the log-in and from there back to *path*."""
    after = f"?next={quote(path)}" if path else ""
    return f'<p class="buttons"><a class="button" href="/login{after}">Log in</a></p>'


def log_in_body(path: str, *, refused: str = "", with_issuer: bool = False) -> str:
    """The form of the log-in; *refused* says why the last attempt was in vain."""
    alert = f'<p role="alert" id="refused">{escape(refused)}</p>' if refused else ""
    described = ' aria-describedby="refused" aria-invalid="true"' if refused else ""
    issuer = (
        f'<p class="buttons"><a class="button" href="/login/issuer?next={quote(path)}">Log in with your account</a></p>'
        if with_issuer
        else ""
    )
    return (
        f'<h1>Log in</h1>{alert}{issuer}<form method="post" action="/login">'
        f'<input type="hidden" name="next" value="{escape(path)}">'
        '<label for="key">API key</label>'
        f'<input id="key" name="key" type="password" autocomplete="current-password" required{described}>'
        '<div class="buttons"><button type="submit">Log in</button></div></form>'
    )


def log_out_form() -> str:
    return (
        '<form method="post" action="/logout"><div class="buttons">'
        '<button type="submit" class="plain">Log out</button></div></form>'
    )


def logged_in_body(path: str) -> str:
    """A page that leads on by itself: a browser that comes from another site sends the session from here on only."""
    return f'<h1>Logged in</h1><p class="buttons"><a class="button" href="{escape(path)}">Go on</a></p>'
