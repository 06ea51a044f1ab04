"""`clauseflow serve`: the HTTP API and a worker on a store that exists or is made."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from engine.runtime import Engine
from tools import service
from tools.commands.common import DEFAULT_STORE, StoreOption, opened_store, say

PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")]


def serve(store: StoreOption = DEFAULT_STORE, port: PortOption = 8000) -> None:
    """Serve the API on 127.0.0.1 and do the work that falls due."""
    listener = listening(port)
    with opened_store(store, create=True) as engine:
        raise typer.Exit(serve_on(engine, listener))


def listening(port: int) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is said at once."""
    try:
        return service.listen(port)
    except OSError as error:
        said = f"port {port} on {service.HOST} cannot be had ({error.strerror}); stop what uses it, or choose another"
        raise typer.BadParameter(said, param_hint="--port") from error


def serve_on(engine: Engine, listener: socket.socket) -> int:
    address = f"http://{service.HOST}:{listener.getsockname()[1]}"
    say(f"Serving the API on {address} ({address}/docs); stop with Ctrl-C.")
    say(clock_line(engine))
    return service.serve(engine, listener)


def clock_line(engine: Engine) -> str:
    if engine.is_simulated:
        return f"The clock is simulated and stands at {engine.now():%Y-%m-%d %H:%M} UTC; POST /clock/advance moves it."
    return "The clock is that of this machine."
