"""The engines of the runtime's tests, for what channels and call-backs do to a store."""

from __future__ import annotations

from tests.runtime.conftest import open_store

__all__ = ["open_store"]
