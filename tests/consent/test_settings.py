"""The secret of the installation and the address of its links come from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.runtime import read_settings
from engine.wiring import open_engine

SECRET = "0123456789abcdef0123456789abcdef"


def test_secret_and_address_are_read_and_the_secret_is_never_shown() -> None:
    settings = read_settings({"CLAUSEFLOW_SECRET": SECRET, "CLAUSEFLOW_PUBLIC_URL": "https://consent.example.org/"})

    assert (settings.secret, settings.public_url) == (SECRET.encode(), "https://consent.example.org")
    assert SECRET not in repr(settings)
    assert read_settings({}).secret == b""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLAUSEFLOW_SECRET", "short"),
        ("CLAUSEFLOW_PUBLIC_URL", "http://consent.example.org"),
        ("CLAUSEFLOW_PUBLIC_URL", "consent.example.org"),
        ("CLAUSEFLOW_PUBLIC_URL", "https://consent.example.org?x=1"),
        ("CLAUSEFLOW_PUBLIC_URL", "javascript://localhost/"),
    ],
)
def test_setting_that_cannot_be_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(EngineError) as refused:
        open_engine(tmp_path / "store.sqlite", clock="system", environment={name: value})

    assert (refused.value.code, refused.value.problem.location.part) == ("JOB_INPUT", name)


def test_stores_with_one_secret_sign_alike_and_without_one_each_by_itself(tmp_path: Path) -> None:
    def signature(name: str, environment: dict[str, str]) -> str:
        engine = open_engine(tmp_path / name, clock="system", environment=environment)
        try:
            assert engine.sign("one purpose", "text") != engine.sign("another purpose", "text")
            return engine.sign("one purpose", "text")
        finally:
            engine.close()

    shared = {"CLAUSEFLOW_SECRET": SECRET}
    assert signature("a", shared) == signature("b", shared)
    assert signature("c", {}) != signature("d", {})
    assert signature("c", {}) == signature("c", {})
