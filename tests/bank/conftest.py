"""The engines of the runtime's tests."""

from __future__ import annotations

from tests.runtime.conftest import open_store

__all__ = ["open_store"]
