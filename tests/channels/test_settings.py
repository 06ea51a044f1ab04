"""Settings of channels: from the environment alone, all faults at once, and everything stays here without them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.channels import (
    Outbox,
    SmtpChannel,
    SmtpSettings,
    SpoolFolder,
    TextGateway,
    open_channels,
    read_channel_settings,
)
from engine.wiring import open_engine
from tests.channels.messages import NOW

SMTP = {
    "CLAUSEFLOW_SMTP_HOST": "mail.example.org",
    "CLAUSEFLOW_SMTP_SENDER": "office@example.org",
    "CLAUSEFLOW_SMTP_USER": "office",
    "CLAUSEFLOW_SMTP_PASSWORD": "pass word",
}
TEXT = {"CLAUSEFLOW_TEXT_URL": "https://texts.example/send", "CLAUSEFLOW_TEXT_SECRET": "0123456789abcdef"}


def test_nothing_leaves_this_machine_without_settings(tmp_path: Path) -> None:
    channels = open_channels(read_channel_settings({"PATH": "/bin"}, tmp_path))

    assert {name: type(adapter) for name, adapter in channels.items()} == {
        "print": SpoolFolder,
        "mail": SpoolFolder,
        "text": SpoolFolder,
        "email": SpoolFolder,
        "portal": Outbox,
    }


def test_servers_of_the_environment_are_used(tmp_path: Path) -> None:
    settings = read_channel_settings({**SMTP, **TEXT}, tmp_path)

    assert settings.smtp == SmtpSettings(
        "mail.example.org", 587, "office@example.org", "starttls", "office", "pass word"
    )
    assert settings.text_gateway is not None and settings.text_gateway.secret == b"0123456789abcdef"
    channels = open_channels(settings)
    assert isinstance(channels["email"], SmtpChannel)
    assert isinstance(channels["text"], TextGateway)
    assert "pass word" not in repr(settings) and "0123456789abcdef" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({**SMTP, "CLAUSEFLOW_SMTP_SENDER": ""}, "CLAUSEFLOW_SMTP_SENDER"),
        ({**SMTP, "CLAUSEFLOW_SMTP_SENDER": "Office <office@example.org>"}, "CLAUSEFLOW_SMTP_SENDER"),
        ({**SMTP, "CLAUSEFLOW_SMTP_PORT": "0"}, "CLAUSEFLOW_SMTP_PORT"),
        ({**SMTP, "CLAUSEFLOW_SMTP_PORT": "many"}, "CLAUSEFLOW_SMTP_PORT"),
        ({**SMTP, "CLAUSEFLOW_SMTP_SECURITY": "ssl"}, "CLAUSEFLOW_SMTP_SECURITY"),
        ({**SMTP, "CLAUSEFLOW_SMTP_SECURITY": "none"}, "CLAUSEFLOW_SMTP_SECURITY"),
        ({**SMTP, "CLAUSEFLOW_SMTP_PASSWORD": ""}, "CLAUSEFLOW_SMTP_USER"),
        ({"CLAUSEFLOW_SMTP_USER": "office"}, "CLAUSEFLOW_SMTP_USER"),
        ({**TEXT, "CLAUSEFLOW_TEXT_URL": "http://texts.example/send"}, "CLAUSEFLOW_TEXT_URL"),
        ({**TEXT, "CLAUSEFLOW_TEXT_URL": "texts.example"}, "CLAUSEFLOW_TEXT_URL"),
        ({**TEXT, "CLAUSEFLOW_TEXT_SECRET": "short"}, "CLAUSEFLOW_TEXT_SECRET"),
        ({"CLAUSEFLOW_TEXT_SECRET": "0123456789abcdef"}, "CLAUSEFLOW_TEXT_SECRET"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(given: dict[str, str], part: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as raised:
        read_channel_settings(given, tmp_path)

    assert [(problem.code, problem.location.part) for problem in raised.value.problems] == [(ErrorCode.JOB_INPUT, part)]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as raised:
        read_channel_settings({"CLAUSEFLOW_SMTP_HOST": "mail", "CLAUSEFLOW_TEXT_URL": "x"}, tmp_path)

    assert len(raised.value.problems) == 3


@pytest.mark.parametrize(("clock", "kind"), [("system", SmtpChannel), (NOW, SpoolFolder)])
def test_rehearsal_on_a_simulated_clock_uses_no_server(clock: datetime, kind: type, tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "store.db", clock=clock, environment=SMTP)

    assert isinstance(engine._worker.channels["email"], kind)
    engine.close()


def test_wrong_settings_keep_the_engine_from_opening(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        open_engine(tmp_path / "store.db", environment={**SMTP, "CLAUSEFLOW_SMTP_PORT": "x"})
    open_engine(tmp_path / "store.db", environment={}).close()
