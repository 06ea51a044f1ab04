"""Only requests to a name of ours are answered (DNS rebinding): the Host header is looked at before anything else."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem_response
from engine.errors import ErrorCode, Problem


class KnownHosts:
    """An ASGI layer that refuses requests under other names than *hosts*."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _host(Request(scope).headers.get("host", "")) not in self._hosts:
            problem = Problem(
                ErrorCode.API_REQUEST,
                "this server does not answer under the name in the header Host.",
                hint="use the address that it was started with, or CLAUSEFLOW_PUBLIC_URL",
            )
            await problem_response(HTTPStatus.BAD_REQUEST, (problem,))(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host(header: str) -> str:
    """The name in a Host header, without the port."""
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.partition(":")[0].lower()
