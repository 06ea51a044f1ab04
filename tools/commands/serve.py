"""`clauseflow serve`: the HTTP API and a worker on a store that exists or is made."""

from __future__ import annotations

import os
import socket
from typing import Annotated

import typer

from engine.runtime import Engine
from tools import service
from tools.commands.common import DEFAULT_STORE, StoreOption, opened_store, say

PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")]
HostOption = Annotated[str, typer.Option("--host", help="The address to listen on; any other than this needs secrets.")]


def serve(store: StoreOption = DEFAULT_STORE, port: PortOption = 8000, host: HostOption = service.HOST) -> None:
    """Serve the API and do the work that falls due; beyond this machine only with keys or an issuer, and a secret."""
    listener = listening(port, host)
    with opened_store(store, create=True) as engine:
        raise typer.Exit(serve_on(engine, listener, host))


def listening(port: int, host: str = service.HOST) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is said at once."""
    try:
        return service.listen(port, host)
    except OSError as error:
        said = f"port {port} on {host} cannot be had ({error.strerror}); stop what uses it, or choose another"
        raise typer.BadParameter(said, param_hint="--port") from error


def serve_on(engine: Engine, listener: socket.socket, host: str = service.HOST) -> int:
    """Errors: API_UNAUTHORIZED with what is missing to listen on *host*; JOB_INPUT for settings that cannot be."""
    # Loaded here, because most commands need no server and would wait for its libraries.
    from api.settings import check_start, read_access_settings

    settings = read_access_settings(os.environ)
    check_start(engine, host, settings, os.environ)
    address = address_of(host, listener.getsockname()[1])
    say(f"Serving the API on {address} ({address}/docs); stop with Ctrl-C.")
    say(clock_line(engine))
    return service.serve(engine, listener, settings)


def address_of(host: str, port: int) -> str:
    """Where a browser finds the server; an IPv6 address stands in brackets there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def clock_line(engine: Engine) -> str:
    if engine.is_simulated:
        return f"The clock is simulated and stands at {engine.now():%Y-%m-%d %H:%M} UTC; POST /clock/advance moves it."
    return "The clock is that of this machine."
