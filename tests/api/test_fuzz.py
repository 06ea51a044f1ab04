"""The API driven from its own description; ten minutes of it under the soak marker."""

from __future__ import annotations

import os

import pytest

from tests.api.fuzz import main

BRIEF = ("--seconds", "6", "--seed", "1", "--examples", "5", "--phases", "examples,coverage,fuzzing")


def test_description_holds_for_requests_drawn_from_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert main((*BRIEF, "--no-color")) == 0, capfd.readouterr().out


@pytest.mark.soak
@pytest.mark.skipif("CLAUSEFLOW_SOAK" not in os.environ, reason="ten minutes: make soak")
def test_description_holds_for_ten_minutes(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(("--seconds", "600", "--seed", "20240226", "--no-color")) == 0, capfd.readouterr().out
