"""The only place where the parts of the engine are put together: clock, store, handlers, channels."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from engine.clock import Clock, SystemClock
from engine.errors import ErrorCode, failure
from engine.handlers import HANDLERS, ChannelSettings, check_channels, open_channels, read_channel_settings
from engine.handlers.contract import HandlerDefinition
from engine.law import LawPackage
from engine.runtime import ChannelAdapter, Engine, Settings, read_settings
from engine.runtime.asking import Asker
from engine.runtime.packages import Packages
from engine.store import Store


def open_engine(
    path: Path,
    *,
    clock: Literal["system"] | datetime | None = None,
    spool: Path | None = None,
    handlers: Mapping[str, HandlerDefinition] | None = None,
    channels: Mapping[str, ChannelAdapter] | None = None,
    settings: Settings | None = None,
    system_clock: Clock | None = None,
    environment: Mapping[str, str] | None = None,
    packages: Packages | None = None,
    throwaway: bool = False,
) -> Engine:
    """Open (or create) the store at *path* and return the engine on it.

    *clock* chooses the clock of a **new** store: "system" or the instant where a simulated one starts; None takes what
    an existing store has (system for a new one). *spool* is the folder of print and mail (default: `spool` beside the
    store). *handlers* are added to the shipped ones, *channels* replace them; *system_clock* stands in for the
    machine's clock. *environment* (default: that of the process) names the servers behind the channels, see
    `engine.handlers.channels.settings`, and holds the secret of the installation, see `engine.runtime.read_settings`; a
    store on a simulated clock uses none of it, so that nothing of a rehearsal leaves this machine and runs repeat.
    *packages* stands in for what compiles the deployed packages: a rehearsal of changed models gives its own. Nothing
    of a *throwaway* store, which is removed after use, is kept safe from a loss of power.
    Errors: STORE_SCHEMA, STORE_IO, STORE_BUSY; RUN_CLOCK when *clock* contradicts the clock of an existing store;
    JOB_INPUT for settings of channels that cannot be.
    """
    start = clock if isinstance(clock, datetime) else None
    store = Store.open(path, clock=system_clock or SystemClock(), simulated_start=start, throwaway=throwaway)
    if clock == "system" and store.is_simulated:
        store.close()
        raise failure(
            ErrorCode.RUN_CLOCK,
            "expected a store on the system clock, but got one on a simulated clock.",
            hint="a store keeps the clock that it was made with; use another file",
            file=str(path),
        )
    given = os.environ if environment is None else environment
    try:
        if channels is None:
            channels = open_channels(_channel_settings(store, given, spool or path.parent / "spool"))
        if settings is None:
            settings = Settings() if store.is_simulated else read_settings(given)
    except BaseException:
        store.close()
        raise
    return Engine(
        store,
        handlers={**HANDLERS, **(handlers or {})},
        channels=channels,
        settings=settings,
        package_checks=(check_channels,),
        packages=packages,
    )


def open_asker(law: LawPackage) -> Asker:
    """Who answers the questions of *law*; no store is opened, and nothing is written."""
    return Asker(law, HANDLERS)


def _channel_settings(store: Store, environment: Mapping[str, str], spool: Path) -> ChannelSettings:
    return ChannelSettings(spool) if store.is_simulated else read_channel_settings(environment, spool)
