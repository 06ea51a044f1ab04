"""The invented beekeeping law, whose bill goes out by e-mail, and what it does about one that did not arrive."""

from __future__ import annotations

from engine.law import LawPackage, package_from_files
from engine.runtime import Engine
from tests.runtime.conftest import ADA, apply_for_registration
from tests.runtime.drawing import diagram, end, message_start, user_task
from tests.runtime.hive_law import hive_files

UNDELIVERED = diagram(
    "bill_undelivered",
    message_start("Event_BillCameBack", "notice_undelivered", clause="[bee:3]"),
    user_task("Activity_FindKeeper", "bee_officer", clause="[bee:3]"),
    end("Event_KeeperFound", clause="[bee:3]"),
    flows="Event_BillCameBack->Activity_FindKeeper->Event_KeeperFound",
    messages={"notice_undelivered": None},
)


def hive_by_email(*, with_process: bool = True) -> LawPackage:
    files = hive_files(**({"bill_undelivered": UNDELIVERED} if with_process else {}))
    manifest = files["package.yaml"].decode()
    manifest = manifest.replace("{name: keeper_name}", "{name: keeper_name, email: keeper_email}")
    manifest = manifest.replace("keeper_name, hives]", "keeper_name, hives, keeper_email]")
    manifest = manifest.replace(
        "\nevents:", '  keeper_email: {type: string, meaning: the e-mail address, clause: "bee:1"}\n\nevents:'
    )
    if with_process:
        manifest += "on_undelivered: {message: notice_undelivered, key: delivery_key}\n"
    files["package.yaml"] = manifest.encode()
    files["bill.md"] = files["bill.md"].replace(b"[mail, portal]", b"[email]")
    return package_from_files(files, "package.yaml")


def bill(engine: Engine, law: LawPackage) -> str:
    """Issue a bill, which is not sent yet; the case."""
    engine.deploy(law, ADA)
    case_id = apply_for_registration(engine, keeper_email="mere@example.org")
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    return case_id
