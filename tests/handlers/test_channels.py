"""Delivery channels: the spool folder writes whole files once and says what went wrong; the portal needs nothing."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.handlers import ChannelSettings, open_channels
from engine.handlers.contract import Delivery, JobFailure, NoticeIssued

DELIVERY = Delivery("mail", {"party": "master", "name": "Ana Reis"})


def a_notice(notice_id: str = "notice-1", text: str = "Grüße\n") -> NoticeIssued:
    texts = {"text/plain": text, "text/html": f"<p>{text}</p>"}
    return NoticeIssued(notice_id, "berth_refused", date(2011, 3, 8), "Refused", texts, (), (), "hash")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_letter_lies_in_the_spool_folder_with_its_address(tmp_path: Path) -> None:
    spool = tmp_path / "new" / "spool"

    facts = open_channels(ChannelSettings(spool))["mail"].send(a_notice(), DELIVERY, "key-1")

    found = contents(spool)
    assert found["notice-1.txt"].decode() == "Grüße\n"
    assert found["notice-1.html"].decode() == "<p>Grüße\n</p>"
    label = json.loads(found[facts["file"]])
    assert label["address"] == {"party": "master", "name": "Ana Reis"}
    assert label["files"] == ["notice-1.html", "notice-1.txt"]
    assert (label["key"], label["channel"], label["dated"]) == ("key-1", "mail", "2011-03-08")
    assert len(found) == 3


def test_letter_as_pdf_lies_beside_its_texts(tmp_path: Path) -> None:
    notice = replace(a_notice(), files={"application/pdf": b"%PDF-1.7\xff"})

    facts = open_channels(ChannelSettings(tmp_path))["mail"].send(notice, DELIVERY, "key-1")

    assert (tmp_path / "notice-1.pdf").read_bytes() == b"%PDF-1.7\xff"
    label = json.loads((tmp_path / facts["file"]).read_bytes())
    assert label["files"] == ["notice-1.pdf", "notice-1.html", "notice-1.txt"]


@pytest.mark.parametrize("throwaway", [False, True])
def test_letter_waits_for_the_disk_unless_its_spool_is_thrown_away(
    throwaway: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr(os, "fsync", waits.append)

    open_channels(ChannelSettings(tmp_path, throwaway=throwaway))["mail"].send(a_notice(), DELIVERY, "key-1")

    assert (not waits) is throwaway
    assert (tmp_path / "notice-1.txt").read_bytes() == "Grüße\n".encode()


def test_same_delivery_again_changes_nothing(tmp_path: Path) -> None:
    channel = open_channels(ChannelSettings(tmp_path))["print"]
    first = channel.send(a_notice(), DELIVERY, "key-1")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    again = channel.send(a_notice(), DELIVERY, "key-1")

    assert again == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert channel.resend_is_safe is True


def test_second_delivery_of_a_notice_adds_only_its_address(tmp_path: Path) -> None:
    channel = open_channels(ChannelSettings(tmp_path))["mail"]

    channel.send(a_notice(), DELIVERY, "key-1")
    channel.send(a_notice(), DELIVERY, "key-2")

    assert len(contents(tmp_path)) == 4


def test_letter_half_written_before_a_crash_is_written_anew(tmp_path: Path) -> None:
    channel = open_channels(ChannelSettings(tmp_path))["mail"]
    channel.send(a_notice(), DELIVERY, "key-1")
    whole = contents(tmp_path)
    (label,) = tmp_path.glob("*.json")
    label.rename(label.with_name(f".{label.name}.part"))
    (tmp_path / "notice-1.txt").unlink()

    channel.send(a_notice(), DELIVERY, "key-1")

    assert {name: data for name, data in contents(tmp_path).items() if not name.startswith(".")} == whole


def test_other_letter_of_the_same_name_is_never_overwritten(tmp_path: Path) -> None:
    channel = open_channels(ChannelSettings(tmp_path))["mail"]
    channel.send(a_notice(), DELIVERY, "key-1")

    with pytest.raises(JobFailure) as raised:
        channel.send(a_notice(text="other"), DELIVERY, "key-1")

    assert raised.value.retry is False
    assert raised.value.problem.code == "JOB_FAILED"
    assert contents(tmp_path)["notice-1.txt"].decode() == "Grüße\n"


@pytest.mark.parametrize("notice_id", ["../notice", "", ".hidden", "a/b", "a b"])
def test_id_that_is_no_file_name_is_refused(tmp_path: Path, notice_id: str) -> None:
    spool = tmp_path / "spool"

    with pytest.raises(JobFailure) as raised:
        open_channels(ChannelSettings(spool))["mail"].send(a_notice(notice_id), DELIVERY, "key-1")

    assert raised.value.problem.code == "JOB_FAILED"
    assert not spool.exists()


def test_folder_that_cannot_be_written_is_worth_a_retry(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file, not a folder")

    with pytest.raises(JobFailure) as raised:
        open_channels(ChannelSettings(tmp_path / "spool"))["mail"].send(a_notice(), DELIVERY, "key-1")

    assert raised.value.retry is True
    assert raised.value.problem.code == "STORE_IO"
    assert raised.value.problem.location.file == str(tmp_path / "spool")


def test_portal_delivers_without_leaving_the_store(tmp_path: Path) -> None:
    channel = open_channels(ChannelSettings(tmp_path / "spool"))["portal"]

    assert channel.send(a_notice(), DELIVERY, "key-1") == {"delivered_to": "portal", "key": "key-1"}
    assert channel.resend_is_safe is True
    assert not (tmp_path / "spool").exists()
