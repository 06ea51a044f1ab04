"""Under which names somebody may act: those of keys, of tokens, and of whoever sits at this machine."""

from __future__ import annotations

import re

from engine.handlers.contract import ENGINE

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@:|+-]{0,99}")
_RESERVED = re.compile(rf"({re.escape(ENGINE.id)}|(link|carrier):.*)")
"""Names under which the engine itself acts, or somebody whom a link or a signature names."""


def is_name(name: str) -> bool:
    """Whether *name* is a plain identifier."""
    return _NAME.fullmatch(name) is not None


def may_act(name: str) -> bool:
    """Whether somebody may act under *name*: a plain identifier that is kept for nobody."""
    return is_name(name) and _RESERVED.fullmatch(name) is None
