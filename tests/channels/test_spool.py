"""The spool folder: files appear whole, once, and however many write the same letter at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import ErrorCode
from engine.handlers.channels import SpoolFolder
from engine.handlers.channels.settings import ChannelSettings
from engine.handlers.contract import Delivery, JobFailure
from tests.channels.messages import a_notice

DELIVERY = Delivery("mail", {"street": "1 Quay"})
WRITERS, ROUNDS = 6, 25


def test_writers_of_one_letter_at_once_leave_it_whole_and_nothing_beside_it(tmp_path: Path) -> None:
    # given a reader who takes each letter as soon as it is there
    letter = a_notice()
    expected = {f"notice-1{suffix}" for suffix in (".txt", ".html")}
    torn: list[str] = []
    done = threading.Event()

    def read(folder: Path) -> None:
        while not done.is_set():
            for name in expected:
                path = folder / name
                if path.exists() and path.read_bytes().decode() not in letter.texts.values():
                    torn.append(name)

    for turn in range(ROUNDS):
        folder = tmp_path / str(turn)
        done.clear()
        reader = threading.Thread(target=read, args=(folder,))
        reader.start()

        # when several deliver it, because all but one have lost their lease
        spool = SpoolFolder(ChannelSettings(folder))
        try:
            with ThreadPoolExecutor(WRITERS) as threads:
                told = list(threads.map(spool.send, [letter] * WRITERS, [DELIVERY] * WRITERS, ["key"] * WRITERS))
        finally:
            done.set()
            reader.join()

        # then each is told the same, and the folder holds the letter and its label
        assert told == [told[0]] * WRITERS
        assert {path.name for path in folder.iterdir()} == {*expected, told[0]["file"]}
    assert torn == []


def test_other_letter_under_the_name_is_never_overwritten(tmp_path: Path) -> None:
    spool = SpoolFolder(ChannelSettings(tmp_path))
    spool.send(a_notice(), DELIVERY, "key")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    other = replace(a_notice(), texts={"text/plain": "Another text."})

    with pytest.raises(JobFailure) as caught:
        spool.send(other, DELIVERY, "key")

    assert caught.value.problem.code == ErrorCode.JOB_FAILED
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
