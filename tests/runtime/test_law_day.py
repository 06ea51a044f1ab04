"""The day of a decision is the day in the law's zone, whoever asks for the decision."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from engine.handlers.contract import JobResult
from engine.law import package_from_files
from engine.runtime import Engine
from tests.runtime.conftest import ADA, inline, worker
from tests.runtime.drawing import diagram, end, rule_task, service, start
from tests.runtime.hive_law import FOLDER, hive_files

FEE_BY_DAY = (FOLDER / "fee.dmn").read_bytes().replace(b"hives * 5", b"hives * today().day")
ASKING = {
    "element": rule_task("Activity_DecideFee", "Decision_HiveFee", "fee", clause="[bee:3]"),
    "inline": service("Activity_DecideFee", "ask.inline", clause="[bee:3]"),
    "worker": service("Activity_DecideFee", "ask.worker", clause="[bee:3]"),
}


def ask(job: Any, services: Any) -> JobResult:
    return JobResult({"fee": services.decide("Decision_HiveFee", job.variables).value})


@pytest.mark.parametrize("asking", ASKING)
def test_table_that_asks_for_today_gets_the_day_of_the_laws_zone(
    open_store: Callable[..., Engine], asking: str
) -> None:
    """The clock stands at 20:30 UTC on 3 March, when it is 4 March where the law is."""
    # given
    engine = open_store(handlers={"ask.inline": inline(ask), "ask.worker": worker(ask)})
    drawn = diagram("fee_of_today", start(), ASKING[asking], end(), flows="Start->Activity_DecideFee->End")
    files = {**hive_files(fee_of_today=drawn), "fee.dmn": FEE_BY_DAY}
    engine.deploy(package_from_files(files, "package.yaml"), ADA)

    # when
    instance = engine.start_process("fee_of_today", {"hives": 1}, ADA)
    engine.run_due()

    # then
    assert engine.instance(instance.id).variables["fee"] == Decimal(4)
