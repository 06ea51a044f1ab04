"""One store of the invented market law, played once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.runtime import Engine
from tests.review.market import archive_of, play_market


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The engine after the certificate did not come; nothing may be changed in it."""
    player = play_market(tmp_path_factory.mktemp("market"))
    yield player.engine
    player.close()


@pytest.fixture(scope="session")
def archive(market: Engine) -> bytes:
    """The archive of its only case."""
    return archive_of(market, "R-2")
